import type { ComponentProps, KeyboardEvent } from "react";

interface TextAreaProps extends Omit<ComponentProps<"textarea">, "onKeyDown" | "rows"> {
  onKeyDown?: (event: KeyboardEvent<HTMLTextAreaElement>) => void;
}

/** A field that grows with its text. Enter sends its form; Shift and Enter begin a line. */
export function TextArea({ onKeyDown, className = "", ...rest }: TextAreaProps) {
  return (
    <textarea
      rows={1}
      dir="auto"
      className={`field ${className}`}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.shiftKey && !composing(event)) {
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }
        onKeyDown?.(event);
      }}
      {...rest}
    />
  );
}

/** Whether the key belongs to an input method, as the Enter that accepts a word of Japanese; Safari only says 229. */
export function composing(event: KeyboardEvent): boolean {
  return event.nativeEvent.isComposing || event.keyCode === 229;
}
