import { useQuery } from "@tanstack/react-query";
import { useMemo, useSyncExternalStore } from "react";
import { applyChanges, type Change } from "./change.ts";
import type { TaskList } from "./task-list.ts";

/** The list as it is to be shown: oldest first, with every wish of the person in it. */
export function useTaskList(list: TaskList) {
  const query = useQuery(list.query, list.client);
  const outbox = useSyncExternalStore(list.subscribe, list.outbox);
  const changes = useSyncExternalStore(list.subscribe, list.changes);
  const tasks = useMemo(() => {
    const held = outbox.held.map((base): Change => ({ kind: "delete", id: base.id, base }));
    return applyChanges(query.data ?? [], [...changes, ...held]);
  }, [query.data, changes, outbox.held]);
  return { query, tasks, ...outbox };
}
