import { ApiError } from "../../api/errors.ts";
import { words } from "./words.ts";

/** What a failed call means to the person. */
export function reasonOf(error: Error | null): string {
  if (!(error instanceof ApiError)) return words.reasons.broken;
  if (error.status === 0) return words.reasons.unreachable;
  if (error.status === 429 || error.status === 503) return words.reasons.busy;
  return words.reasons.broken;
}
