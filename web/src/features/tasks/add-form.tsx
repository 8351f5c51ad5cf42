import { type RefObject, useEffect, useRef, useState } from "react";
import { Button } from "../../components/button.tsx";
import { TextArea } from "../../components/text-area.tsx";
import type { Drafts } from "./drafts.ts";
import { linesOf, maxLength, tidy } from "./task.ts";
import { words } from "./words.ts";

interface AddFormProps {
  field: RefObject<HTMLTextAreaElement | null>;
  drafts: Drafts;
  /** Adds a task for each text; returns whether there was something to add. */
  onAdd: (texts: string[]) => boolean;
}

/** The field at the head of the list. After adding it is empty and keeps the focus, ready for the next. */
export function AddForm({ field, drafts, onAdd }: AddFormProps) {
  const [text, setText] = useState(drafts.readNew);
  const [pasted, setPasted] = useState<string>();
  const room = maxLength - text.length;
  const write = (changed: string) => {
    setText(changed);
    drafts.writeNew(changed);
  };
  const finish = () => {
    setPasted(undefined);
    field.current?.focus();
  };
  return (
    <form
      className="add"
      onSubmit={(event) => {
        event.preventDefault();
        if (onAdd([text])) write("");
        field.current?.focus();
      }}
    >
      <TextArea
        ref={field}
        aria-label={words.newTask}
        aria-describedby="room"
        placeholder={words.placeholder}
        maxLength={maxLength}
        enterKeyHint="done"
        autoComplete="off"
        value={text}
        onChange={(event) => write(event.target.value)}
        onPaste={(event) => {
          const content = event.clipboardData.getData("text/plain");
          if (!tidy(content).includes("\n") || linesOf(content).length < 2) return;
          event.preventDefault();
          setPasted(content);
        }}
      />
      <Button look="primary" type="submit">
        {words.add}
      </Button>
      <p id="room" className="room" aria-live="polite">
        {room <= 100 && words.room(room)}
      </p>
      {pasted !== undefined && (
        <PastedLines
          count={linesOf(pasted).length}
          onSeparate={() => {
            onAdd(linesOf(pasted));
            finish();
          }}
          onTogether={() => {
            write((text + pasted).slice(0, maxLength));
            finish();
          }}
          onCancel={finish}
        />
      )}
    </form>
  );
}

interface PastedLinesProps {
  count: number;
  onSeparate: () => void;
  onTogether: () => void;
  onCancel: () => void;
}

/** Many lines were pasted: they are most likely as many tasks, but only the person knows. */
function PastedLines({ count, onSeparate, onTogether, onCancel }: PastedLinesProps) {
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a border that is not wanted
    <div
      role="group"
      aria-label={words.pasted}
      className="note pasted"
      data-calm
      onKeyDown={(event) => {
        if (event.key === "Escape") onCancel();
      }}
    >
      <p>{words.pasted}</p>
      <Button ref={first} look="primary" onClick={onSeparate}>
        {words.addMany(count)}
      </Button>
      <Button onClick={onTogether}>{words.addAsOne}</Button>
      <Button look="quiet" onClick={onCancel}>
        {words.cancel}
      </Button>
    </div>
  );
}
