import { useState, useSyncExternalStore } from "react";
import { Button } from "../components/button.tsx";
import type { Updates } from "./service-worker.ts";
import { words } from "./words.ts";

/** Says that there is a newer release, and leaves the moment to the person. */
export function UpdateNotice({ updates }: { updates: Updates }) {
  const takeOver = useSyncExternalStore(updates.subscribe, updates.ready);
  const [waived, setWaived] = useState<() => void>();
  return (
    <div aria-live="polite" className="update">
      {takeOver && takeOver !== waived && (
        <div className="note" data-calm>
          <p>{words.updateReady}</p>
          <Button onClick={takeOver}>{words.reload}</Button>
          <Button look="quiet" onClick={() => setWaived(() => takeOver)}>
            {words.later}
          </Button>
        </div>
      )}
    </div>
  );
}
