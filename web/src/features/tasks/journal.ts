import type { Task } from "./task.ts";

interface Entry {
  id: string;
  /** The version that was written over. */
  from: number;
  /** What the server answered; undefined for a task that is gone. */
  task: Task | undefined;
}

/**
 * What this page has written and the server has answered. It settles two races: a second change to a task, begun
 * before the first was answered, is meant for the version that the first made; and a list that was asked for before
 * a write may arrive after it, without it.
 */
export class Journal {
  readonly #entries: Entry[] = [];

  record(id: string, from: number, task: Task | undefined) {
    this.#entries.push({ id, from, task });
  }

  /** The version that `version` has become by this page's own writes alone. */
  latest(id: string, version: number): number {
    return this.#entries.reduce(
      (latest, entry) =>
        entry.id === id && entry.from === latest && entry.task ? entry.task.version : latest,
      version,
    );
  }

  /** A point in time for `since`. */
  now(): number {
    return this.#entries.length;
  }

  /** `tasks` with the writes that were answered after `point`. */
  since(point: number, tasks: Task[]): Task[] {
    return this.#entries.slice(point).reduce((list, entry) => put(list, entry.id, entry.task), tasks);
  }
}

/** `tasks` with `task` under `id`, or without any. A version that is newer already stays. */
export function put(tasks: Task[], id: string, task: Task | undefined): Task[] {
  const old = tasks.find((each) => each.id === id);
  if (!task) return tasks.filter((each) => each.id !== id);
  if (!old) return [...tasks, task].sort((a, b) => (a.id < b.id ? -1 : 1));
  return old.version >= task.version ? tasks : tasks.map((each) => (each.id === id ? task : each));
}
