import { numeral, plural } from "../../i18n/plural.ts";
import type { Connection } from "./queue.ts";
import type { Show } from "./task.ts";
import type { Change } from "./wish.ts";

/** What is said of each kind of change; `name` is the task's text, clipped and in quotes. */
type OfChanges<T> = Record<Change["kind"], T>;

export const words = {
  title: "To do",
  number: numeral("en"),
  quote: (text: string) => `“${text}”`,
  views: { all: "All", incomplete: "Incomplete", complete: "Complete" } satisfies Record<Show, string>,
  filter: "Show",
  left: plural("en", { one: "# task left", other: "# tasks left" }),

  newTask: "New task",
  placeholder: "What needs doing?",
  add: "Add",
  room: plural("en", { one: "# character left", other: "# characters left" }),
  pasted: "Several lines were pasted.",
  addMany: plural("en", { one: "Add # task", other: "Add # tasks" }),
  addAsOne: "Write them as one",

  search: "Search",
  found: plural("en", { one: "# task found.", other: "# tasks found." }),
  nothingFound: { title: "Nothing found", text: "No task in this view holds these words." },
  clear: plural("en", { one: "Clear # completed", other: "Clear # completed" }),

  list: "Tasks",
  edit: (text: string) => `Edit ${text}`,
  editField: "Edit task",
  delete: (text: string) => `Delete ${text}`,
  due: "Due date",
  dueOn: (day: string) => `Due ${day}`,
  overdue: (day: string) => `Overdue: ${day}`,
  notes: "Notes",
  moveUp: "Move up",
  moveDown: "Move down",
  drag: "Drag to move",
  save: "Save",
  cancel: "Cancel",
  emptied: "A task needs some text. Do you want to delete it?",
  deleteIt: "Delete",

  select: "Select several",
  selectTask: (text: string) => `Select ${text}`,
  selection: "Selected tasks",
  selected: plural("en", { one: "# selected", other: "# selected" }),
  selectAll: "Select all",
  endSelecting: "Done",
  complete: "Complete",
  reopen: "Reopen",

  loading: "Loading your list…",
  loadFailed: "Your list could not be loaded",
  refreshFailed: "This list may be out of date: it could not be loaded again.",
  retry: "Retry",
  empty: {
    all: { title: "A clean page", text: "Write down the first thing you want to do, and press Enter." },
    incomplete: { title: "All done", text: "Nothing is left to do. What you add shows up here." },
    complete: { title: "Nothing completed yet", text: "Tick a task, and it is kept here." },
  } satisfies Record<Show, { title: string; text: string }>,
  hints: {
    title: "Good to know",
    edit: "The pencil, or a double click, opens a task: its text, a due date, notes, and its place in the list.",
    paste: "Paste several lines, and each can become a task.",
    keys: "Press ? to see what can be done by keyboard.",
    seen: "Got it",
  },

  connection: {
    offline: "You are offline.",
    unreachable: "The server cannot be reached.",
    busy: "The server is busy.",
  } satisfies Record<Exclude<Connection, "open">, string>,
  goOn: "You can go on: what you do is kept here and sent later.",
  waiting: plural("en", {
    one: "# change is kept here and will be sent.",
    other: "# changes are kept here and will be sent.",
  }),
  tryNow: "Try now",

  messages: "Messages",
  dismiss: "Dismiss",
  undo: "Undo",
  said: {
    added: "Added.",
    completed: "Completed.",
    reopened: "Reopened.",
    saved: "Saved.",
    restored: "Restored.",
  },
  moved: (place: string, of: string) => `Moved to ${place} of ${of}.`,
  addedMany: plural("en", { one: "Added # task.", other: "Added # tasks." }),
  saidDeleted: "Deleted. To undo, press Control Z.",
  deleted: (name: string) => `Deleted ${name}`,
  deletedMany: plural("en", { one: "Deleted # task", other: "Deleted # tasks" }),
  notDone: {
    add: (name: string) => `${name} was not added.`,
    edit: (name: string) => `${name} was not saved.`,
    complete: (name: string) => `${name} was not completed.`,
    reopen: (name: string) => `${name} was not reopened.`,
    delete: (name: string) => `${name} was not deleted.`,
    move: (name: string) => `${name} was not moved.`,
  } satisfies OfChanges<(name: string) => string>,
  failedMany: plural("en", { one: "# change was not saved.", other: "# changes were not saved." }),
  conflict: (now: string) => `It was changed elsewhere meanwhile, and now reads ${now}.`,
  conflictActions: {
    add: "Add",
    edit: "Use mine",
    complete: "Complete anyway",
    reopen: "Reopen anyway",
    delete: "Delete anyway",
    move: "Move anyway",
  } satisfies OfChanges<string>,
  gone: "The task was deleted elsewhere.",
  addAgain: "Add as a new task",
  reasons: {
    unreachable: "The server cannot be reached.",
    busy: "The server is busy. Wait a moment.",
    broken: "The server has a problem.",
  },
};

/** Names of controls and messages hold the task's text, but not a whole page of it. */
export function clip(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 59).trimEnd()}…` : line;
}

/** How messages name a task. */
export const nameOf = (text: string) => words.quote(clip(text));
