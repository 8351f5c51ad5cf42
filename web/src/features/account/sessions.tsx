import { useEffect, useState } from "react";
import { Button } from "../../components/button.tsx";
import { agentName } from "./agent-name.ts";
import type { Pool, Session } from "./api/pool.ts";
import { Outcome, Section } from "./parts.tsx";
import { useAction } from "./use-action.ts";
import { words } from "./words.ts";

/** Shows sessions, where the pool knows them, and ends them: one of them, or all at once. */
export function Sessions({ pool, onSignOut }: { pool: Pool; onSignOut: () => void }) {
  const { run, busy, failure } = useAction();
  const [sessions, setSessions] = useState<Session[]>();
  const [news, setNews] = useState<string>();
  const load = async () => setSessions(await pool.sessions());
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => void run(load), []);

  const endOne = (session: Session) =>
    run(async () => {
      setNews(undefined);
      await pool.endSession(session.id);
      await load();
      setNews(words.sessions.ended);
    });
  const endAll = async () => {
    if (await run(() => pool.signOutEverywhere())) onSignOut();
  };
  return (
    <Section title={words.sessions.title}>
      {sessions !== undefined && (
        // biome-ignore lint/a11y/noRedundantRoles: Safari forgets a list without bullets
        <ul role="list" className="account-list">
          {sessions.toReversed().map((session) => {
            const label = labelOf(session);
            return (
              <li key={session.id}>
                <span>{label}</span>
                {session.current ? (
                  <strong>{words.sessions.current}</strong>
                ) : (
                  <Button
                    aria-label={words.sessions.endOneOf(label)}
                    aria-disabled={busy}
                    onClick={() => void endOne(session)}
                  >
                    {words.sessions.endOne}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      <p>{words.sessions.text}</p>
      <Outcome good={news} failure={failure} />
      <Button aria-disabled={busy} onClick={() => void endAll()}>
        {words.sessions.end}
      </Button>
    </Section>
  );
}

function labelOf({ agent, signedInAt, lastUsedAt }: Session): string {
  const lang = document.documentElement.lang || undefined;
  const time = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" });
  const [signedIn, lastUsed] = [signedInAt, lastUsedAt].map((at) => time.format(new Date(at * 1000)));
  return words.sessions.label(
    agentName(agent) || words.sessions.otherProgram,
    signedIn ?? "",
    lastUsed ?? "",
  );
}
