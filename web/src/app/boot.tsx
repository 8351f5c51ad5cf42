import type { ReactNode } from "react";
import { ConfigError } from "../config.ts";
import { type Auth, createAuth } from "../features/sign-in/auth.ts";
import { SignInError, type SignInFailure } from "../features/sign-in/errors.ts";
import { createSessionStore, type SessionState } from "../features/sign-in/session.ts";
import { currentLocale } from "../i18n/locale.ts";
import { counting } from "../i18n/plural.ts";
import { speak } from "../i18n/speech.ts";
import { App } from "./app.tsx";
import { type Beginning, beginVisit, type Start, type TakeStart } from "./beginning.ts";
import "./catalog.ts";
import { Boundary, StartFailure } from "./failure.tsx";
import { installServiceWorker } from "./service-worker.ts";
import { UpdateNotice } from "./update-notice.tsx";
import { words } from "./words.ts";

/**
 * Does what comes before the first drawing and gives what to draw. The code of a sign-in is redeemed here and not in
 * a component: it is good once, and React may run an effect twice.
 */
export async function boot(
  begun: Promise<Beginning>,
  navigate: (address: string) => void,
): Promise<ReactNode> {
  try {
    const beginning = await begun;
    if (!isSecureContext) throw new ConfigError(words.insecure);
    const ready = Promise.all([beginning.config, speak(currentLocale()).catch(() => {})]);
    // The first drawing counts; there is time for it now.
    counting(currentLocale());
    const [config] = await ready;
    const store = createSessionStore(localStorage);
    const auth = createAuth({
      config,
      store,
      attempts: sessionStorage,
      origin: location.origin,
      navigate,
      now: Date.now,
    });
    const failure = location.pathname === "/callback" ? await complete(auth) : undefined;
    const session = store.read();
    // One that is past its time is renewed meanwhile. Whoever needs its tokens hears of a failure.
    if (typeof session === "object") auth.idToken().catch(() => {});
    const takeStart = await startOf(session, beginning);
    return (
      <Boundary fallback={<StartFailure text={words.unexpected} />}>
        <UpdateNotice updates={installServiceWorker()} />
        <App config={config} auth={auth} store={store} takeStart={takeStart} failure={failure} />
      </Boundary>
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) reportError(error);
    return <StartFailure text={error instanceof ConfigError ? error.message : words.unexpected} />;
  }
}

/** Gives what the visit begins with to the app of the person whose it is, once: later it is of no use any more. */
async function startOf(session: SessionState, { visit, config }: Beginning): Promise<TakeStart> {
  if (typeof session === "string") return () => undefined;
  const { opened, sent } = visit?.owner === session.username ? visit : beginVisit(session, config);
  let start: Start | undefined = { opened: await opened, sent: await sent };
  return (owner) => {
    const taken = start;
    start = undefined;
    return taken?.opened.owner === owner ? taken : undefined;
  };
}

/** Completes a sign-in and leaves its address behind, so that a reload does not send the code again. */
async function complete(auth: Auth): Promise<SignInFailure | undefined> {
  const callback = new URL(location.href);
  if (callback.search === "") {
    history.replaceState(null, "", "/");
    return undefined;
  }
  try {
    history.replaceState(null, "", await auth.finish(callback));
    return undefined;
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    history.replaceState(null, "", "/");
    return error.failure;
  }
}
