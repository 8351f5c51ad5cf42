import { useEffect, useRef, useState } from "react";
import { Button } from "../../components/button.tsx";
import { composing, TextArea } from "../../components/text-area.tsx";
import type { Draft } from "./drafts.ts";
import { maxLength, tidy } from "./task.ts";
import { words } from "./words.ts";

interface EditFormProps {
  draft: Draft;
  /** Hears of every keystroke. */
  onDraft: (text: string) => void;
  onSave: (text: string) => void;
  onDelete: () => void;
  /** The edit is over. `keep`: the focus was in it, and wants a new place. */
  onEnd: (keep: boolean) => void;
}

/** Enter saves, as does going elsewhere; Escape restores. Emptied, it asks whether to delete. */
export function EditForm({ draft: { text }, onDraft, onSave, onDelete, onEnd }: EditFormProps) {
  const [draft, setDraft] = useState(text);
  const [asking, setAsking] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const empty = tidy(draft) === "";

  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(-1, -1);
  }, []);

  return (
    <form
      ref={form}
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
        onEnd(false);
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !composing(event)) onEnd(true);
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
        value={draft}
        onChange={(event) => {
          setDraft(event.target.value);
          onDraft(event.target.value);
        }}
      />
      {asking && empty && (
        <p id="emptied" role="alert" className="emptied">
          {words.emptied}
        </p>
      )}
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
      </div>
    </form>
  );
}
