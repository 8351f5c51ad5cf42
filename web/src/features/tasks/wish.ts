import type { Task } from "./task.ts";

/** What a person can write into a task. */
export type Fields = Omit<Task, "id" | "version">;

/** Those of a new task: most have none but the first two. */
export type NewFields = Pick<Fields, "text" | "completed"> & Partial<Fields>;

const blank = { due: "", notes: "", position: "" };

/** Something that the person did to a task. `base` is the task as they saw it. */
export type Change =
  | { kind: "add"; id: string; to: NewFields }
  | { kind: "edit" | "move"; id: string; to: Partial<Fields>; base: Task }
  | { kind: "complete" | "reopen" | "delete"; id: string; base: Task };

/** A change on its way to the server. Plain data: it is kept until the server has answered, through reloads too. */
export interface Wish {
  /** A UUIDv7, so that wishes are in the order in which they were made. */
  key: string;
  change: Change;
  /** held: not to be sent yet, since it can still be undone. stuck: not to be sent, the person has to decide. */
  state: "held" | "waiting" | "stuck";
  trouble?: Trouble;
}

/** Why a change could not be made. */
export interface Trouble {
  /**
   * failed: may succeed later. refused: never will. conflict: the task was changed elsewhere; the list shows that
   * newer version. gone: the task was deleted elsewhere.
   */
  kind: "failed" | "refused" | "conflict" | "gone";
  status: number;
  /** The server's own words, if it had any. */
  message: string;
}

/** A wish that waits for the person. */
export type Problem = Wish & { trouble: Trouble };

export const isProblem = (wish: Wish): wish is Problem => wish.trouble !== undefined;

/** The fields that a change writes; a deletion, all of them. */
export function written(change: Change): Partial<Fields> {
  switch (change.kind) {
    case "add":
    case "edit":
    case "move":
      return change.to;
    case "complete":
      return { completed: true };
    case "reopen":
      return { completed: false };
    case "delete":
      return {};
  }
}

/**
 * The list as the person wishes it: what the server is known to hold, with the wishes that are under way. The
 * server's list itself is never touched by a wish, so a wish that fails leaves nothing to be undone.
 */
export function applyWishes(tasks: Task[], wishes: Wish[]): Task[] {
  const active = wishes.filter((wish) => wish.state !== "stuck");
  if (active.length === 0) return tasks;
  const byId = new Map(tasks.map((task) => [task.id, task]));
  for (const { change } of active) {
    const task = byId.get(change.id);
    if (change.kind === "delete") byId.delete(change.id);
    else if (task) byId.set(change.id, { ...task, ...written(change) });
    else if (change.kind === "add")
      byId.set(change.id, { id: change.id, version: 0, ...blank, ...change.to });
  }
  return [...byId.values()];
}

/** Whether `task` is already as `change` would have it. */
export function fulfils(task: Task, change: Change): boolean {
  return change.kind !== "delete" && matches(task, written(change));
}

/** Whether `task` is what `change` makes of its base, so that it may well have been made by it. */
export function stemsFrom(task: Task, change: Change): boolean {
  if (change.kind === "add" || change.kind === "delete") return false;
  const { id: _, version, ...fields } = { ...change.base, ...written(change) };
  return task.version === version + 1 && matches(task, fields);
}

/**
 * Whether `change` can be made upon `newer` without a question: what it writes, and the text by which the person knows
 * the task, is as they saw it. A deletion writes over everything but the place, a move over nothing that was written.
 */
export function mergeable(newer: Task, change: Change): boolean {
  if (change.kind === "add") return false;
  const { base } = change;
  if (change.kind === "move") return true;
  const names = change.kind === "delete" ? fieldsOf(base) : [...fieldsOf(written(change)), "text" as const];
  return names.every((name) => name === "position" || newer[name] === base[name]);
}

function matches(task: Task, fields: Partial<Fields>): boolean {
  return fieldsOf(fields).every((name) => task[name] === fields[name]);
}

function fieldsOf(fields: Partial<Task>): (keyof Fields)[] {
  return (["text", "completed", "due", "notes", "position"] as const).filter((name) => name in fields);
}
