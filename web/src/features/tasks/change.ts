import type { Task } from "./task.ts";

/** A wish of the person, sent to the server in the background. Plain data, so that it could be kept and sent later. */
export type Change =
  | { kind: "add"; id: string; text: string }
  | { kind: "edit"; id: string; text: string; base: Task }
  | { kind: "complete" | "reopen" | "delete"; id: string; base: Task };

/**
 * The list as the person wishes it: what the server is known to hold, with the changes that are under way. The
 * server's list itself is never touched by a wish, so a wish that fails leaves nothing to be undone.
 */
export function applyChanges(tasks: Task[], changes: Change[]): Task[] {
  return changes.reduce(apply, tasks);
}

function apply(tasks: Task[], change: Change): Task[] {
  const alter = (to: Partial<Task>) =>
    tasks.map((task) => (task.id === change.id ? { ...task, ...to } : task));
  switch (change.kind) {
    case "add":
      // The server's answer may be in the list already.
      if (tasks.some((task) => task.id === change.id)) return tasks;
      return [...tasks, { id: change.id, text: change.text, completed: false, version: 0 }];
    case "edit":
      return alter({ text: change.text });
    case "complete":
      return alter({ completed: true });
    case "reopen":
      return alter({ completed: false });
    case "delete":
      return tasks.filter((task) => task.id !== change.id);
  }
}

/** Whether `task` is already as `change` would have it. */
export function fulfils(task: Task, change: Change): boolean {
  switch (change.kind) {
    case "edit":
    case "add":
      return task.text === change.text;
    case "complete":
      return task.completed;
    case "reopen":
      return !task.completed;
    case "delete":
      return false;
  }
}
