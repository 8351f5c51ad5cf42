import {
  lazy,
  Suspense,
  useDeferredValue,
  useEffect,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
} from "react";
import { useLocation, useSearch } from "wouter";
import { isField, useShortcuts } from "../../components/shortcut.ts";
import { useLocale } from "../../i18n/locale.ts";
import { AddForm } from "./add-form.tsx";
import type { Drafts } from "./drafts.ts";
import { FilterLinks } from "./filter-links.tsx";
import { Hints } from "./hints.tsx";
import { placesFor } from "./position.ts";
import { Rows } from "./rows.tsx";
import { ConnectionNote, Empty, LoadFailure, Loading, RefreshFailure } from "./states.tsx";
import { found, hrefOf, type Show, shown, type Task, viewOf } from "./task.ts";
import type { TaskList } from "./task-list.ts";
import { type RowActions, TaskRow } from "./task-row.tsx";
import { TaskToasts } from "./task-toasts.tsx";
import { Toolbar } from "./toolbar.tsx";
import { useDrag } from "./use-drag.ts";
import { useSelection } from "./use-selection.ts";
import { useTaskList } from "./use-task-list.ts";
import { useToday } from "./use-today.ts";
import { words } from "./words.ts";

/** Whoever has more tasks needs no hints. */
const first = 10;

const SelectionBar = lazy(() => import("./selection-bar.tsx"));

