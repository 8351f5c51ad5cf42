import { QueryClient, queryOptions } from "@tanstack/react-query";
import type { Api } from "../../api/client.ts";
import { ApiError, SessionEnded } from "../../api/errors.ts";
import { addTask } from "./api/add-task.ts";
import { completeTask } from "./api/complete-task.ts";
import { deleteTask } from "./api/delete-task.ts";
import { getTask } from "./api/get-task.ts";
import { listTasks } from "./api/list-tasks.ts";
import { updateTask } from "./api/update-task.ts";
import { type Answer, applyAnswers, Journal, reuse } from "./journal.ts";
import type { Keep, Kept } from "./keep.ts";
import type { Opened } from "./opened.ts";
import type { Place } from "./position.ts";
import { createQueue, type Outcome } from "./queue.ts";
import { type Task, tidy } from "./task.ts";
import { type Change, fulfils, mergeable, type Problem, stemsFrom, type Wish, written } from "./wish.ts";

export type TaskList = ReturnType<typeof createTaskList>;

interface TaskListParts {
  api: Api;
  keep: Keep;
  /** What has been opened and read of it already. */
  opened?: Opened | undefined;
  /** Makes UUIDv7s in order. */
  newId: () => string;
  /** Whose list it is. */
  owner: string;
}

/** More than so many requests a closing page does not get out. */
const many = 20;

/** A list that is still arriving is drawn anew no sooner than after this time, in milliseconds. */
const pause = 1_000;

/** How long the kept list may lag behind the shown one, in milliseconds. */
const lag = 1_000;

/**
 * The list of one signed-in person and everything that can be done with it. Each wish shows at once, is kept in this
 * browser and sent in the background. What the server is known to hold is kept too, for the next visit.
 */
