import { words } from "./words.ts";

/** What the status of a failed call means to the person. */
export function reasonOf(status: number | undefined): string {
  if (status === 0) return words.reasons.unreachable;
  if (status === 429 || status === 503) return words.reasons.busy;
  return words.reasons.broken;
}
