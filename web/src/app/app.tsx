import { useState } from "react";
import type { Config } from "../config.ts";
import type { Auth } from "../features/sign-in/auth.ts";
import type { SignInFailure } from "../features/sign-in/errors.ts";
import { FailurePage } from "../features/sign-in/failure-page.tsx";
import { type SessionStore, useSession } from "../features/sign-in/session.ts";
import { Welcome } from "../features/sign-in/welcome.tsx";
import { Header } from "./header.tsx";
import { SignedIn } from "./signed-in.tsx";
import { words } from "./words.ts";

export interface AppProps {
  config: Config;
  auth: Auth;
  store: SessionStore;
  /** How the sign-in that led here went wrong. */
  failure: SignInFailure | undefined;
}

/** How long a sign-out waits for what is still on its way to the server. */
const patience = 5_000;

export function App({ config, auth, store, failure }: AppProps) {
  const session = useSession(store);
  const [failed, setFailed] = useState(failure);
  const [leaving, setLeaving] = useState(false);
  const signOut = async (finished: Promise<void>) => {
    setLeaving(true);
    // A page brought back from the browser's memory must not be stuck.
    window.addEventListener("pageshow", () => setLeaving(false), { once: true });
    await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, patience))]);
    await auth.signOut();
  };
  if (leaving) {
    return (
      <>
        <Header />
        <main className="page">
          <p role="status">{words.signingOut}</p>
        </main>
      </>
    );
  }
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
      name={session.email || session.username}
      onSignOut={(finished) => void signOut(finished)}
    />
  );
}
