import { Button } from "../../components/button.tsx";
import type { Auth } from "./auth.ts";
import type { SignInFailure } from "./errors.ts";
import { useBegin } from "./welcome.tsx";
import { words } from "./words.ts";

interface FailurePageProps {
  auth: Auth;
  failure: SignInFailure;
  /** Leaves this page for the start of the app. */
  onHome: () => void;
}

/** Where a sign-in that went wrong ends: what happened, and two ways on. */
export function FailurePage({ auth, failure, onHome }: FailurePageProps) {
  const { begin, leaving } = useBegin(auth);
  const { title, text } = words.failures[failure];
  return (
    <main className="page welcome">
      <title>{`${title} – To do`}</title>
      <div className="sheet">
        <h1>{title}</h1>
        <p className="intro" role="alert">
          {text}
        </p>
        <div className="choices">
          <Button look="primary" disabled={leaving} onClick={() => begin("sign-in")}>
            {words.tryAgain}
          </Button>
          <Button onClick={onHome}>{words.home}</Button>
        </div>
      </div>
    </main>
  );
}
