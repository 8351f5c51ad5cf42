import { Button } from "../../components/button.tsx";
import { reasonOf } from "./reason.ts";
import type { Show } from "./task.ts";
import { words } from "./words.ts";

/** Rows to come, of the height that rows have, so that nothing jumps when they do. */
export function Loading() {
  return (
    <div className="sheet skeleton" aria-hidden="true">
      <span />
      <span />
      <span />
      <span />
      <span />
    </div>
  );
}

export function Empty({ show }: { show: Show }) {
  const { title, text } = words.empty[show];
  return (
    <div className="sheet state">
      <h2>{title}</h2>
      <p>{text}</p>
    </div>
  );
}

interface FailureProps {
  error: Error | null;
  busy: boolean;
  onRetry: () => void;
}

/** Nothing could be loaded. */
export function LoadFailure({ error, busy, onRetry }: FailureProps) {
  return (
    <div className="sheet state" role="alert">
      <h2>{words.loadFailed}</h2>
      <p>{reasonOf(error)}</p>
      <Button disabled={busy} onClick={onRetry}>
        {words.retry}
      </Button>
    </div>
  );
}

/** The list could not be loaded again; the old one is still shown below. */
export function RefreshFailure({ error, busy, onRetry }: FailureProps) {
  return (
    <div className="note" role="alert">
      <p>
        {words.refreshFailed} {reasonOf(error)}
      </p>
      <Button disabled={busy} onClick={onRetry}>
        {words.retry}
      </Button>
    </div>
  );
}
