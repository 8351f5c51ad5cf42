import { type FormEvent, useId, useState } from "react";
import type { Api } from "../../api/client.ts";
import { Button } from "../../components/button.tsx";
import type { Pool } from "./api/pool.ts";
import { deleteItems } from "./delete-items.ts";
import type { DeletionMark } from "./deletion-mark.ts";
import { Field, Outcome, Section } from "./parts.tsx";
import { useAction } from "./use-action.ts";
import { words } from "./words.ts";

interface LeaveProps {
  pool: Pool;
  api: Api;
  deletion: DeletionMark;
  /** What the person confirms with. */
  name: string;
  /** Resolves once what the person did to the list has been answered, or has been waited for long enough. */
  settled: () => Promise<void>;
  /** Items have been deleted, and the account is still there. */
  onInterrupted: () => void;
  /** The account is gone. */
  onGone: () => void;
}

/**
 * Deletes the account: first the items, which only the account can reach, then the account. Whatever interrupts it
 * leaves an account that works and a mark; from there it is finished or called off.
 */
export function Leave({ pool, api, deletion, name, settled, onInterrupted, onGone }: LeaveProps) {
  const { run, busy, failure } = useAction();
  const [step, setStep] = useState<"idle" | "asked" | "begun">(deletion.begun() ? "begun" : "idle");
  const [mismatch, setMismatch] = useState(false);
  const problem = useId();
  const [count, setCount] = useState(0);

  const leave = async () => {
    deletion.begin();
    setStep("begun");
    const done = await run(async () => {
      await settled();
      await deleteItems(
        api,
        (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
        setCount,
      );
      await pool.deleteUser();
      deletion.forget();
    });
    if (done) onGone();
    else onInterrupted();
  };
  const confirm = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget).get("name")).trim();
    const right = typed.toLowerCase() === name.toLowerCase();
    setMismatch(!right);
    if (right) void leave();
  };
  const keep = () => {
    deletion.forget();
    setStep("idle");
    onInterrupted();
  };

  return (
    <Section title={words.leave.title}>
      {step === "begun" ? (
        <p role={busy ? undefined : "alert"}>{busy ? words.leave.text : words.leave.interrupted}</p>
      ) : (
        <p>{words.leave.text}</p>
      )}
      {step === "asked" && (
        <form noValidate onSubmit={confirm}>
          <Field
            label={words.leave.confirm(name)}
            name="name"
            type="text"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            dir="auto"
            problem={mismatch ? problem : undefined}
          />
          {mismatch && (
            <p role="alert" id={problem} className="text-danger">
              {words.leave.mismatch}
            </p>
          )}
          <div className="choices">
            <Button type="submit" look="danger">
              {words.leave.finalButton}
            </Button>
            <Button onClick={keep}>{words.leave.cancel}</Button>
          </div>
        </form>
      )}
      <Outcome good={busy ? words.leave.progress(count) : undefined} failure={failure} />
      {step === "idle" && <Button onClick={() => setStep("asked")}>{words.leave.begin}</Button>}
      {step === "begun" && !busy && (
        <div className="choices">
          <Button look="danger" onClick={() => void leave()}>
            {words.leave.resume}
          </Button>
          <Button onClick={keep}>{words.leave.cancel}</Button>
        </div>
      )}
    </Section>
  );
}
