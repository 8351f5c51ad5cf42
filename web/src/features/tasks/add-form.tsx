import { type RefObject, useState } from "react";
import { Button } from "../../components/button.tsx";
import { TextArea } from "../../components/text-area.tsx";
import { maxLength } from "./task.ts";
import { words } from "./words.ts";

interface AddFormProps {
  field: RefObject<HTMLTextAreaElement | null>;
  /** Returns whether there was something to add. */
  onAdd: (text: string) => boolean;
}

/** The field at the head of the list. After adding it is empty and keeps the focus, ready for the next. */
export function AddForm({ field, onAdd }: AddFormProps) {
  const [text, setText] = useState("");
  const room = maxLength - text.length;
  return (
    <form
      className="add"
      onSubmit={(event) => {
        event.preventDefault();
        if (onAdd(text)) setText("");
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
        onChange={(event) => setText(event.target.value)}
      />
      <Button look="primary" type="submit">
        {words.add}
      </Button>
      <p id="room" className="room" aria-live="polite">
        {room <= 100 && words.room(room)}
      </p>
    </form>
  );
}
