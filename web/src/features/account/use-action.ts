import { useEffect, useRef, useState } from "react";
import { SessionEnded } from "../../api/errors.ts";
import { type Reason, reasonOf } from "./reason.ts";

export interface Action {
  /** Does the work, unless it is being done. Resolves to whether it succeeded. */
  run: (work: () => Promise<void>) => Promise<boolean>;
  busy: boolean;
  /** Why it did not work the last time. */
  failure: Reason | undefined;
}

/** Something that a person does and waits for. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Reason>();
  const running = useRef(false);
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  const run = async (work: () => Promise<void>) => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setFailure(undefined);
    try {
      await work();
      return mounted.current;
    } catch (error) {
      // A session that has ended brings the welcome page, which says so.
      if (!(error instanceof SessionEnded)) setFailure(reasonOf(error));
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { run, busy, failure };
}
