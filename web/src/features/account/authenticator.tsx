import { type FormEvent, useId, useState } from "react";
import { Button } from "../../components/button.tsx";
import { type Pool, PoolError } from "./api/pool.ts";
import { Field, Outcome, Section } from "./parts.tsx";
import { QrCode } from "./qr-code.tsx";
import { useAction } from "./use-action.ts";
import { words } from "./words.ts";

interface AuthenticatorProps {
  pool: Pool;
  /** The account's name, as the app will show it. */
  name: string;
  /** The name of this site, likewise. */
  site: string;
  /** Whether an app is in use. */
  inUse: boolean;
  /** Looks again. Resolves to whether an app is in use. */
  onChanged: () => Promise<boolean>;
}

export function Authenticator({ pool, name, site, inUse, onChanged }: AuthenticatorProps) {
  const { run, busy, failure } = useAction();
  const [key, setKey] = useState<string>();
  const [news, setNews] = useState<string>();
  const [offered, setOffered] = useState(true);
  const problem = useId();

  const begin = () =>
    run(async () => {
      setNews(undefined);
      try {
        setKey(await pool.associateApp());
      } catch (error) {
        if (!(error instanceof PoolError) || error.type !== "SoftwareTokenMFANotFoundException") throw error;
        setOffered(false);
      }
    });
  const confirm = (code: string) =>
    run(async () => {
      await pool.verifyApp(code);
      await pool.askForApp(true);
      await onChanged();
      setKey(undefined);
      setNews(words.app.done);
    });
  const stop = () =>
    run(async () => {
      setNews(undefined);
      await pool.askForApp(false);
      setNews((await onChanged()) ? words.app.required : words.app.removed);
    });

  return (
    <Section title={words.app.title}>
      <p>{!offered ? words.app.notOffered : inUse ? words.app.on : words.app.off}</p>
      {key !== undefined && (
        <SetUp
          address={addressOf(site, name, key)}
          secret={key}
          busy={busy}
          problem={failure === "wrong-code" ? problem : undefined}
          onCode={(code) => void confirm(code)}
          onCancel={() => setKey(undefined)}
        />
      )}
      <Outcome good={news} failure={failure} id={problem} />
      {offered && key === undefined && (
        <div className="choices">
          <Button aria-disabled={busy} onClick={() => void begin()}>
            {inUse ? words.app.replace : words.app.setUp}
          </Button>
          {inUse && (
            <Button aria-disabled={busy} onClick={() => void stop()}>
              {words.app.remove}
            </Button>
          )}
        </div>
      )}
    </Section>
  );
}

/** What authenticator apps open ("Key Uri Format" of Google Authenticator). */
function addressOf(site: string, name: string, secret: string): string {
  const issuer = encodeURIComponent(site.replaceAll(":", " "));
  return `otpauth://totp/${issuer}:${encodeURIComponent(name)}?secret=${secret}&issuer=${issuer}`;
}

interface SetUpProps {
  address: string;
  secret: string;
  busy: boolean;
  /** The id of what says what is wrong with the code. */
  problem: string | undefined;
  onCode: (code: string) => void;
  onCancel: () => void;
}

function SetUp({ address, secret, busy, problem, onCode, onCancel }: SetUpProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("code"));
    onCode(code.replaceAll(/[\s-]/g, "")); // apps show digits in groups
  };
  return (
    <form noValidate onSubmit={submit}>
      <p>{words.app.scan}</p>
      <QrCode text={address} label={words.app.picture} />
      <dl>
        <dt>{words.app.key}</dt>
        <dd className="app-key" dir="ltr">
          {secret.match(/.{1,4}/g)?.map((group, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: groups never move, and two may be alike
            <span key={index}>{group} </span>
          ))}
        </dd>
      </dl>
      <p>
        <a href={address}>{words.app.open}</a>
      </p>
      <Field
        label={words.app.code}
        hint={words.app.hint}
        name="code"
        type="text"
        inputMode="numeric"
        autoComplete="one-time-code"
        dir="ltr"
        problem={problem}
      />
      <div className="choices">
        <Button type="submit" look="primary" aria-disabled={busy}>
          {words.app.confirm}
        </Button>
        <Button disabled={busy} onClick={onCancel}>
          {words.app.cancel}
        </Button>
      </div>
    </form>
  );
}
