import { Button } from "../../components/button.tsx";
import type { Pool } from "./api/pool.ts";
import { Outcome, Section } from "./parts.tsx";
import { useAction } from "./use-action.ts";
import { words } from "./words.ts";

/** Ends sessions. Which there are is not shown, for the pool does not know devices. */
export function Sessions({ pool, onSignOut }: { pool: Pool; onSignOut: () => void }) {
  const { run, busy, failure } = useAction();
  const end = async () => {
    if (await run(() => pool.signOutEverywhere())) onSignOut();
  };
  return (
    <Section title={words.sessions.title}>
      <p>{words.sessions.text}</p>
      <Outcome good={undefined} failure={failure} />
      <Button disabled={busy} onClick={() => void end()}>
        {words.sessions.end}
      </Button>
    </Section>
  );
}
