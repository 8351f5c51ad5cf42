import { Pencil, Trash2 } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, memo, useEffect, useId, useRef, useState } from "react";
import { IconButton } from "../../components/button.tsx";
import { isShortcut } from "../../components/shortcut.ts";
import type { Drafts } from "./drafts.ts";
import { EditForm } from "./edit-form.tsx";
import type { ItemProps } from "./rows.tsx";
import type { Task } from "./task.ts";
import { clip, words } from "./words.ts";

/** What a row tells the page. */
export interface RowActions {
  toggle: (task: Task) => void;
  /** Gives the task as it was when the edit began, and the new text. */
  edit: (base: Task, text: string) => void;
  remove: (task: Task) => void;
  /** `range`: together with all from the last one on. */
  select: (task: Task, range: boolean) => void;
}

interface TaskRowProps {
  task: Task;
  actions: RowActions;
  drafts: Drafts;
  /** Whether it is selected, while several can be. */
  selected: boolean | undefined;
  item?: ItemProps | undefined;
}

export const TaskRow = memo(function TaskRow({ task, actions, drafts, selected, item }: TaskRowProps) {
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

  const edit = () => setEditing({ base: task, text: task.text });

  if (editing) {
    return (
      <li {...item} className="row" data-task={task.id}>
        <EditForm
          draft={editing}
          onDraft={(text) => drafts.writeEdit(task.id, { ...editing, text })}
          onSave={(text) => actions.edit(editing.base, text)}
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
    if (event.shiftKey || !isShortcut(event.nativeEvent)) return;
    if (event.key === "e" || event.key === "F2") edit();
    else if (event.key === "x") actions.select(task, false);
    else if (event.key === "Delete") actions.remove(task);
    else return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) actions.select(task, event.shiftKey);
  };

  return (
    <li
      {...item}
      className="row"
      data-task={task.id}
      data-completed={task.completed || undefined}
      data-selected={selected || undefined}
      onKeyDown={onKeyDown}
    >
      <input
        type="checkbox"
        className="tick"
        aria-labelledby={textId}
        checked={task.completed}
        onChange={() => actions.toggle(task)}
      />
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: X does it by keyboard */}
      <p id={textId} dir="auto" className="text" onClick={onClick} onDoubleClick={edit}>
        {task.text}
      </p>
      <div className="row-actions">
        {selected === undefined ? (
          <>
            <IconButton ref={editButton} label={words.edit(clip(task.text))} onClick={edit}>
              <Pencil aria-hidden="true" size={18} />
            </IconButton>
            <IconButton label={words.delete(clip(task.text))} onClick={() => actions.remove(task)}>
              <Trash2 aria-hidden="true" size={18} />
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
    </li>
  );
});
