import { useEffect, useState } from "react";
import { Button } from "../../components/button.tsx";
import { type Passkey, type Pool, PoolError } from "./api/pool.ts";
import { Outcome, Section } from "./parts.tsx";
import { useAction } from "./use-action.ts";
import { words } from "./words.ts";

interface PasskeysProps {
  pool: Pool;
  /** Leaves for the hosted page that adds one: a passkey belongs to the user pool's address and not to this one. */
  onAdd: () => Promise<void>;
}

export function Passkeys({ pool, onAdd }: PasskeysProps) {
  const { run, busy, failure } = useAction();
  const [passkeys, setPasskeys] = useState<Passkey[]>([]);
  const [news, setNews] = useState<string>();
  const load = async () => setPasskeys(await pool.passkeys());
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => void run(load), []);

  const add = () =>
    run(async () => {
      setNews(undefined);
      try {
        await pool.offerPasskeys();
        await onAdd();
      } catch (error) {
        if (!(error instanceof PoolError) || error.type !== "WebAuthnNotEnabledException") throw error;
        setNews(words.passkeys.notOffered);
      }
    });
  const remove = (passkey: Passkey) =>
    run(async () => {
      setNews(undefined);
      await pool.deletePasskey(passkey.id);
      await load();
      setNews(words.passkeys.removed);
    });

  return (
    <Section title={words.passkeys.title}>
      <p>{words.passkeys.text}</p>
      {passkeys.length > 0 && (
        // biome-ignore lint/a11y/noRedundantRoles: Safari forgets a list without bullets
        <ul role="list" className="account-list">
          {passkeys.map((passkey) => {
            const label = words.passkeys.label(passkey.name, dayOf(passkey));
            return (
              <li key={passkey.id}>
                <span>{label}</span>
                <Button
                  aria-label={words.passkeys.removeOne(label)}
                  aria-disabled={busy}
                  onClick={() => void remove(passkey)}
                >
                  {words.passkeys.remove}
                </Button>
              </li>
            );
          })}
        </ul>
      )}
      <Outcome good={news} failure={failure} />
      <Button aria-disabled={busy} onClick={() => void add()}>
        {words.passkeys.add}
      </Button>
    </Section>
  );
}

/** The day on which it was added, as it is written in the language of the page. */
function dayOf({ createdAt }: Passkey): string {
  const day = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { dateStyle: "long" });
  return day.format(new Date(createdAt * 1000));
}
