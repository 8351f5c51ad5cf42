import * as oauth from "oauth4webapi";
import type { Config } from "../../config.ts";

/** The sign-in server as oauth4webapi knows it. */
export interface Provider {
  server: oauth.AuthorizationServer;
  client: oauth.Client;
  /** To be given to every request. */
  request: { [oauth.allowInsecureRequests]: boolean };
}

/**
 * Builds the server's metadata from the settings instead of asking for it: one request less before a person is in,
 * and the same code for a user pool on this machine and one in the cloud.
 */
export function providerOf(config: Config): Provider {
  const { authUrl, issuer, clientId } = config;
  return {
    server: {
      issuer,
      authorization_endpoint: `${authUrl}/oauth2/authorize`,
      token_endpoint: `${authUrl}/oauth2/token`,
      revocation_endpoint: `${authUrl}/oauth2/revoke`,
      userinfo_endpoint: `${authUrl}/oauth2/userInfo`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
    },
    // Forgives a clock that is a little off: theirs or ours.
    client: { client_id: clientId, [oauth.clockTolerance]: 60 },
    request: { [oauth.allowInsecureRequests]: authUrl.startsWith("http:") },
  };
}
