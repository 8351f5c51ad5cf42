import { SessionEnded } from "../../api/errors.ts";
import type { Auth } from "./auth.ts";

/** fetch with the ID token. A 401 is tried once more with a fresh token; a second one ends the session. */
export function authorizedFetch(auth: Auth): (request: Request) => Promise<Response> {
  return async (request) => {
    const send = (token: string) => {
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
