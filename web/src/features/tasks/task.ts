/** A to-do item as this feature sees it. */
export interface Task {
  /** A UUIDv7: ids in order are tasks in the order they were added. */
  id: string;
  text: string;
  completed: boolean;
  /** The day by which it is to be done, as 2026-05-31; empty for none. */
  due: string;
  notes: string;
  /** Its place in the person's own order, see position.ts; empty for one that was never moved. */
  position: string;
  /** Counts the writes at the server; 0 until the server has answered the first. */
  version: number;
}

/** The part of the API's item that this feature reads. */
interface Item {
  id: string;
  item: string;
  completed: boolean;
  due_date?: string;
  notes?: string;
  position?: string;
  version: number;
}

export function taskOf({
  id,
  item,
  completed,
  due_date = "",
  notes = "",
  position = "",
  version,
}: Item): Task {
  return { id, text: item, completed, due: due_date, notes, position, version };
}

/** What the API is sent. A field that is left out stays as it is. */
export function bodyOf({
  text,
  completed,
  due,
  notes,
  position,
}: Pick<Task, "text" | "completed"> & Partial<Task>) {
  return {
    item: text,
    completed,
    ...(due === undefined ? {} : { due_date: due }),
    ...(notes === undefined ? {} : { notes }),
    ...(position === undefined ? {} : { position }),
  };
}

/** The API's limit, in characters. A text field counts UTF-16 units, which are never fewer. */
export const maxLength = 1000;
export const maxNotes = 10_000;

/**
 * What is stored of a typed or pasted text: no control characters, which the API refuses, no halves of characters that
 * were cut in two, and no space around it.
 */
export function tidy(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/(?![\n\t])[\p{Cc}\p{Cs}]/gu, "")
    .trim();
}

/** As much of a text as a task can have, up to the end of a word where there is one. */
const part = new RegExp(`.{1,${maxLength}}(?!\\S)|.{1,${maxLength}}`, "gu");

/**
 * The tasks in a pasted text: one for each line that holds something, without the marks that lists put before them. What
 * a line has beyond the length of a task makes another one.
 */
export function linesOf(text: string): string[] {
  return tidy(text)
    .split("\n")
    .flatMap(
      (line) => line.replace(/^\s*(?:[-*+•◦▪–]|\d{1,3}[.)])\s+(?:\[[ xX]?\]\s+)?/u, "").match(part) ?? [],
    )
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

export type Show = "all" | "incomplete" | "complete";

/** What an address's query asks for. */
export interface View {
  show: Show;
  /** Only tasks that hold this text. */
  sought: string;
}

/** Anything unknown is the whole list. */
export function viewOf(search: string): View {
  const query = new URLSearchParams(search);
  const show = query.get("show");
  return { show: show === "incomplete" || show === "complete" ? show : "all", sought: query.get("q") ?? "" };
}

export function hrefOf({ show, sought }: View): string {
  const query = new URLSearchParams();
  if (show !== "all") query.set("show", show);
  if (sought !== "") query.set("q", sought);
  return query.size === 0 ? "/" : `/?${query}`;
}

export function shown(tasks: Task[], show: Show): Task[] {
  return show === "all" ? tasks : tasks.filter((task) => task.completed === (show === "complete"));
}

/** The tasks whose text or notes hold `sought`, in any case. */
export function found<T extends Pick<Task, "text" | "notes">>(tasks: T[], sought: string): T[] {
  const wanted = sought.trim().toLocaleLowerCase();
  if (wanted === "") return tasks;
  return tasks.filter(({ text, notes }) => `${text}\n${notes}`.toLocaleLowerCase().includes(wanted));
}
