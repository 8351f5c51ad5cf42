import { useCallback, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import type { Api } from "../../api/client.ts";
import { Button } from "../../components/button.tsx";
import "./account.css";
import { createPool, type PoolParts, type User } from "./api/pool.ts";
import { Authenticator } from "./authenticator.tsx";
import type { DeletionMark } from "./deletion-mark.ts";
import { Leave } from "./leave.tsx";
import { OwnData } from "./own-data.tsx";
import { Outcome } from "./parts.tsx";
import { Passkeys } from "./passkeys.tsx";
import { Password } from "./password.tsx";
import { Sessions } from "./sessions.tsx";
import { useAction } from "./use-action.ts";
import "./translations.ts";
import { words } from "./words.ts";

export interface AccountPageProps {
  api: Api;
  /** The way to the user pool. */
  access: PoolParts;
  deletion: DeletionMark;
  /** The name of this site. */
  site: string;
  /** Resolves once what the person did to the list has been answered, or has been waited for long enough. */
  settled: () => Promise<void>;
  /** Leaves for the hosted page that adds a passkey, to come back here. */
  onAddPasskey: () => Promise<void>;
  /** Signs out here: the sessions elsewhere have been ended. */
  onSignOut: () => void;
  /** Items have been deleted, and the account is still there. */
  onInterrupted: () => void;
  /** The account is gone. */
  onGone: () => void;
}

/** Where people look after their own account. */
export default function AccountPage({
  api,
  access,
  deletion,
  site,
  settled,
  onAddPasskey,
  onSignOut,
  onInterrupted,
  onGone,
}: AccountPageProps) {
  const { run, busy, failure } = useAction();
  const [pool] = useState(() => createPool(access));
  const [user, setUser] = useState<User>();
  const load = useCallback(async () => {
    const found = await pool.getUser();
    setUser(found);
    return found.app;
  }, [pool]);
  const start = () => void run(async () => void (await load()));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, and then when the person asks for it
  useEffect(start, []);
  const heading = useRef<HTMLHeadingElement>(null);
  // It may come later than the rest of the app.
  useEffect(() => heading.current?.focus(), []);

  const name = user && (user.attributes.email ?? user.username);
  return (
    <main className="page account-page">
      <title>{`${words.title} – ${site}`}</title>
      <h1 ref={heading} tabIndex={-1}>
        {words.title}
      </h1>
      <p>
        <Link href="/">{words.back}</Link>
      </p>
      {user === undefined || name === undefined ? (
        <>
          <Outcome good={busy ? words.loading : undefined} failure={failure} />
          {failure !== undefined && <Button onClick={start}>{words.retry}</Button>}
        </>
      ) : (
        <>
          <p>{words.signedInAs(name)}</p>
          <Password pool={pool} name={name} />
          <Authenticator pool={pool} name={name} site={site} inUse={user.app} onChanged={load} />
          <Passkeys pool={pool} onAdd={onAddPasskey} />
          <Sessions pool={pool} onSignOut={onSignOut} />
          <OwnData pool={pool} api={api} />
          <Leave
            pool={pool}
            api={api}
            deletion={deletion}
            name={name}
            settled={settled}
            onInterrupted={onInterrupted}
            onGone={onGone}
          />
        </>
      )}
    </main>
  );
}
