import { type FormEvent, useId, useState } from "react";
import { Button } from "../../components/button.tsx";
import type { Pool } from "./api/pool.ts";
import { Field, Outcome, Section } from "./parts.tsx";
import { useAction } from "./use-action.ts";
import { words } from "./words.ts";

export function Password({ pool, name }: { pool: Pool; name: string }) {
  const { run, busy, failure } = useAction();
  const [changed, setChanged] = useState(false);
  const problem = useId();
  const change = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const typed = new FormData(form);
    setChanged(false);
    const done = await run(() =>
      pool.changePassword(String(typed.get("current")), String(typed.get("proposed"))),
    );
    if (!done) return;
    setChanged(true);
    form.reset();
  };
  return (
    <Section title={words.password.title}>
      <form noValidate onSubmit={(event) => void change(event)}>
        {/* Tells password managers whose password it is. */}
        <input type="text" autoComplete="username" value={name} readOnly hidden />
        <Field
          label={words.password.current}
          name="current"
          type="password"
          autoComplete="current-password"
          problem={failure === "wrong-password" ? problem : undefined}
        />
        <Field
          label={words.password.proposed}
          name="proposed"
          type="password"
          autoComplete="new-password"
          problem={failure?.startsWith("password-") ? problem : undefined}
        />
        <Outcome good={changed ? words.password.changed : undefined} failure={failure} id={problem} />
        <Button type="submit" aria-disabled={busy}>
          {words.password.change}
        </Button>
      </form>
    </Section>
  );
}
