import { type ComponentProps, type ReactNode, useId } from "react";
import type { Reason } from "./reason.ts";
import { words } from "./words.ts";

export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="sheet account-section" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** Good news, or why something did not work. In the page from the start, so that it is read out when it comes. */
export function Outcome({ good, failure }: { good: string | undefined; failure: Reason | undefined }) {
  return (
    <>
      <p role="status">{failure === undefined ? good : undefined}</p>
      {failure !== undefined && (
        <p role="alert" className="text-danger">
          {words.reasons[failure]}
        </p>
      )}
    </>
  );
}

interface FieldProps extends ComponentProps<"input"> {
  label: string;
  hint?: string;
}

export function Field({ label, hint, ...rest }: FieldProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="field"
        required
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        {...rest}
      />
      {hint !== undefined && <small id={`${id}-hint`}>{hint}</small>}
    </div>
  );
}
