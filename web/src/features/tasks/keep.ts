import { createStore, promisifyRequest, type UseStore } from "idb-keyval";
import type { Answer } from "./journal.ts";
import type { Task } from "./task.ts";
import type { Wish } from "./wish.ts";

/** What this browser keeps of one person's list, in IndexedDB, for all tabs. */
export interface Kept {
  /** The list as the server was last known to hold it, but for `answers`. */
  list: { tasks: Task[]; at: number } | undefined;
  wishes: Wish[];
  /** Answers that are newer than `list`. */
  answers: Answer[];
}

/** Several changes that are made together, or not at all. */
export interface Batch {
  wishes?: Wish[];
  /** Keys of wishes. */
  drop?: string[];
  answer?: Answer;
  /** Takes the place of the kept list and of the answers that are in it already. */
  list?: { tasks: Task[]; at: number; answers: Answer[] };
}

export interface Keep {
  load(): Promise<Kept>;
  /** The wish as it is kept now, whichever tab has changed it. */
  wish(key: string): Promise<Wish | undefined>;
  write(batch: Batch): Promise<void>;
  /** Removes everything of this person. */
  erase(): Promise<void>;
  /** Removes what is kept of other people's lists; what they have not sent yet is theirs, and stays. */
  forgetOthers(): Promise<void>;
}

type Kind = "answer" | "tasks" | "wish";

/** A list is kept as JSON: a browser copies a text much faster than as many objects, and a long list is copied often. */
interface KeptText {
  json: string;
  at: number;
}

/** Keys are [owner, kind, key]: one person's records lie side by side, wishes in the order in which they were made. */
export function openKeep(owner: string): Keep {
  let opened: UseStore | undefined;
  // Opened at the first use, so that a browser that refuses it fails there and not here.
  const use: UseStore = async (mode, work) => {
    opened ??= createStore("todo", "lists");
    return opened(mode, work);
  };
  const of = (kind: Kind) => IDBKeyRange.bound([owner, kind], [owner, kind, []]);

  return {
    load: () =>
      use("readonly", async (store) => {
        const [text, older, wishes, answers] = await Promise.all([
          promisifyRequest<KeptText | undefined>(store.get([owner, "tasks"])),
          // As an older release kept it.
          promisifyRequest<Kept["list"]>(store.get([owner, "list"])),
          promisifyRequest<Wish[]>(store.getAll(of("wish"))),
          promisifyRequest<Answer[]>(store.getAll(of("answer"))),
        ]);
        const list = text ? { tasks: JSON.parse(text.json) as Task[], at: text.at } : older;
        return { list, wishes, answers };
      }),
    wish: (key) => use("readonly", (store) => promisifyRequest(store.get([owner, "wish", key]))),
    write: (batch) =>
      use("readwrite", (store) => {
        for (const wish of batch.wishes ?? []) store.put(wish, [owner, "wish", wish.key]);
        for (const key of batch.drop ?? []) store.delete([owner, "wish", key]);
        if (batch.answer) store.put(batch.answer, [owner, "answer", batch.answer.key]);
        if (batch.list) {
          const { tasks, at, answers } = batch.list;
          const text: KeptText = { json: JSON.stringify(tasks), at };
          store.put(text, [owner, "tasks"]);
          store.delete([owner, "list"]);
          for (const { key } of answers) store.delete([owner, "answer", key]);
        }
        // Without waiting for the answers: it is kept then even if the page goes away in this moment.
        store.transaction.commit();
        return promisifyRequest(store.transaction);
      }),
    erase: () =>
      use("readwrite", (store) => {
        store.delete(IDBKeyRange.bound([owner], [owner, []]));
        return promisifyRequest(store.transaction);
      }),
    forgetOthers: () =>
      use("readwrite", async (store) => {
        for (const key of await promisifyRequest(store.getAllKeys())) {
          if (Array.isArray(key) && key[0] !== owner && key[1] !== "wish") store.delete(key);
        }
      }),
  };
}
