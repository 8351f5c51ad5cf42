import { CloudOff } from "lucide-react";
import { ApiError } from "../../api/errors.ts";
import { Button } from "../../components/button.tsx";
import type { Connection } from "./queue.ts";
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

interface EmptyProps {
  show: Show;
  /** Whether it is empty because nothing holds the text that is sought. */
  sought: boolean;
}

export function Empty({ show, sought }: EmptyProps) {
  const { title, text } = sought ? words.nothingFound : words.empty[show];
  return (
    <div className="sheet state">
      <h2>{title}</h2>
      <p>{text}</p>
    </div>
  );
}

const statusOf = (error: Error | null) => (error instanceof ApiError ? error.status : undefined);

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
      <p>{reasonOf(statusOf(error))}</p>
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
        {words.refreshFailed} {reasonOf(statusOf(error))}
      </p>
      <Button disabled={busy} onClick={onRetry}>
        {words.retry}
      </Button>
    </div>
  );
}

interface ConnectionNoteProps {
  connection: Connection;
  /** How many changes wait to be sent. */
  waiting: number;
  onTryNow: () => void;
}

/** Says that what is done here has not reached the server yet, and that this is no reason to stop. The page's status reads it out. */
export function ConnectionNote({ connection, waiting, onTryNow }: ConnectionNoteProps) {
  if (connection === "open") return null;
  return (
    <div className="note" data-calm>
      <CloudOff aria-hidden="true" size={20} />
      <p>
        {words.connection[connection]} {waiting === 0 ? words.goOn : words.waiting(waiting)}
      </p>
      {connection !== "offline" && <Button onClick={onTryNow}>{words.tryNow}</Button>}
    </div>
  );
}
