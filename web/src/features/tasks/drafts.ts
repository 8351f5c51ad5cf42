import type { Task } from "./task.ts";

/** An edit that has begun: the task as the person saw it, and what they have made of it so far. */
export interface Draft {
  base: Task;
  text: string;
  due: string;
  notes: string;
}

const prefix = "todo.draft ";

/** What somebody is writing, kept in this tab through a reload and through the end of a session. */
export interface Drafts {
  readNew(): string;
  writeNew(text: string): void;
  readEdit(id: string): Draft | undefined;
  /** All edits that have begun. */
  readEdits(): Draft[];
  writeEdit(id: string, draft: Draft | undefined): void;
}

export function createDrafts(storage: Storage, owner: string): Drafts {
  const key = (name: string) => `${prefix}${owner} ${name}`;
  const readEdit = (id: string) => {
    const kept = storage.getItem(key(id));
    // Only `writeEdit` makes these.
    return kept === null ? undefined : (JSON.parse(kept) as Draft);
  };
  const write = (name: string, value: string) => {
    if (value === "") storage.removeItem(key(name));
    else storage.setItem(key(name), value);
  };
  return {
    readNew: () => storage.getItem(key("new")) ?? "",
    writeNew: (text) => write("new", text),
    readEdit,
    readEdits: () =>
      Object.keys(storage).flatMap((each) =>
        each.startsWith(key("")) && each !== key("new") ? (readEdit(each.slice(key("").length)) ?? []) : [],
      ),
    writeEdit: (id, draft) => write(id, draft ? JSON.stringify(draft) : ""),
  };
}

/** Forgets what anybody was writing. */
export function forgetDrafts(storage: Storage) {
  for (const key of Object.keys(storage)) {
    if (key.startsWith(prefix)) storage.removeItem(key);
  }
}
