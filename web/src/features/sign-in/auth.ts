import * as oauth from "oauth4webapi";
import { ApiError, SessionEnded } from "../../api/errors.ts";
import type { Config } from "../../config.ts";
import { beginAttempt, takeAttempt } from "./attempt.ts";
import { SignInError } from "./errors.ts";
import { providerOf } from "./provider.ts";
import type { Session, SessionStore } from "./session.ts";

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

const scope = "openid email profile aws.cognito.signin.user.admin";

/** Tokens are renewed this long before they expire, so that none expires on its way. */
const margin = 60_000;

/** A request that hangs longer fails, so that no tab keeps the others waiting at the lock. */
const patience = 15_000;

export function createAuth({ config, store, attempts, origin, navigate, now }: AuthParts): Auth {
  const { server, client, request } = providerOf(config);
  const redirectUri = `${origin}/callback`;
  const options = () => ({ ...request, signal: AbortSignal.timeout(patience) });

  const auth: Auth = {
    async begin(page, returnTo) {
      const attempt = beginAttempt(attempts, returnTo);
      const query = new URLSearchParams({
        response_type: "code",
        client_id: config.clientId,
        redirect_uri: redirectUri,
        scope,
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: "S256",
      });
      navigate(`${config.authUrl}/${hosted[page]}?${query}`);
    },

    async finish(callback) {
      const attempt = takeAttempt(attempts);
      // Wording comes from the code alone: a link could put any text into error_description.
      if (callback.searchParams.get("error") === "access_denied") throw new SignInError("cancelled");
      if (!attempt) throw new SignInError("mismatch");
      try {
        const answer = validAnswer(callback, attempt.state);
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          oauth.None(),
          answer,
          redirectUri,
          attempt.verifier,
          options(),
        );
        const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
          expectedNonce: attempt.nonce,
          requireIdToken: true,
        });
        store.write(sessionOf(tokens, now()));
      } catch (cause) {
        throw failureOf(cause);
      }
      return attempt.returnTo;
    },

    async idToken() {
      const session = current();
      return session.expiresAt - margin > now() ? session.idToken : auth.refresh(session.idToken);
    },

    async accessToken() {
      await auth.idToken();
      return current().accessToken;
    },

    refresh(stale) {
      return navigator.locks.request("todo.refresh", async () => {
        const session = current();
        // Whoever held the lock before has done it already.
        if (session.idToken !== stale) return session.idToken;
        const renewed = await renew(session);
        // Signed out meanwhile, perhaps in another tab: the answer must not bring the session back.
        if (current().refreshToken !== session.refreshToken) throw new SessionEnded();
        store.write(renewed);
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
        await revoke(session.refreshToken);
      }
      await cleanUp();
      const query = new URLSearchParams({ client_id: config.clientId, logout_uri: `${origin}/` });
      navigate(`${config.authUrl}/logout?${query}`);
    },
  };
  return auth;

  async function revoke(refreshToken: string) {
    try {
      const answer = await oauth.revocationRequest(server, client, oauth.None(), refreshToken, options());
      // Leaving the page before its end would break the request off.
      await answer.text();
    } catch {
      // The session is gone from here in any case; a server out of reach must not stop the sign-out.
    }
  }

  function validAnswer(callback: URL, state: string): URLSearchParams {
    try {
      return oauth.validateAuthResponse(server, client, callback, state);
    } catch (cause) {
      throw new SignInError(cause instanceof oauth.AuthorizationResponseError ? "refused" : "mismatch", {
        cause,
      });
    }
  }

  function current(): Session {
    const state = store.read();
    if (typeof state === "string") throw new SessionEnded();
    return state;
  }

  async function renew(session: Session): Promise<Session> {
    try {
      const response = await oauth.refreshTokenGrantRequest(
        server,
        client,
        oauth.None(),
        session.refreshToken,
        options(),
      );
      const tokens = await oauth.processRefreshTokenResponse(server, client, response);
      return { ...sessionOf(tokens, now()), refreshToken: tokens.refresh_token ?? session.refreshToken };
    } catch (cause) {
      if (cause instanceof oauth.ResponseBodyError && cause.status < 500 && cause.status !== 429) {
        if (current().refreshToken === session.refreshToken) auth.expire();
        throw new SessionEnded(undefined, { cause });
      }
      // A server that is out of reach is no reason to throw anybody out.
      throw new ApiError(0, "", { cause });
    }
  }
}

function sessionOf(tokens: oauth.TokenEndpointResponse, now: number): Session {
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  if (!tokens.id_token || !claims) throw new Error("the answer holds no ID token");
  const text = (name: string) => (typeof claims[name] === "string" ? claims[name] : "");
  // By lengths of time and not by points in time, which a wrong clock would shift.
  const life = Math.min(claims.exp - claims.iat, tokens.expires_in ?? Number.POSITIVE_INFINITY);
  return {
    idToken: tokens.id_token,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? "",
    expiresAt: now + life * 1000,
    username: text("cognito:username") || claims.sub,
    email: text("email"),
  };
}

function failureOf(cause: unknown): SignInError {
  if (cause instanceof SignInError) return cause;
  if (cause instanceof oauth.ResponseBodyError) {
    return new SignInError(cause.error === "invalid_grant" ? "expired" : "refused", { cause });
  }
  // fetch says TypeError when it reached nobody, AbortSignal.timeout says TimeoutError.
  const unreachable =
    (cause instanceof TypeError && !("code" in cause)) ||
    (cause instanceof DOMException && cause.name === "TimeoutError");
  return new SignInError(unreachable ? "unreachable" : "refused", { cause });
}