/** The one page of the app: the list, its head and its messages. */
export function TasksPage({ list, drafts }: { list: TaskList; drafts: Drafts }) {
  const { query, tasks, connection, held, waiting, problems } = useTaskList(list);
  const locale = useLocale();
  const today = useToday();
  const view = viewOf(useSearch());
  const { show } = view;
  const sought = useDeferredValue(view.sought);
  const visible = useMemo(() => found(shown(tasks, show), sought), [tasks, show, sought]);
  const completed = shown(tasks, "complete");
  const left = tasks.length - completed.length;
  const [, navigate] = useLocation();
  const [said, say] = useReducer(next, { text: "", times: 0 });
  const [anchor, setAnchor] = useState<string>();
  const selection = useSelection(visible);
  const field = useRef<HTMLTextAreaElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const afterwards = useAfterwards();

  const focusTask = (id = "") => {
    setAnchor(id);
    afterwards(() => (rowOf(id)?.querySelector("input") ?? field.current)?.focus());
  };
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
  const add = (texts: string[]) => {
    const ids = list.add(...texts);
    const id = ids.at(-1);
    if (id === undefined) return false;
    // A view that does not hold what is new gives way to one that does.
    const added = texts.map((text) => ({ text, notes: "" }));
    const holds = found(added, view.sought).length === added.length;
    if (show === "complete" || !holds) {
      navigate(hrefOf({ show: show === "complete" ? "all" : show, sought: holds ? view.sought : "" }));
    }
    // It goes to the end of the list, which may be out of sight.
    setAnchor(id);
    afterwards(() => rowOf(id)?.scrollIntoView({ block: "nearest" }));
    say(ids.length === 1 ? words.said.added : words.addedMany(ids.length));
    return true;
  };
  const removeAll = (gone: Task[]) => {
    for (const { id } of gone) drafts.writeEdit(id, undefined);
    list.remove(gone);
    selection.end();
    say(words.saidDeleted);
  };
  const undo = () => {
    focusTask(held.at(-1)?.id);
    list.undo();
    say(words.said.restored);
  };
  const toggleAll = (chosen: Task[], to: boolean) => {
    list.toggle(...chosen.filter(({ completed }) => completed !== to));
    selection.end();
    afterwards(() => heading.current?.focus());
    say(to ? words.said.completed : words.said.reopened);
  };
  /** Moves a task to another place among the visible ones; the focus goes with it. */
  const place = (task: Task, index: number) => {
    const focused = document.activeElement;
    setAnchor(task.id);
    // In its new place the row is another piece of the page to the browser, which forgets the focus.
    afterwards(() => focused instanceof HTMLElement && focused.isConnected && focused.focus());
    list.move(placesFor(task, index, visible, tasks, Date.now()));
    say(words.moved(words.number(index + 1), words.number(visible.length)));
  };
  const drag = useDrag((id, { id: target, side }) => {
    const task = visible.find((each) => each.id === id);
    const at = visible.filter((each) => each.id !== id).findIndex((each) => each.id === target);
    if (task && at >= 0) place(task, side === "before" ? at : at + 1);
  });
  const step = (by: 1 | -1) => {
    const row = document.activeElement?.closest<HTMLElement>("[data-task]");
    const at = row ? visible.findIndex(({ id }) => id === row.dataset.task) : by === 1 ? -1 : visible.length;
    const next = visible[Math.max(0, Math.min(visible.length - 1, at + by))];
    if (next) focusTask(next.id);
  };

  const actions = useStable<RowActions>({
    toggle(task) {
      if (show !== "all") makeWay(task);
      list.toggle(task);
      say(task.completed ? words.said.reopened : words.said.completed);
    },
    edit(base, edited) {
      list.edit(base, edited);
      say(words.said.saved);
    },
    move(task, by) {
      const at = visible.findIndex(({ id }) => id === task.id) + by;
      if (at >= 0 && at < visible.length) place(task, at);
    },
    grab: (task, event) => drag.grab(task.id, event),
    remove(task) {
      makeWay(task);
      list.remove([task]);
      say(words.saidDeleted);
    },
    select: selection.toggle,
  });

  const look = (to: Show) => navigate(hrefOf({ ...view, show: to }));
  const toField = () => field.current?.focus();
  useShortcuts({
    n: toField,
    "/": toField,
    f: () => search.current?.focus(),
    j: () => step(1),
    k: () => step(-1),
    1: () => look("all"),
    2: () => look("incomplete"),
    3: () => look("complete"),
    ...(held.length > 0 ? { z: undo } : {}),
    ...(selection.selecting ? { escape: selection.end } : {}),
  });
  useUndoKey(held.length > 0, undo);
  useFlushOnLeave(list);
  // What somebody is writing is not to be lost with a task that was deleted elsewhere: it is sent all the same, and the
  // answer is the question what to do with it.
  useEffect(() => {
    if (!query.isFetchedAfterMount) return;
    for (const draft of drafts.readEdits()) {
      const { id } = draft.base;
      if (tasks.some((task) => task.id === id) || query.data?.some((task) => task.id === id)) continue;
      drafts.writeEdit(id, undefined);
      list.edit(draft.base, draft);
    }
  }, [list, drafts, tasks, query.data, query.isFetchedAfterMount]);

  const looked = useRef(show);
  useEffect(() => {
    if (looked.current === show) return;
    looked.current = show;
    say(`${words.views[show]}: ${words.number(visible.length)}.`);
  }, [show, visible.length]);

  const troubled = useRef(false);
  useEffect(() => {
    if (connection !== "open") troubled.current = true;
    else if (troubled.current && waiting === 0) {
      troubled.current = false;
      say(words.said.saved);
      // The note has gone, and its button with it.
      if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
    }
  }, [connection, waiting]);

  const failure = { error: query.error, busy: query.isFetching, onRetry: () => void query.refetch() };
  const loaded = query.data !== undefined;
  return (
    <main className="page">
      <title>{left > 0 ? `(${words.number(left)}) ${words.title}` : words.title}</title>
      <h1 ref={heading} tabIndex={-1} className="sr-only">
        {words.title}
      </h1>
      <p role="status" className="sr-only">
        {/* What is said again is heard again only if it is new to the page. */}
        <span key={said.times}>
          {loaded ? `${said.text} ${words.left(left)}` : query.isPending && words.loading}
        </span>
        {connection !== "open" && ` ${words.connection[connection]}`}
        {loaded && sought !== "" && ` ${words.found(visible.length)}`}
      </p>
      <ConnectionNote connection={connection} waiting={waiting} onTryNow={list.tryNow} />
      <AddForm field={field} drafts={drafts} onAdd={add} />
      <FilterLinks
        view={view}
        counts={loaded ? { all: tasks.length, incomplete: left, complete: completed.length } : undefined}
      />
      {(tasks.length > 0 || view.sought !== "") && (
        <Toolbar
          search={search}
          sought={view.sought}
          completed={completed.length}
          selecting={selection.selecting}
          onSeek={(wanted) => navigate(hrefOf({ show, sought: wanted }), { replace: true })}
          onSelect={selection.selecting ? selection.end : selection.begin}
          onClear={() => {
            afterwards(() => heading.current?.focus());
            removeAll(completed);
          }}
        />
      )}
      {query.isRefetchError && connection === "open" && <RefreshFailure {...failure} />}
      {query.isLoadingError && <LoadFailure {...failure} />}
      {query.isPending && tasks.length === 0 && <Loading />}
      {loaded && visible.length === 0 && (
        <Empty show={tasks.length === 0 ? "all" : show} sought={tasks.length > 0 && sought !== ""} />
      )}
      {visible.length > 0 && (
        // biome-ignore lint/a11y/noStaticElementInteractions: notes where the focus is; arrows move it from row to row
        <div
          onFocus={(event) => setAnchor(event.target.closest<HTMLElement>("[data-task]")?.dataset.task)}
          onKeyDown={(event) => {
            // In an edit they are for its fields.
            if (event.altKey || (event.target instanceof Element && event.target.closest("form"))) return;
            if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
            event.preventDefault();
            step(event.key === "ArrowDown" ? 1 : -1);
          }}
        >
          <Rows
            tasks={visible}
            anchor={anchor}
            row={(task, item) => (
              <TaskRow
                key={task.id}
                task={task}
                actions={actions}
                drafts={drafts}
                locale={locale}
                today={today}
                drop={drag.drop?.id === task.id ? drag.drop.side : undefined}
                selected={selection.selecting ? selection.has(task) : undefined}
                item={item}
              />
            )}
          />
        </div>
      )}
      {loaded && visible.length > 0 && tasks.length <= first && (
        <Hints onSeen={() => heading.current?.focus()} />
      )}
      <div className="foot">
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
        {selection.selecting && (
          <Suspense>
            <SelectionBar
              selected={selection.selected}
              onAll={selection.all}
              onComplete={() => toggleAll(selection.selected, true)}
              onReopen={() => toggleAll(selection.selected, false)}
              onDelete={() => {
                afterwards(() => heading.current?.focus());
                removeAll(selection.selected);
              }}
              onEnd={() => {
                afterwards(() => heading.current?.focus());
                selection.end();
              }}
            />
          </Suspense>
        )}
      </div>
    </main>
  );
}

