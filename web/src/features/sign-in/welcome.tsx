import { useState } from "react";
import { Button } from "../../components/button.tsx";
import type { Auth } from "./auth.ts";
import { words } from "./words.ts";

interface WelcomeProps {
  auth: Auth;
  /** Whether a session has just come to its end. */
  expired: boolean;
}

/** The page of a person who is not signed in, at whatever address: that is where the sign-in leads back to. */
export function Welcome({ auth, expired }: WelcomeProps) {
  const { begin, leaving } = useBegin(auth);
  return (
    <main className="page welcome">
      <title>To do</title>
      {expired && (
        <p role="alert" className="note">
          {words.expired}
        </p>
      )}
      <div className="sheet">
        <h1>{words.title}</h1>
        <p className="intro">{words.intro}</p>
        <div className="choices">
          <Button look="primary" disabled={leaving} onClick={() => begin("sign-in")}>
            {words.signIn}
          </Button>
          <Button disabled={leaving} onClick={() => begin("sign-up")}>
            {words.createAccount}
          </Button>
        </div>
      </div>
    </main>
  );
}

/** Leaves for the hosted pages once, however often a button is pressed. */
export function useBegin(auth: Auth) {
  const [leaving, setLeaving] = useState(false);
  const begin = (page: "sign-in" | "sign-up") => {
    setLeaving(true);
    // A page brought back from the browser's memory must not be stuck.
    window.addEventListener("pageshow", () => setLeaving(false), { once: true });
    void auth.begin(page, location.pathname + location.search);
  };
  return { begin, leaving };
}
