import { Pencil, Trash2 } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { IconButton } from "../../components/button.tsx";
import { EditForm } from "./edit-form.tsx";
import type { Task } from "./task.ts";
import { words } from "./words.ts";

interface TaskRowProps {
  task: Task;
  onToggle: (task: Task) => void;
  /** Gives the task as it was when the edit began, and the new text. */
  onEdit: (base: Task, text: string) => void;
  onDelete: (task: Task) => void;
}

export function TaskRow({ task, onToggle, onEdit, onDelete }: TaskRowProps) {
  const [editing, setEditing] = useState<Task>();
  const [returning, setReturning] = useState(false);
  const editButton = useRef<HTMLButtonElement>(null);
  const textId = useId();

  useEffect(() => {
    if (!returning) return;
    editButton.current?.focus();
    setReturning(false);
  }, [returning]);

  if (editing) {
    return (
      <li className="row" data-task={task.id}>
        <EditForm
          text={editing.text}
          onSave={(text) => onEdit(editing, text)}
          onDelete={() => onDelete(task)}
          onEnd={(keep) => {
            setEditing(undefined);
            setReturning(keep);
          }}
        />
      </li>
    );
  }

  // Single keys, but only where the focus is on this row's own controls.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === "e" || event.key === "F2") setEditing(task);
    else if (event.key === "Delete") onDelete(task);
    else return;
    event.preventDefault();
  };

  return (
    <li
      className="row"
      data-task={task.id}
      data-completed={task.completed || undefined}
      onKeyDown={onKeyDown}
    >
      <input
        type="checkbox"
        className="tick"
        aria-labelledby={textId}
        checked={task.completed}
        onChange={() => onToggle(task)}
      />
      <p id={textId} dir="auto" className="text" onDoubleClick={() => setEditing(task)}>
        {task.text}
      </p>
      <div className="row-actions">
        <IconButton ref={editButton} label={words.edit(task.text)} onClick={() => setEditing(task)}>
          <Pencil aria-hidden="true" size={18} />
        </IconButton>
        <IconButton label={words.delete(task.text)} onClick={() => onDelete(task)}>
          <Trash2 aria-hidden="true" size={18} />
        </IconButton>
      </div>
    </li>
  );
}
