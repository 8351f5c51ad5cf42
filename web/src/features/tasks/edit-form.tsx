import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { Button, IconButton } from "../../components/button.tsx";
import { composing, TextArea } from "../../components/text-area.tsx";
import { maxLength, maxNotes, tidy } from "./task.ts";
import type { Fields } from "./wish.ts";
import { words } from "./words.ts";

/** What can be written in it. */
export type Edited = Pick<Fields, "text" | "due" | "notes">;

interface EditFormProps {
  begin: Edited;
  /** Hears of every keystroke. */
  onDraft: (draft: Edited) => void;
  onSave: (edited: Edited) => void;
  onDelete: () => void;
  onMove: (by: 1 | -1) => void;
  /** The edit is over. `keep`: the focus was in it, and wants a new place. */
  onEnd: (keep: boolean) => void;
}

/** Enter saves, as does going elsewhere; Escape restores. Emptied, it asks whether to delete. */
export function EditForm({ begin, onDraft, onSave, onDelete, onMove, onEnd }: EditFormProps) {
  const [draft, setDraft] = useState(begin);
  const [asking, setAsking] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const id = useId();
  const afterPress = useAfterPress();
  const empty = tidy(draft.text) === "";
  const write = (change: Partial<Edited>) => {
    const changed = { ...draft, ...change };
    setDraft(changed);
    onDraft(changed);
  };

  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(-1, -1);
  }, []);

  return (
    <form
      ref={form}
      // In Safari a button that is clicked does not get the focus. It goes to what is around it, which must be in here.
      tabIndex={-1}
      className="edit"
      onSubmit={(event) => {
        event.preventDefault();
        if (empty) {
          setAsking(true);
          return;
        }
        onSave(draft);
        onEnd(true);
      }}
      onBlur={(event) => {
        if (form.current?.contains(event.relatedTarget)) return;
        // It is the window that was left, for a moment: the field is still the active one.
        if (document.activeElement === event.target) return;
        // Going away never deletes: what was emptied stays as it was.
        if (!empty) onSave(draft);
        // Whoever has come back to it meanwhile goes on.
        afterPress(() => form.current?.contains(document.activeElement) || onEnd(false));
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !composing(event)) onEnd(true);
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
          event.preventDefault();
          form.current?.requestSubmit();
        }
      }}
    >
      <TextArea
        ref={field}
        aria-label={words.editField}
        aria-invalid={asking && empty}
        aria-describedby={asking && empty ? "emptied" : undefined}
        maxLength={maxLength}
        enterKeyHint="done"
        autoComplete="off"
        value={draft.text}
        onChange={(event) => write({ text: event.target.value })}
      />
      {asking && empty && (
        <p id="emptied" role="alert" className="emptied">
          {words.emptied}
        </p>
      )}
      <div className="detail">
        <label htmlFor={`${id}due`}>{words.due}</label>
        <input
          id={`${id}due`}
          type="date"
          className="field"
          max="9999-12-31"
          value={draft.due}
          onChange={(event) => write({ due: event.target.value })}
        />
      </div>
      <div className="detail" data-wide>
        <label htmlFor={`${id}notes`}>{words.notes}</label>
        <textarea
          id={`${id}notes`}
          dir="auto"
          rows={2}
          className="field"
          maxLength={maxNotes}
          value={draft.notes}
          onChange={(event) => write({ notes: event.target.value })}
        />
      </div>
      <div className="edit-actions">
        {asking && empty ? (
          <Button look="danger" onClick={onDelete}>
            {words.deleteIt}
          </Button>
        ) : (
          <Button look="primary" type="submit">
            {words.save}
          </Button>
        )}
        <Button look="quiet" onClick={() => onEnd(true)}>
          {words.cancel}
        </Button>
        <span className="moves">
          <IconButton label={words.moveUp} onClick={() => onMove(-1)}>
            <ArrowUp aria-hidden="true" size={18} />
          </IconButton>
          <IconButton label={words.moveDown} onClick={() => onMove(1)}>
            <ArrowDown aria-hidden="true" size={18} />
          </IconButton>
        </span>
      </div>
    </form>
  );
}

/**
 * Returns a function that does something once nothing is being pressed. A form that closes under the press of a mouse
 * or a finger moves what is below it, and the click would not reach what was pressed.
 */
function useAfterPress() {
  const pressed = useRef(false);
  useEffect(() => {
    const press = () => {
      pressed.current = true;
    };
    const release = () => {
      pressed.current = false;
    };
    window.addEventListener("mousedown", press, true);
    window.addEventListener("mouseup", release, true);
    return () => {
      window.removeEventListener("mousedown", press, true);
      window.removeEventListener("mouseup", release, true);
    };
  }, []);
  return (act: () => void) => {
    if (!pressed.current) act();
    // The click comes with the release.
    else window.addEventListener("mouseup", () => setTimeout(act), { once: true });
  };
}
