/** A to-do item as this feature sees it. */
export interface Task {
  /** A UUIDv7: ids in order are tasks in the order they were added. */
  id: string;
  text: string;
  completed: boolean;
  /** Counts the writes at the server; 0 until the server has answered the first. */
  version: number;
}

/** The part of the API's item that this feature reads. */
interface Item {
  id: string;
  item: string;
  completed: boolean;
  version: number;
}

export function taskOf({ id, item, completed, version }: Item): Task {
  return { id, text: item, completed, version };
}

export function bodyOf({ text, completed }: Omit<Task, "id" | "version">) {
  return { item: text, completed };
}

/** The API's limit, in characters. A text field counts UTF-16 units, which are never fewer. */
export const maxLength = 1000;

/** What is stored of a typed or pasted text: no control characters, which the API refuses, and no space around it. */
export function tidy(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n\t]/gu, "")
    .trim();
}

export type Show = "all" | "incomplete" | "complete";

/** The view that an address's query asks for; anything unknown is the whole list. */
export function showOf(search: string): Show {
  const show = new URLSearchParams(search).get("show");
  return show === "incomplete" || show === "complete" ? show : "all";
}

export function shown(tasks: Task[], show: Show): Task[] {
  return show === "all" ? tasks : tasks.filter((task) => task.completed === (show === "complete"));
}
