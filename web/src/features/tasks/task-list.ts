import { QueryClient, queryOptions, replaceEqualDeep } from "@tanstack/react-query";
import type { Api } from "../../api/client.ts";
import { ApiError, SessionEnded } from "../../api/errors.ts";
import { addTask } from "./api/add-task.ts";
import { completeTask } from "./api/complete-task.ts";
import { deleteTask } from "./api/delete-task.ts";
import { getTask } from "./api/get-task.ts";
import { listTasks } from "./api/list-tasks.ts";
import { updateTask } from "./api/update-task.ts";
import { type Change, fulfils } from "./change.ts";
import { Journal, put } from "./journal.ts";
import { type Task, tidy } from "./task.ts";

/** A change that could not be made, for the person to decide what becomes of it. */
export interface Problem {
  change: Change;
  /**
   * failed: may succeed later. refused: never will, and the error says why. conflict: the task was changed
   * elsewhere; the list shows that newer version. gone: the task was deleted elsewhere.
   */
  kind: "failed" | "refused" | "conflict" | "gone";
  error: ApiError;
}

export interface Outbox {
  /** Deleted tasks whose deletion can still be undone: it has not been sent. */
  held: Task[];
  problems: Problem[];
}

export type TaskList = ReturnType<typeof createTaskList>;

const changesKey = ["change"];

/**
 * The list of one signed-in person and everything that can be done with it. Each wish shows at once and is sent in
 * the background; those about one task one after the other, in order.
 */
export function createTaskList(api: Api, newId: () => string) {
  const client = new QueryClient({
    defaultOptions: {
      // Offline is no state of its own here: a call without a network fails, and can be tried again.
      queries: { networkMode: "always", staleTime: 10_000, retry: retryOnce, retryDelay: 300 },
    },
  });
  const journal = new Journal();
  const listeners = new Set<() => void>();
  const running = new Set<Promise<unknown>>();
  let outbox: Outbox = { held: [], problems: [] };
  let changes: Change[] = [];

  const query = queryOptions({
    queryKey: ["tasks"],
    queryFn: async ({ signal }) => {
      const asked = journal.now();
      return journal.since(asked, await listTasks(api, signal));
    },
  });

  return {
    client,
    query,
    subscribe(listener: () => void) {
      const unsubscribe = client.getMutationCache().subscribe(listener);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        unsubscribe();
      };
    },
    outbox: () => outbox,
    /** What is under way, in order; the same array while nothing changes. */
    changes(): Change[] {
      const pending = client.getMutationCache().findAll({ mutationKey: changesKey, status: "pending" });
      // Only `send` makes mutations with this key.
      changes = replaceEqualDeep(
        changes,
        pending.map(({ state }) => state.variables as Change),
      );
      return changes;
    },

    /** Adds a task and gives its id, or none if there is nothing in `text`. */
    add(text: string): string | undefined {
      const tidied = tidy(text);
      if (tidied === "") return undefined;
      const id = newId();
      send({ kind: "add", id, text: tidied });
      return id;
    },
    /** Changes the text of `base`, the task as the person saw it when they began. */
    edit(base: Task, text: string) {
      const tidied = tidy(text);
      if (tidied !== "" && tidied !== base.text) send({ kind: "edit", id: base.id, text: tidied, base });
    },
    toggle(base: Task) {
      send({ kind: base.completed ? "reopen" : "complete", id: base.id, base });
    },
    /** Deletes in the list; the server hears of it at `flush`. */
    remove(task: Task) {
      update({ held: [...outbox.held, task] });
    },
    /** Takes the held deletions back. */
    undo() {
      update({ held: [] });
    },
    flush,
    retry(problems: Problem[]) {
      forget(problems);
      for (const { change } of problems) send(change);
    },
    /** Makes a change that met a newer version, or a task that is gone, all the same. */
    insist(problem: Problem) {
      forget([problem]);
      const { change } = problem;
      if (problem.kind === "conflict" && change.kind !== "add") {
        send({ ...change, base: known(change.id) ?? change.base });
      } else if (change.kind === "edit") {
        send({ kind: "add", id: newId(), text: change.text });
      }
    },
    forget,
    /** Waits until every wish, held deletions included, has been answered or has failed. */
    async settled() {
      flush();
      await Promise.allSettled(running);
    },
  };

  function update(change: Partial<Outbox>) {
    outbox = { ...outbox, ...change };
    for (const listener of listeners) listener();
  }

  function forget(problems: Problem[]) {
    update({ problems: outbox.problems.filter((problem) => !problems.includes(problem)) });
  }

  function flush() {
    const { held } = outbox;
    if (held.length === 0) return;
    for (const base of held) send({ kind: "delete", id: base.id, base });
    // Not before they are on their way: else the rows would show for a moment.
    update({ held: [] });
  }

  function send(change: Change) {
    const run: Promise<unknown> = client
      .getMutationCache()
      .build(client, {
        mutationKey: changesKey,
        scope: { id: change.id },
        networkMode: "always",
        mutationFn: make,
        onSuccess: (task: Task | undefined) => settle(change.id, versionOf(change), task),
        onError: async (error: Error) => {
          const problem = await problemOf(error, change);
          if (problem) update({ problems: [...outbox.problems, problem] });
        },
      })
      .execute(change)
      .catch(() => undefined) // onError has dealt with it.
      .finally(() => running.delete(run));
    running.add(run);
  }

  async function make(change: Change): Promise<Task | undefined> {
    const { id } = change;
    const version = versionOf(change);
    switch (change.kind) {
      case "add":
        return addTask(api, id, change.text);
      case "complete":
        return completeTask(api, id, version);
      case "delete":
        return void (await deleteTask(api, id, version));
      // An update writes text and state: the one that is not meant to change is taken from what the server holds.
      case "edit":
        return updateTask(api, { ...(known(id) ?? change.base), version, text: change.text });
      case "reopen":
        return updateTask(api, { ...(known(id) ?? change.base), version, completed: false });
    }
  }

  function versionOf(change: Change): number {
    return change.kind === "add" ? 0 : journal.latest(change.id, change.base.version);
  }

  /** The task as the server is known to hold it. */
  function known(id: string): Task | undefined {
    return client.getQueryData(query.queryKey)?.find((task) => task.id === id);
  }

  /** Notes the server's word on a task. */
  function settle(id: string, from: number, task: Task | undefined) {
    journal.record(id, from, task);
    client.setQueryData(query.queryKey, (tasks) => tasks && put(tasks, id, task));
  }

  async function problemOf(error: Error, change: Change): Promise<Problem | undefined> {
    if (error instanceof SessionEnded) return undefined;
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 412) return conflictOf(error, change);
    if (error.status === 404) {
      settle(change.id, -1, undefined);
      return { kind: "gone", change, error };
    }
    return { kind: error.transient ? "failed" : "refused", change, error };
  }

  /** Someone else was quicker: shows what they made of the task, and asks only if that is not what was wished. */
  async function conflictOf(conflict: ApiError, change: Change): Promise<Problem | undefined> {
    try {
      const task = await getTask(api, change.id);
      settle(change.id, -1, task);
      return fulfils(task, change) ? undefined : { kind: "conflict", change, error: conflict };
    } catch (error) {
      return problemOf(error instanceof Error ? error : new Error(String(error)), change);
    }
  }
}

function retryOnce(failures: number, error: Error): boolean {
  return failures < 1 && error instanceof ApiError && error.transient;
}
