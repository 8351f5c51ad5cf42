import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useSearch } from "wouter";
import { AddForm } from "./add-form.tsx";
import { FilterLinks } from "./filter-links.tsx";
import { ConnectionNote, Empty, LoadFailure, Loading, RefreshFailure } from "./states.tsx";
import { shown, showOf, type Task } from "./task.ts";
import type { TaskList } from "./task-list.ts";
import { TaskRow } from "./task-row.tsx";
import { TaskToasts } from "./task-toasts.tsx";
import { useTaskList } from "./use-task-list.ts";
import { words } from "./words.ts";

/** The one page of the app: the list, its head and its messages. */
export function TasksPage({ list }: { list: TaskList }) {
  const { query, tasks, connection, held, waiting, problems } = useTaskList(list);
  const show = showOf(useSearch());
  const visible = shown(tasks, show);
  const left = shown(tasks, "incomplete").length;
  const [said, setSaid] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const afterwards = useAfterwards();
  const focusTask = (id = "") =>
    afterwards(() =>
      (document.querySelector<HTMLElement>(`[data-task="${id}"] input`) ?? field.current)?.focus(),
    );
  /** For a message's button: it goes with its message, and the focus must not go with it. */
  const answering =
    <A extends unknown[]>(act: (...about: A) => void) =>
    (...about: A) => {
      afterwards(() => heading.current?.focus());
      act(...about);
    };

  /** Before a row leaves the view: the focus goes to the next one, else to the one before, else to the field. */
  const makeWay = (task: Task) => {
    const at = visible.findIndex(({ id }) => id === task.id);
    focusTask((visible[at + 1] ?? visible[at - 1])?.id);
  };
  const add = (text: string) => {
    const [id] = list.add(text);
    if (id === undefined) return false;
    // It goes to the end of the list, which may be out of sight.
    afterwards(() => document.querySelector(`[data-task="${id}"]`)?.scrollIntoView({ block: "nearest" }));
    setSaid(words.said.added);
    return true;
  };
  const remove = (task: Task) => {
    makeWay(task);
    list.remove([task]);
    setSaid(words.saidDeleted);
  };
  const undo = () => {
    focusTask(held.at(-1)?.id);
    list.undo();
    setSaid(words.said.restored);
  };
  const toggle = (task: Task) => {
    if (show !== "all") makeWay(task);
    list.toggle(task);
    setSaid(task.completed ? words.said.reopened : words.said.completed);
  };

  useUndoKey(held.length > 0, undo);
  useFlushOnLeave(list);

  const failure = { error: query.error, busy: query.isFetching, onRetry: () => void query.refetch() };
  const loaded = query.data !== undefined;
  return (
    <main className="page">
      <title>{left > 0 ? `(${left}) ${words.title}` : words.title}</title>
      <h1 ref={heading} tabIndex={-1} className="sr-only">
        {words.title}
      </h1>
      <p role="status" className="sr-only">
        {loaded ? `${said} ${words.left(left)}` : query.isPending && words.loading}
        {connection !== "open" && ` ${words.connection[connection]}`}
      </p>
      <ConnectionNote connection={connection} waiting={waiting} onTryNow={list.tryNow} />
      <AddForm field={field} onAdd={add} />
      <FilterLinks
        current={show}
        counts={loaded ? { all: tasks.length, incomplete: left, complete: tasks.length - left } : undefined}
      />
      {query.isRefetchError && connection === "open" && <RefreshFailure {...failure} />}
      {query.isLoadingError && <LoadFailure {...failure} />}
      {query.isPending && tasks.length === 0 && <Loading />}
      {loaded && visible.length === 0 && <Empty show={tasks.length === 0 ? "all" : show} />}
      {visible.length > 0 && (
        // biome-ignore lint/a11y/noRedundantRoles: without it Safari takes a list without bullets for none
        <ul role="list" aria-label={words.list} className="sheet rows">
          {visible.map((task) => (
            <TaskRow
              key={task.id}
              task={task}
              onToggle={toggle}
              onEdit={(base, text) => {
                list.edit(base, text);
                setSaid(words.said.saved);
              }}
              onDelete={remove}
            />
          ))}
        </ul>
      )}
      <TaskToasts
        tasks={tasks}
        held={held}
        problems={problems}
        onUndo={undo}
        onFlush={list.flush}
        onWaive={answering(list.flush)}
        onRetry={answering(list.retry)}
        onInsist={answering(list.insist)}
        onForget={answering(list.forget)}
      />
    </main>
  );
}

/** Returns a function that does something to the page once what has changed is drawn. */
function useAfterwards() {
  const waiting = useRef<() => void>(undefined);
  useLayoutEffect(() => {
    waiting.current?.();
    waiting.current = undefined;
  });
  return (act: () => void) => {
    waiting.current = act;
  };
}

/** Ctrl+Z, or Cmd+Z, takes deletions back; in a field that holds text it is the field's own. */
function useUndoKey(active: boolean, undo: () => void) {
  const latest = useRef(undo);
  useEffect(() => {
    latest.current = undo;
  });
  useEffect(() => {
    if (!active) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== "z" ||
        !(event.ctrlKey || event.metaKey) ||
        event.shiftKey ||
        event.altKey
      )
        return;
      if (event.target instanceof HTMLTextAreaElement && event.target.value !== "") return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [active]);
}

/** Sends the held deletions when there will be no later: the page is closing, or this view is. */
function useFlushOnLeave(list: TaskList) {
  useEffect(() => {
    window.addEventListener("pagehide", list.flushNow);
    return () => {
      window.removeEventListener("pagehide", list.flushNow);
      list.flush();
    };
  }, [list]);
}
