import { ApiError, SessionEnded } from "../../api/errors.ts";
import type { Config } from "../../config.ts";
import { currentLocale } from "../../i18n/locale.ts";
import { keepAttempt, takeAttempt } from "./attempt.ts";
import { RenewalRefused, SignInError } from "./errors.ts";
import { openRenewals } from "./renewals.ts";
import { isGood, type Session, type SessionStore } from "./session.ts";

/** The hosted pages that the app leads to, by their paths. */
const hosted = { "sign-in": "oauth2/authorize", "sign-up": "signup", "add-passkey": "passkeys/add" };

export type HostedPage = keyof typeof hosted;

/** Everything about who is signed in. The rest of the app asks it for a token and knows nothing of OAuth. */
export interface Auth {
  /** Leaves for the hosted pages, to come back to `returnTo` (a path with its query). */
  begin(page: HostedPage, returnTo: string): Promise<void>;
  /** Completes the sign-in that `callback` is the answer to; gives the path to go on at. Throws a SignInError. */
  finish(callback: URL): Promise<string>;
  /** An ID token that is good for the next minute. Throws SessionEnded. */
  idToken(): Promise<string>;
  /** An access token that is good for the next minute, for the user pool itself. Throws SessionEnded. */
  accessToken(): Promise<string>;
  /** A token newer than `stale`: one request, however many calls and tabs ask at once. Throws SessionEnded. */
  refresh(stale: string): Promise<string>;
  /** Ends the session here without the server: it has been refused. */
  expire(): void;
  /**
   * Revokes the session, forgets it in all tabs and leaves for the hosted sign-out. `cleanUp` is run once no tab has
   * a session any more.
   */
  signOut(cleanUp: () => Promise<void>): Promise<void>;
}

export interface AuthParts {
  config: Config;
  store: SessionStore;
  /** Holds the attempt while the person is away; of this tab only. */
  attempts: Storage;
  origin: string;
  /** Leaves the app. */
  navigate: (address: string) => void;
  now: () => number;
}

/** How long the session that another tab has renewed may be on its way to this one, in milliseconds. */
const delay = 2_000;

const loadProtocol = () => import("./protocol.ts");

export function createAuth({ config, store, attempts, origin, navigate, now }: AuthParts): Auth {
  const redirectUri = `${origin}/callback`;
  const renewals = openRenewals();

  const auth: Auth = {
    async begin(page, returnTo) {
      const { newAttempt, questionOf } = await loadProtocol();
      const attempt = newAttempt(returnTo);
      keepAttempt(attempts, attempt);
      const query = await questionOf(attempt, config.clientId, redirectUri, currentLocale());
      navigate(`${config.authUrl}/${hosted[page]}?${query}`);
    },

    async finish(callback) {
      const attempt = takeAttempt(attempts);
      // Wording comes from the code alone: a link could put any text into error_description.
      if (callback.searchParams.get("error") === "access_denied") throw new SignInError("cancelled");
      if (!attempt) throw new SignInError("mismatch");
      const { redeem } = await loadProtocol();
      store.write(await redeem(config, callback, attempt, redirectUri, now));
      return attempt.returnTo;
    },

    async idToken() {
      const session = current();
      return isGood(session, now()) ? session.idToken : auth.refresh(session.idToken);
    },

    async accessToken() {
      await auth.idToken();
      return current().accessToken;
    },

    refresh(stale) {
      return navigator.locks.request("todo.refresh", async () => {
        // Whoever held the lock before may have done it already.
        if (current().idToken === stale && (await renewals.isLast(stale))) await arrival(stale);
        const session = current();
        if (session.idToken !== stale) return session.idToken;
        const renewed = await renew(session);
        // Signed out meanwhile, perhaps in another tab: the answer must not bring the session back.
        if (current().refreshToken !== session.refreshToken) throw new SessionEnded();
        store.write(renewed);
        await renewals.note(stale);
        return renewed.idToken;
      });
    },

    expire() {
      if (typeof store.read() === "object") store.write("expired");
    },

    async signOut(cleanUp) {
      const session = store.read();
      store.write("none");
      if (typeof session === "object") {
        await loadProtocol()
          .then(({ revoke }) => revoke(config, session.refreshToken))
          // The session is gone from here in any case; a server out of reach must not stop the sign-out.
          .catch(() => {});
      }
      await renewals.forget();
      await cleanUp();
      const query = new URLSearchParams({ client_id: config.clientId, logout_uri: `${origin}/` });
      navigate(`${config.authUrl}/logout?${query}`);
    },
  };
  return auth;

  function current(): Session {
    const state = store.read();
    if (typeof state === "string") throw new SessionEnded();
    return state;
  }

  /** Resolves once the session is no longer the one with the token `stale`, or has been waited for long enough. */
  function arrival(stale: string): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        const state = store.read();
        if (typeof state === "object" && state.idToken === stale) return;
        end();
      };
      const end = () => {
        clearTimeout(timer);
        unsubscribe();
        resolve();
      };
      const unsubscribe = store.subscribe(look);
      const timer = setTimeout(end, delay);
      look();
    });
  }

  async function renew(session: Session): Promise<Session> {
    try {
      const protocol = await loadProtocol();
      return await protocol.renew(config, session, now);
    } catch (cause) {
      if (cause instanceof RenewalRefused) {
        if (current().refreshToken === session.refreshToken) auth.expire();
        throw new SessionEnded(undefined, { cause });
      }
      // A server that is out of reach is no reason to throw anybody out.
      throw new ApiError(0, "", { cause });
    }
  }
}
