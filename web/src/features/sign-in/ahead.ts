import type { Session } from "./session.ts";

/** A call that was sent before there was anything to receive its answer. */
export interface Sent {
  url: string;
  token: string;
  answer: Promise<Response>;
}

/** An answer that takes longer counts as none. */
const patience = 30_000;

/** Asks for `address` in the name of the session, whose tokens have to be good. */
export function sendAhead(address: string, { idToken }: Session): Sent {
  const headers = { Authorization: `Bearer ${idToken}` };
  const answer = fetch(address, { headers, signal: AbortSignal.timeout(patience) });
  // Whoever takes the answer hears of a failure.
  answer.catch(() => {});
  return { url: new URL(address).href, token: idToken, answer };
}