const next = ({ times }: { times: number }, text: string) => ({ text, times: times + 1 });

const rowOf = (id: string) => document.querySelector(`[data-task="${id}"]`);

/** Returns a function that does something to the page once what has changed is drawn. */
function useAfterwards() {
  const waiting = useRef<() => void>(undefined);
  useLayoutEffect(() => {
    waiting.current?.();
    waiting.current = undefined;
  });
  // What is done may change nothing that is drawn, such as coming back to the task that had the focus last.
  const [, draw] = useReducer((drawn: number) => drawn + 1, 0);
  return (act: () => void) => {
    waiting.current = act;
    draw();
  };
}

/** The same functions as long as the page lives, which do what the latest ones do: rows are not drawn for their sake. */
function useStable<T extends Record<keyof T, (...args: never[]) => void>>(functions: T): T {
  const latest = useRef(functions);
  useLayoutEffect(() => {
    latest.current = functions;
  });
  const [stable] = useState(() => {
    const call =
      (name: keyof T) =>
      (...args: never[]) =>
        latest.current[name](...args);
    return Object.fromEntries(Object.keys(functions).map((name) => [name, call(name as keyof T)])) as T;
  });
  return stable;
}

/** Ctrl+Z, or Cmd+Z, takes deletions back; in a field that holds text it is the field's own. */
function useUndoKey(active: boolean, undo: () => void) {
  const latest = useRef(undo);
  useLayoutEffect(() => {
    latest.current = undo;
  });
  useLayoutEffect(() => {
    if (!active) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== "z" ||
        !(event.ctrlKey || event.metaKey) ||
        event.shiftKey ||
        event.altKey
      )
        return;
      if (isField(event.target) && event.target.value !== "") return;
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
