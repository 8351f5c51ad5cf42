import type { Task } from "./task.ts";

/** What became of a write. */
export interface Answer {
  /** The key of the wish that was answered. */
  key: string;
  id: string;
  /** The version that was written over; -1 when the write was not ours. */
  from: number;
  /** What the server answered; undefined for a task that is gone. */
  task: Task | undefined;
}

/**
 * What this browser has written and the server has answered. It settles two races: a second change to a task, begun
 * before the first was answered, is meant for the version that the first made; and a list that was asked for before
 * a write may arrive after it, without it.
 */
export class Journal {
  readonly #answers: Answer[] = [];

  record(answer: Answer) {
    this.#answers.push(answer);
  }

  /** The version that `version` has become by this browser's own writes alone. */
  latest(id: string, version: number): number {
    return this.#answers.reduce(
      (latest, answer) =>
        answer.id === id && answer.from === latest && answer.task ? answer.task.version : latest,
      version,
    );
  }

  /** A point in time for `since`. */
  now(): number {
    return this.#answers.length;
  }

  since(point: number): Answer[] {
    return this.#answers.slice(point);
  }
}

/** `tasks` with what the answers say. */
export function applyAnswers(tasks: Task[], answers: Answer[]): Task[] {
  return answers.reduce((list, { id, task }) => put(list, id, task), tasks);
}

/** `tasks` with those of `old` that are still the same, or `old` itself: what has not changed need not be drawn again. */
export function reuse(old: Task[], tasks: Task[]): Task[] {
  const known = new Map(old.map((task) => [task.id, task]));
  const now = tasks.map((task) => {
    const before = known.get(task.id);
    return before && same(before, task) ? before : task;
  });
  return now.length === old.length && now.every((task, at) => task === old[at]) ? old : now;
}

function same(a: Task, b: Task): boolean {
  return (
    a.version === b.version &&
    a.text === b.text &&
    a.completed === b.completed &&
    a.due === b.due &&
    a.notes === b.notes &&
    a.position === b.position
  );
}

/** `tasks` with `task` under `id`, or without any. A version that is newer already stays. */
function put(tasks: Task[], id: string, task: Task | undefined): Task[] {
  if (!task) return tasks.filter((each) => each.id !== id);
  const old = tasks.find((each) => each.id === id);
  if (!old) return [...tasks, task].sort((a, b) => (a.id < b.id ? -1 : 1));
  return old.version >= task.version ? tasks : tasks.map((each) => (each.id === id ? task : each));
}
