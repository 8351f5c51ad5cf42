import { SessionEnded } from "../../api/errors.ts";
import type { Sent } from "./ahead.ts";
import type { Auth } from "./auth.ts";

/**
 * fetch with the ID token. A 401 is tried once more with a fresh token; a second one ends the session. The first call
 * that is the same as the one in `sent` gets its answer.
 */
export function authorizedFetch(auth: Auth, sent?: Sent): (request: Request) => Promise<Response> {
  let ahead = sent;
  return async (request) => {
    const send = (token: string) => {
      if (ahead && request.method === "GET" && request.url === ahead.url && token === ahead.token) {
        const { answer } = ahead;
        ahead = undefined;
        return answer;
      }
      // A body can be sent once only, so each try sends a copy.
      const copy = request.clone();
      copy.headers.set("Authorization", `Bearer ${token}`);
      return fetch(copy);
    };
    const token = await auth.idToken();
    const first = await send(token);
    if (first.status !== 401) return first;
    const second = await send(await auth.refresh(token));
    if (second.status !== 401) return second;
    auth.expire();
    throw new SessionEnded();
  };
}
