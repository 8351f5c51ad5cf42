// OAuth, as the sign-in server speaks it. Loaded when there is something to say to it: a visit with a session needs none.
import * as oauth from "oauth4webapi";
import type { Config } from "../../config.ts";
import type { Attempt } from "./attempt.ts";
import { RenewalRefused, SignInError } from "./errors.ts";
import type { Session } from "./session.ts";

/** A request that hangs longer fails, so that no tab keeps the others waiting at the lock. */
const patience = 15_000;

const scope = "openid email profile aws.cognito.signin.user.admin";

export function newAttempt(returnTo: string): Attempt {
  return {
    state: oauth.generateRandomState(),
    // Always sent: Cognito puts one in by itself for federated users, which a client that sent none must refuse.
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    returnTo,
  };
}

/** What the hosted pages are asked. */
export async function questionOf(attempt: Attempt, clientId: string, redirectUri: string, lang: string) {
  return new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: "S256",
    lang,
  });
}

/** Redeems the code in `callback`, the answer to `attempt`. Throws a SignInError. */
export async function redeem(
  config: Config,
  callback: URL,
  attempt: Attempt,
  redirectUri: string,
  now: () => number,
): Promise<Session> {
  const { server, client, options } = providerOf(config);
  try {
    const answer = validAnswer(config, callback, attempt.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      answer,
      redirectUri,
      attempt.verifier,
      options,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: attempt.nonce,
      requireIdToken: true,
    });
    return sessionOf(tokens, now());
  } catch (cause) {
    throw failureOf(cause);
  }
}

/** Throws RenewalRefused; whatever else it throws is no reason to end the session. */
export async function renew(config: Config, session: Session, now: () => number): Promise<Session> {
  const { server, client, options } = providerOf(config);
  try {
    const response = await oauth.refreshTokenGrantRequest(
      server,
      client,
      oauth.None(),
      session.refreshToken,
      options,
    );
    const tokens = await oauth.processRefreshTokenResponse(server, client, response);
    return { ...sessionOf(tokens, now()), refreshToken: tokens.refresh_token ?? session.refreshToken };
  } catch (cause) {
    if (cause instanceof oauth.ResponseBodyError && cause.status < 500 && cause.status !== 429) {
      throw new RenewalRefused(undefined, { cause });
    }
    throw cause;
  }
}

export async function revoke(config: Config, refreshToken: string): Promise<void> {
  const { server, client, options } = providerOf(config);
  const answer = await oauth.revocationRequest(server, client, oauth.None(), refreshToken, options);
  // Leaving the page before its end would break the request off.
  await answer.text();
}

/**
 * Builds the server's metadata from the settings instead of asking for it: one request less before a person is in,
 * and the same code for a user pool on this machine and one in the cloud.
 */
function providerOf({ authUrl, issuer, clientId }: Config) {
  const server: oauth.AuthorizationServer = {
    issuer,
    authorization_endpoint: `${authUrl}/oauth2/authorize`,
    token_endpoint: `${authUrl}/oauth2/token`,
    revocation_endpoint: `${authUrl}/oauth2/revoke`,
    userinfo_endpoint: `${authUrl}/oauth2/userInfo`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
  };
  return {
    server,
    // Forgives a clock that is a little off: theirs or ours.
    client: { client_id: clientId, [oauth.clockTolerance]: 60 },
    options: {
      [oauth.allowInsecureRequests]: authUrl.startsWith("http:"),
      signal: AbortSignal.timeout(patience),
    },
  };
}

function validAnswer(config: Config, callback: URL, state: string): URLSearchParams {
  const { server, client } = providerOf(config);
  try {
    return oauth.validateAuthResponse(server, client, callback, state);
  } catch (cause) {
    throw new SignInError(cause instanceof oauth.AuthorizationResponseError ? "refused" : "mismatch", {
      cause,
    });
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
