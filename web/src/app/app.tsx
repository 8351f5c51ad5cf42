import { useEffect, useState } from "react";
import type { Config } from "../config.ts";
import type { Auth } from "../features/sign-in/auth.ts";
import type { SignInFailure } from "../features/sign-in/errors.ts";
import { FailurePage } from "../features/sign-in/failure-page.tsx";
import type { SessionStore } from "../features/sign-in/session.ts";
import { useSession } from "../features/sign-in/use-session.ts";
import { Welcome } from "../features/sign-in/welcome.tsx";
import { forgetDrafts } from "../features/tasks/drafts.ts";
import { useLocale } from "../i18n/locale.ts";
import type { TakeStart } from "./beginning.ts";
import { Header } from "./header.tsx";
import { SigningOut } from "./message-page.tsx";
import { SignedIn } from "./signed-in.tsx";

export interface AppProps {
  config: Config;
  auth: Auth;
  store: SessionStore;
  takeStart: TakeStart;
  /** How the sign-in that led here went wrong. */
  failure: SignInFailure | undefined;
}

export function App({ config, auth, store, takeStart, failure }: AppProps) {
  // Everything below is drawn in the words of the language.
  useLocale();
  const session = useSession(store);
  useEffect(() => {
    if (session === "none") forgetDrafts(sessionStorage);
  }, [session]);
  const [failed, setFailed] = useState(failure);
  const [leaving, setLeaving] = useState(false);
  const signOut = (cleanUp: () => Promise<void>) => {
    setLeaving(true);
    // A page brought back from the browser's memory must not be stuck.
    window.addEventListener("pageshow", () => setLeaving(false), { once: true });
    void auth.signOut(cleanUp);
  };
  if (leaving) return <SigningOut />;
  if (failed !== undefined) {
    return (
      <>
        <Header />
        <FailurePage auth={auth} failure={failed} onHome={() => setFailed(undefined)} />
      </>
    );
  }
  if (typeof session === "string") {
    return (
      <>
        <Header />
        <Welcome auth={auth} expired={session === "expired"} />
      </>
    );
  }
  return (
    <SignedIn
      key={session.username}
      config={config}
      auth={auth}
      takeStart={takeStart}
      owner={session.username}
      name={session.email || session.username}
      onSignOut={signOut}
    />
  );
}
