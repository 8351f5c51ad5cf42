import { type ComponentProps, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import type { Reason } from "./reason.ts";
import { words } from "./words.ts";

export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  const section = useRef<HTMLElement>(null);
  const focused = useRef(false);
  useLayoutEffect(() => {
    // What had the focus is gone; what has come, or is left, begins here.
    if (focused.current && document.activeElement === document.body)
      section.current?.querySelector<HTMLElement>("a, button, input")?.focus();
  });
  return (
    <section
      ref={section}
      className="sheet account-section"
      aria-labelledby={id}
      onFocus={() => {
        focused.current = true;
      }}
      onBlur={() => {
        focused.current = false;
      }}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

interface OutcomeProps {
  good: string | undefined;
  failure: Reason | undefined;
  /** By which a field names the failure as its own. */
  id?: string;
}

/** Good news, or why something did not work. In the page from the start, so that it is read out when it comes. */
export function Outcome({ good, failure, id }: OutcomeProps) {
  return (
    <>
      <p role="status">{failure === undefined ? good : undefined}</p>
      {failure !== undefined && (
        <p role="alert" id={id} className="text-danger">
          {words.reasons[failure]}
        </p>
      )}
    </>
  );
}

interface FieldProps extends ComponentProps<"input"> {
  label: string;
  hint?: string;
  /** The id of what says what is wrong with it. */
  problem?: string | undefined;
}

/** A field to be filled in, in a form that the browser does not check: to Firefox it would be wrong before it is touched. */
export function Field({ label, hint, problem, ...rest }: FieldProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="field"
        aria-required
        aria-invalid={problem !== undefined}
        aria-describedby={[problem, hint && `${id}-hint`].filter(Boolean).join(" ") || undefined}
        {...rest}
      />
      {hint !== undefined && <small id={`${id}-hint`}>{hint}</small>}
    </div>
  );
}
