import { StickyNote } from "lucide-react";
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type Ref,
  useCallback,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { IconButton } from "../../components/button.tsx";
import { isShortcut } from "../../components/shortcut.ts";
import type { Locale } from "../../i18n/locale.ts";
import { nameOfDay } from "./day.ts";
import type { Drafts } from "./drafts.ts";
import { type Edited, EditForm } from "./edit-form.tsx";
import { bin, grip, pencil } from "./row-icons.tsx";
import type { ItemProps } from "./rows.tsx";
import type { Task } from "./task.ts";
import type { Drop } from "./use-drag.ts";
import { clip, words } from "./words.ts";

/** What a row tells the page. */
export interface RowActions {
  toggle: (task: Task) => void;
  /** Gives the task as it was when the edit began, and what it has become. */
  edit: (base: Task, edited: Edited) => void;
  move: (task: Task, by: 1 | -1) => void;
  grab: (task: Task, event: PointerEvent) => void;
  remove: (task: Task) => void;
  /** `range`: together with all from the last one on. */
  select: (task: Task, range: boolean) => void;
}

interface TaskRowProps {
  task: Task;
  actions: RowActions;
  drafts: Drafts;
  /** In which language it is drawn, and on which day. */
  locale: Locale;
  today: string;
  /** Whether it is selected, while several can be. */
  selected: boolean | undefined;
  /** Whether what is dragged would be dropped here, and on which side. */
  drop: Drop["side"] | undefined;
  item?: ItemProps | undefined;
}

export const TaskRow = memo(function TaskRow({
  task,
  actions,
  drafts,
  locale,
  today,
  selected,
  drop,
  item,
}: TaskRowProps) {
  // An edit that was under way when the page was left goes on.
  const [editing, setEditing] = useState(() => drafts.readEdit(task.id));
  const [returning, setReturning] = useState(false);
  const editButton = useRef<HTMLButtonElement>(null);
  const textId = useId();

  useEffect(() => {
    if (!returning) return;
    editButton.current?.focus();
    setReturning(false);
  }, [returning]);

  const edit = useCallback(
    () => setEditing({ base: task, text: task.text, due: task.due, notes: task.notes }),
    [task],
  );

  if (editing) {
    return (
      <li {...item} className="row" data-task={task.id}>
        <EditForm
          begin={editing}
          onDraft={(draft) => drafts.writeEdit(task.id, { base: editing.base, ...draft })}
          onSave={(edited) => actions.edit(editing.base, edited)}
          onMove={(by) => actions.move(task, by)}
          onDelete={() => {
            drafts.writeEdit(task.id, undefined);
            actions.remove(task);
          }}
          onEnd={(keep) => {
            drafts.writeEdit(task.id, undefined);
            setEditing(undefined);
            setReturning(keep);
          }}
        />
      </li>
    );
  }

  // Single keys, but only where the focus is on this row's own controls.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      actions.move(task, event.key === "ArrowUp" ? -1 : 1);
      return;
    }
    if (event.shiftKey || !isShortcut(event.nativeEvent)) return;
    if (event.key === "e" || event.key === "F2") edit();
    else if (event.key === "x") actions.select(task, false);
    else if (event.key === "Delete") actions.remove(task);
    else return;
    event.preventDefault();
  };

  return (
    <li
      {...item}
      className="row"
      data-task={task.id}
      data-completed={task.completed || undefined}
      data-selected={selected || undefined}
      data-drop={drop}
      onKeyDown={onKeyDown}
    >
      <Content
        task={task}
        actions={actions}
        selected={selected}
        locale={locale}
        today={today}
        edit={edit}
        editButton={editButton}
        textId={textId}
      />
    </li>
  );
});

interface ContentProps extends Pick<TaskRowProps, "task" | "actions" | "selected" | "locale" | "today"> {
  edit: () => void;
  editButton: Ref<HTMLButtonElement>;
  textId: string;
}

/** What does not change when the row gets another place in a long list. */
const Content = memo(function Content({
  task,
  actions,
  selected,
  locale,
  today,
  edit,
  editButton,
  textId,
}: ContentProps) {
  const onClick = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) actions.select(task, event.shiftKey);
  };

  const dueId = `${textId}due`;
  return (
    <>
      <input
        type="checkbox"
        className="tick"
        aria-labelledby={textId}
        aria-describedby={task.due === "" ? undefined : dueId}
        checked={task.completed}
        onChange={() => actions.toggle(task)}
      />
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: X does it by keyboard */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: shortcuts for what the row's buttons do */}
      <div className="content" onClick={onClick} onDoubleClick={edit}>
        <p id={textId} dir="auto" className="text">
          {task.text}
        </p>
        <Details task={task} locale={locale} today={today} dueId={dueId} />
      </div>
      <div className="row-actions">
        <span
          aria-hidden="true"
          className="grip"
          title={words.drag}
          onPointerDown={(event) => actions.grab(task, event.nativeEvent)}
        >
          {grip}
        </span>
        {selected === undefined ? (
          <>
            <IconButton ref={editButton} label={words.edit(clip(task.text))} onClick={edit}>
              {pencil}
            </IconButton>
            <IconButton label={words.delete(clip(task.text))} onClick={() => actions.remove(task)}>
              {bin}
            </IconButton>
          </>
        ) : (
          <label className="pick">
            <span className="sr-only">{words.selectTask(clip(task.text))}</span>
            <input
              type="checkbox"
              checked={selected}
              onChange={(event) =>
                actions.select(task, (event.nativeEvent as globalThis.MouseEvent).shiftKey === true)
              }
            />
          </label>
        )}
      </div>
    </>
  );
});

/** When it is due, and the beginning of its notes. */
function Details({
  task: { due, notes, completed },
  locale,
  today,
  dueId,
}: Pick<TaskRowProps, "task" | "locale" | "today"> & { dueId: string }) {
  if (due === "" && notes === "") return null;
  const late = due < today && !completed;
  const day = due && nameOfDay(due, today, locale);
  return (
    <div className="details">
      {due !== "" && (
        <time id={dueId} dateTime={due} data-late={late || undefined}>
          {late ? words.overdue(day) : words.dueOn(day)}
        </time>
      )}
      {notes !== "" && (
        <span className="notes">
          <StickyNote aria-hidden="true" size={14} />
          <span className="sr-only">{words.notes}: </span>
          <span dir="auto">{notes}</span>
        </span>
      )}
    </div>
  );
}
