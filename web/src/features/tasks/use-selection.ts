import { useState } from "react";
import type { Task } from "./task.ts";

/** Which of the visible tasks are selected, while several can be. */
export function useSelection(visible: Task[]) {
  const [ids, setIds] = useState<ReadonlySet<string>>();
  const [last, setLast] = useState<string>();
  return {
    selecting: ids !== undefined,
    selected: ids ? visible.filter(({ id }) => ids.has(id)) : [],
    has: (task: Task) => ids?.has(task.id) === true,
    begin: () => setIds(new Set()),
    end() {
      setIds(undefined);
      setLast(undefined);
    },
    all: () => setIds(new Set(visible.map(({ id }) => id))),
    /** Selects a task or no longer does; with `range`, selects all between it and the last one. */
    toggle(task: Task, range: boolean) {
      const next = new Set(ids);
      const from = visible.findIndex(({ id }) => id === last);
      const to = visible.findIndex(({ id }) => id === task.id);
      if (range && from >= 0) {
        for (const { id } of visible.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(id);
      } else if (!next.delete(task.id)) {
        next.add(task.id);
      }
      setIds(next);
      setLast(task.id);
    },
  };
}
