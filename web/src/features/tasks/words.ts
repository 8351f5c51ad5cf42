import type { Connection } from "./queue.ts";
import type { Show } from "./task.ts";
import type { Change } from "./wish.ts";

const quote = (text: string) => `“${clip(text)}”`;

/** Names of controls and messages hold the task's text, but not a whole page of it. */
function clip(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 59).trimEnd()}…` : line;
}

const notDone = {
  add: "was not added",
  edit: "was not saved",
  complete: "was not completed",
  reopen: "was not reopened",
  delete: "was not deleted",
} satisfies Record<Change["kind"], string>;

const nameOf = (change: Change) =>
  quote(
    (change.kind === "add" || change.kind === "edit" ? change.to.text : undefined) ??
      (change.kind === "add" ? "" : change.base.text),
  );

export const words = {
  title: "To do",
  views: { all: "All", incomplete: "Incomplete", complete: "Complete" } satisfies Record<Show, string>,
  filter: "Show",
  left: (n: number) => (n === 1 ? "1 task left" : `${n} tasks left`),

  newTask: "New task",
  placeholder: "What needs doing?",
  add: "Add",
  room: (n: number) => (n === 1 ? "1 character left" : `${n} characters left`),

  list: "Tasks",
  edit: (text: string) => `Edit ${clip(text)}`,
  editField: "Edit task",
  delete: (text: string) => `Delete ${clip(text)}`,
  save: "Save",
  cancel: "Cancel",
  emptied: "A task needs some text. Do you want to delete it?",
  deleteIt: "Delete",

  loading: "Loading your list…",
  loadFailed: "Your list could not be loaded",
  refreshFailed: "This list may be out of date: it could not be loaded again.",
  retry: "Retry",
  empty: {
    all: { title: "A clean page", text: "Write down the first thing you want to do, and press Enter." },
    incomplete: { title: "All done", text: "Nothing is left to do. What you add shows up here." },
    complete: { title: "Nothing completed yet", text: "Tick a task, and it is kept here." },
  } satisfies Record<Show, { title: string; text: string }>,

  connection: {
    offline: "You are offline.",
    unreachable: "The server cannot be reached.",
    busy: "The server is busy.",
  } satisfies Record<Exclude<Connection, "open">, string>,
  waiting: (n: number) =>
    n === 0
      ? "You can go on: what you do is kept here and sent later."
      : n === 1
        ? "1 change is kept here and will be sent."
        : `${n} changes are kept here and will be sent.`,
  tryNow: "Try now",

  messages: "Messages",
  close: "Dismiss",
  undo: "Undo",
  said: {
    added: "Added.",
    completed: "Completed.",
    reopened: "Reopened.",
    saved: "Saved.",
    restored: "Restored.",
  },
  saidDeleted: "Deleted. To undo, press Control Z.",
  deleted: (texts: string[]) =>
    texts.length === 1 && texts[0] !== undefined
      ? `Deleted ${quote(texts[0])}`
      : `Deleted ${texts.length} tasks`,
  failed: (change: Change) => `${nameOf(change)} ${notDone[change.kind]}.`,
  failedMany: (n: number) => `${n} changes were not saved.`,
  refused: (change: Change, reason: string) => `${nameOf(change)} ${notDone[change.kind]}: ${reason}`,
  conflict: (change: Change, now: string) =>
    `${nameOf(change)} ${notDone[change.kind]}: it was changed elsewhere meanwhile, and now reads ${quote(now)}.`,
  conflictActions: {
    add: "Add",
    edit: "Use my text",
    complete: "Complete anyway",
    reopen: "Reopen anyway",
    delete: "Delete anyway",
  } satisfies Record<Change["kind"], string>,
  gone: (change: Change) => `${nameOf(change)} ${notDone[change.kind]}: the task was deleted elsewhere.`,
  addAgain: "Add as a new task",
  reasons: {
    unreachable: "The server cannot be reached.",
    busy: "The server is busy. Wait a moment.",
    broken: "The server has a problem.",
  },
};