export function createTaskList({ api, keep, opened, newId, owner }: TaskListParts) {
  const client = new QueryClient({
    defaultOptions: {
      // Offline is no state of its own here: a call without a network fails, and is tried again when it is back.
      queries: { networkMode: "always", staleTime: 10_000, retry, retryDelay },
    },
  });
  const journal = new Journal();
  const listeners = new Set<() => void>();
  let arriving: Task[] | undefined;
  let shownAt = 0;
  /** Answers that the kept list does not know of. */
  let unsaved: Answer[] = [];
  let saving: ReturnType<typeof setTimeout> | undefined;

  const query = queryOptions({
    queryKey: ["tasks"],
    structuralSharing: (old, tasks) => (old ? reuse(old as Task[], tasks as Task[]) : tasks),
    queryFn: async ({ signal }) => {
      const asked = journal.now();
      try {
        const tasks = await listTasks(api, signal, showSome);
        queue.reached();
        // Once the list is in its place: what has come of it stays until then. Kept at once, since no answers are kept
        // that could make up for it.
        setTimeout(() => {
          show(undefined);
          setTimeout(save);
        });
        return applyAnswers(tasks, journal.since(asked));
      } catch (error) {
        show(undefined);
        throw error;
      }
    },
  });

  const queue = createQueue({
    owner,
    keep,
    opened,
    deliver,
    onAnswer: (answer) => {
      journal.record(answer);
      unsaved.push(answer);
      client.setQueryData(query.queryKey, (tasks) => tasks && applyAnswers(tasks, [answer]));
      saveSoon();
    },
    onLoad: ({ list, answers }: Kept) => {
      for (const answer of answers) journal.record(answer);
      unsaved = answers;
      if (!list || client.getQueryData(query.queryKey)) return;
      const asked = client.getQueryState(query.queryKey)?.fetchStatus === "fetching";
      client.setQueryData(query.queryKey, applyAnswers(list.tasks, answers), { updatedAt: list.at });
      // Or it would look like a list that has just been loaded.
      if (!asked) void client.invalidateQueries();
    },
    onReturn: () => void client.invalidateQueries(),
  });

  return {
    client,
    query,
    queue: queue.state,
    subscribeQueue: queue.subscribe,
    /** The part of the list that has come, while its first loading goes on. */
    arriving: () => arriving,
    subscribeArriving(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    /** Begins to send what waits. Returns what ends it. */
    start() {
      const stop = queue.start();
      keep.forgetOthers().catch(() => {});
      return () => {
        clearTimeout(saving);
        stop();
      };
    },

    /** Adds a task for each text that holds something, and gives their ids. */
    add(...texts: string[]): string[] {
      const tidied = texts.map(tidy).filter((text) => text !== "");
      const changes = tidied.map(
        (text): Change => ({ kind: "add", id: newId(), to: { text, completed: false } }),
      );
      wish(changes);
      return changes.map(({ id }) => id);
    },
    /** Changes `base`, the task as the person saw it when they began. */
    edit(base: Task, { text, due, notes }: Pick<Task, "text" | "due" | "notes">) {
      const wanted = { text: tidy(text) || base.text, due, notes: tidy(notes) };
      const to = Object.fromEntries(
        Object.entries(wanted).filter(([name, value]) => value !== base[name as keyof typeof wanted]),
      );
      if (Object.keys(to).length > 0) wish([{ kind: "edit", id: base.id, to, base }]);
    },
    /** Gives tasks their places in the person's own order. */
    move(places: Place[]) {
      wish(places.map(({ base, position }) => ({ kind: "move", id: base.id, to: { position }, base })));
    },
    toggle(...tasks: Task[]) {
      wish(tasks.map((base) => ({ kind: base.completed ? "reopen" : "complete", id: base.id, base })));
    },
    /** Deletes in the list; the server hears of it at `flush`. */
    remove(tasks: Task[]) {
      wish(
        tasks.map((base): Change => ({ kind: "delete", id: base.id, base })),
        "held",
      );
    },
    /** Takes the held deletions back. */
    undo() {
      queue.drop(held().map(({ key }) => key));
    },
    flush,
    /** Sends deletions that may never be sent otherwise: the page is closing. They stay kept until they are answered. */
    flushNow() {
      const waiting = held();
      queue.leave(waiting.map((wish) => ({ ...wish, state: "waiting" })));
      for (const { change } of waiting.slice(0, many)) void make(change).catch(() => {});
    },
    retry(problems: Problem[]) {
      queue.put(problems.map(({ key, change }) => ({ key, change, state: "waiting" })));
    },
    /** Makes a change that met a newer version, or a task that is gone, all the same. */
    insist({ key, change, trouble }: Problem) {
      if (trouble.kind === "conflict" && change.kind !== "add") {
        const base = known(change.id) ?? change.base;
        queue.put([{ key, change: { ...change, base }, state: "waiting" }]);
      } else if (change.kind === "edit") {
        const { id: _, version: __, ...fields } = { ...change.base, ...change.to };
        queue.put([{ key, change: { kind: "add", id: newId(), to: fields }, state: "waiting" }]);
      }
    },
    forget(problems: Problem[]) {
      queue.drop(problems.map(({ key }) => key));
    },
    tryNow: queue.tryNow,
    /** Waits until every wish, held deletions included, has been answered or cannot be sent. Gives how many are left. */
    async settled(): Promise<number> {
      flush();
      await queue.settled();
      return queue.state().wishes.length;
    },
    /** Forgets everything of this person in this browser, unsent changes too. */
    erase: () => keep.erase().catch(() => {}),
  };

  function wish(changes: Change[], state: Wish["state"] = "waiting") {
    queue.put(changes.map((change) => ({ key: newId(), change, state })));
  }

  function held(): Wish[] {
    return queue.state().wishes.filter((wish) => wish.state === "held");
  }

  function flush() {
    const waiting = held();
    if (waiting.length > 0) queue.put(waiting.map((wish) => ({ ...wish, state: "waiting" })));
  }

  /** Shows the first tasks at once, and more of them from time to time. */
  function showSome(tasks: Task[]) {
    if (client.getQueryData(query.queryKey)) return;
    if (arriving && Date.now() - shownAt < pause) return;
    shownAt = Date.now();
    show(tasks);
  }

  function show(tasks: Task[] | undefined) {
    if (arriving === tasks) return;
    arriving = tasks;
    for (const listener of listeners) listener();
  }

  function saveSoon() {
    saving ??= setTimeout(save, lag);
  }

  function save() {
    clearTimeout(saving);
    saving = undefined;
    const tasks = client.getQueryData(query.queryKey);
    if (!tasks) return;
    const answers = unsaved;
    unsaved = [];
    const at = client.getQueryState(query.queryKey)?.dataUpdatedAt ?? 0;
    keep.write({ list: { tasks, at, answers } }).catch(() => {});
  }

  async function deliver({ key, change }: Wish): Promise<Outcome> {
    const from = versionOf(change);
    try {
      return { answer: { key, id: change.id, from, task: await make(change) } };
    } catch (error) {
      if (error instanceof SessionEnded) return "stopped";
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 412) return conflict(key, change, error);
      if (error.status === 409 && change.kind === "add") return alreadyAdded(key, change, error);
      return failure(change, error);
    }
  }

  function make(change: Change): Promise<Task | undefined> {
    const { id } = change;
    const version = versionOf(change);
    switch (change.kind) {
      case "add":
        return addTask(api, id, change.to);
      case "complete":
        return completeTask(api, id, version);
      case "delete":
        return deleteTask(api, id, version);
      // An update always writes text and state: what is not meant to change is taken from what the server holds.
      case "edit":
      case "move":
      case "reopen": {
        const { text, completed } = known(id) ?? change.base;
        return updateTask(api, id, version, { text, completed, ...written(change) });
      }
    }
  }

  function versionOf(change: Change): number {
    return change.kind === "add" ? 0 : journal.latest(change.id, change.base.version);
  }

  /** The task as the server is known to hold it. */
  function known(id: string): Task | undefined {
    return client.getQueryData(query.queryKey)?.find((task) => task.id === id);
  }

  /** Somebody was quicker, perhaps this browser itself, whose answer was lost. Asks only if the two wishes collide. */
  async function conflict(key: string, change: Change, { status, message }: ApiError): Promise<Outcome> {
    if (change.kind === "add") return { trouble: { kind: "refused", status, message } };
    try {
      const { id } = change;
      const from = versionOf(change);
      const task = await getTask(api, id);
      if (stemsFrom(task, { ...change, base: { ...change.base, version: from } })) {
        return { answer: { key, id, from, task } };
      }
      if (fulfils(task, change)) return { answer: { key, id, from: -1, task } };
      if (mergeable(task, change)) {
        note(key, id, task);
        return deliver({ key, change: { ...change, base: task }, state: "waiting" });
      }
      note(key, id, task);
      return { trouble: { kind: "conflict", status, message } };
    } catch (error) {
      if (error instanceof SessionEnded) return "stopped";
      if (!(error instanceof ApiError)) throw error;
      return failure(change, error);
    }
  }

  /** The first try has arrived, and the task was changed since. */
  async function alreadyAdded(key: string, change: Change, error: ApiError): Promise<Outcome> {
    try {
      return { answer: { key, id: change.id, from: -1, task: await getTask(api, change.id) } };
    } catch {
      return failure(change, error);
    }
  }

  function failure(change: Change, { status, message, retryAfter, waits }: ApiError): Outcome {
    if (waits) return { wait: status === 0 ? "unreachable" : "busy", seconds: retryAfter };
    if (status === 404) {
      note("", change.id, undefined);
      return { trouble: { kind: "gone", status, message } };
    }
    return { trouble: { kind: status >= 500 ? "failed" : "refused", status, message } };
  }

  /** Takes note of what somebody else has made of a task. */
  function note(key: string, id: string, task: Task | undefined) {
    const answer = { key, id, from: -1, task };
    journal.record(answer);
    client.setQueryData(query.queryKey, (tasks) => tasks && applyAnswers(tasks, [answer]));
    saveSoon();
  }
}

function retry(failures: number, error: Error): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.status === 0 ? failures < 1 : error.transient && failures < 3;
}

/** As long as the server says; else a moment, then longer. */
function retryDelay(failures: number, error: Error): number {
  const said = error instanceof ApiError ? error.retryAfter : undefined;
  return said === undefined ? 300 * 4 ** failures : said * 1000;
}
