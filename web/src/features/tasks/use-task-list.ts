import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useSyncExternalStore } from "react";
import { inOrder } from "./position.ts";
import type { TaskList } from "./task-list.ts";
import { applyWishes, isProblem, type Wish } from "./wish.ts";

/** The list as it is to be shown: in the person's order, with every wish of the person in it. */
export function useTaskList(list: TaskList) {
  const query = useQuery(list.query, list.client);
  // The first rows are drawn bit by bit, so that the page stays quick meanwhile.
  const arriving = useDeferredValue(useSyncExternalStore(list.subscribeArriving, list.arriving));
  const { wishes, connection } = useSyncExternalStore(list.subscribeQueue, list.queue);
  const stored = query.data ?? arriving;
  const tasks = useMemo(() => inOrder(applyWishes(stored ?? [], wishes)), [stored, wishes]);
  return {
    query,
    tasks,
    connection,
    held: wishes.filter((wish) => wish.state === "held").map(baseOf),
    waiting: wishes.filter((wish) => wish.state === "waiting").length,
    problems: wishes.filter(isProblem),
  };
}

function baseOf({ change }: Wish) {
  if (change.kind === "add") throw new Error("only deletions are held");
  return change.base;
}
