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

/** A task, and the position that it is to have. */
export interface Place {
  base: Task;
  position: string;
}

/** The most digits that the API takes. */
const longest = 128;

/** Places that are made anew have room for others between them. */
const roomy = 120;

/** A place between two others, if there is one; `before` may be empty for the first of all, `after` for the last. */
export function between(before: string, after: string): string | undefined {
  if (after !== "" && before >= after) return undefined;
  let common = "";
  for (let at = 0; at <= Math.max(before.length, after.length); at++) {
    const low = digits.indexOf(before[at] ?? "0");
    const high = after === "" ? digits.length : digits.indexOf(after[at] ?? "0");
    if (high - low > 1) return common + digits[(low + high) >> 1];
    common += digits[low];
    // One apart: whatever follows is below the upper bound.
    if (high > low) return common + between(before.slice(at + 1), "");
  }
  return undefined;
}

/** So many places between two others, unless one would have more digits than `most`. */
function spread(count: number, before: string, after: string, most: number): string[] | undefined {
  if (count === 0) return [];
  const middle = between(before, after);
  if (middle === undefined || middle.length > most) return undefined;
  const left = spread(count >> 1, before, middle, most);
  const right = spread((count - 1) >> 1, middle, after, most);
  return left && right && [...left, middle, ...right];
}

/**
 * Puts `task` at `index` among the others of `visible`, which are some of `all`. Gives the tasks that have to be written
 * for it: that one alone, unless the tasks around it leave no room between them; then as many of
 * those as it takes. At the end it is before all that will be added from `now` (milliseconds) on: new tasks come last.
 */
export function placesFor(task: Task, index: number, visible: Task[], all: Task[], now: number): Place[] {
  const rest = (tasks: Task[]) => tasks.filter(({ id }) => id !== task.id);
  const [before, after] = [rest(visible)[index - 1], rest(visible)[index]];
  const order = rest(all);
  const at = after ? order.indexOf(after) : before ? order.indexOf(before) + 1 : 0;
  order.splice(at, 0, task);
  const end = `V${now.toString(16).padStart(12, "0")}`;
  for (let reach = 0; ; reach = 2 * reach + 1) {
    const from = Math.max(0, at - reach);
    const some = order.slice(from, at + reach + 1);
    const [previous, next] = [order[from - 1], order[from + some.length]];
    const low = previous ? placeOf(previous) : "";
    const high = next ? placeOf(next) : low < end ? end : `${low}z`;
    const positions = spread(some.length, low, high, reach === 0 ? longest : roomy);
    if (positions) return some.map((base, i) => ({ base, position: positions[i] ?? "" }));
  }
}
