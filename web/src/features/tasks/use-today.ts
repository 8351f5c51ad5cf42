import { useSyncExternalStore } from "react";
import { dayOf } from "./day.ts";

/** The person's day, also when the page stays open over midnight. */
export function useToday(): string {
  return useSyncExternalStore(subscribe, () => dayOf(new Date()));
}

function subscribe(listener: () => void) {
  const timer = setInterval(listener, 60_000);
  // A page out of sight, or a machine that slept, may have been told late.
  document.addEventListener("visibilitychange", listener);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", listener);
  };
}
