import type { Task } from "./task.ts";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * Where a task stands among all: the digits of a fraction in base 62. A task that has never been moved stands where its
 * id says, at about the middle of all numbers: so one that is moved between two others is the only one to be written.
 */
export function placeOf({ id, position }: Pick<Task, "id" | "position">): string {
  return position === "" ? `V${id.replaceAll("-", "")}` : position;
}

/** The tasks in the person's own order; those of the same place by their ids. */
export function inOrder(tasks: Task[]): Task[] {
  if (tasks.every(({ position }) => position === "")) return tasks;
  const places = new Map(tasks.map((task) => [task.id, placeOf(task)]));
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return tasks.toSorted(
    (a, b) => compare(places.get(a.id) ?? "", places.get(b.id) ?? "") || compare(a.id, b.id),
  );
}

/** A place between two others; `before` may be empty for the first of all, `after` for the last. */
export function between(before: string, after: string): string {
  // Between two of the same place there is none: then behind them.
  const bound = after !== "" && before < after ? after : "";
  let common = "";
  for (let at = 0; ; at++) {
    const low = digits.indexOf(before[at] ?? "0");
    const high = bound === "" ? digits.length : digits.indexOf(bound[at] ?? "0");
    if (high - low > 1) return common + digits[(low + high) >> 1];
    common += digits[low];
    // One apart: whatever follows is below the upper bound.
    if (high > low) return common + between(before.slice(at + 1), "");
  }
}

/**
 * The position that puts `task` at `index` among the others of `tasks`. At the end it is before all that will be added
 * from `now` (milliseconds) on: new tasks come last.
 */
export function positionAt(tasks: Task[], task: Task, index: number, now: number): string {
  const others = tasks.filter(({ id }) => id !== task.id);
  const [before, after] = [others[index - 1], others[index]];
  const low = before ? placeOf(before) : "";
  if (after) return between(low, placeOf(after));
  const high = `V${now.toString(16).padStart(12, "0")}`;
  return low < high ? between(low, high) : `${low}V`;
}
