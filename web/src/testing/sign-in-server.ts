import { HttpResponse, http } from "msw";
import type { Config } from "../config.ts";
import { network } from "./network.ts";

/** On another origin than the app, as in the cloud. */
export const config: Config = {
  apiUrl: "http://api.test/prod",
  issuer: "http://auth.test/local_abc123",
  authUrl: "http://auth.test",
  clientId: "client",
};

const base64url = (value: object) =>
  btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** Tokens as the user pool makes them. The signature is void: a client that has asked the server itself by TLS relies on that. */
export class SignInServer {
  /** Requests met, by kind. */
  readonly seen: string[] = [];
  refused = false;
  unreachable = false;
  nonce = "";
  /** The refresh token of the next answers; without one, a client keeps what it has. */
  rotated: string | undefined = "refresh";
  #made = 0;

  constructor() {
    network.use(
      http.post("http://auth.test/oauth2/token", async ({ request }) => {
        const form = new URLSearchParams(await request.text());
        this.seen.push(form.get("grant_type") ?? "");
        if (this.unreachable) return HttpResponse.error();
        if (this.refused) return HttpResponse.json({ error: "invalid_grant" }, { status: 400 });
        return HttpResponse.json({
          id_token: this.idToken(),
          access_token: "access",
          ...(this.rotated === undefined ? {} : { refresh_token: this.rotated }),
          token_type: "Bearer",
          expires_in: 3600,
        });
      }),
      http.post("http://auth.test/oauth2/revoke", async ({ request }) => {
        const form = new URLSearchParams(await request.text());
        this.seen.push(`revoke ${form.get("token")}`);
        if (this.unreachable) return HttpResponse.error();
        return new HttpResponse();
      }),
    );
  }

  idToken(): string {
    this.#made += 1;
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: config.issuer,
      aud: config.clientId,
      sub: "sub",
      "cognito:username": "sub",
      email: "ada@example.com",
      iat: now,
      exp: now + 3600,
      nonce: this.nonce,
      jti: String(this.#made),
    };
    return `${base64url({ alg: "RS256", kid: "k" })}.${base64url(claims)}.c2ln`;
  }
}

/** Puts a session into storage, as an earlier visit would have left it. */
export function keepSession(idToken: string, expiresAt = Date.now() + 3_600_000, username = "sub") {
  const session = {
    idToken,
    accessToken: "access",
    refreshToken: "refresh",
    expiresAt,
    username,
    email: "ada@example.com",
  };
  localStorage.setItem("todo.session", JSON.stringify(session));
}
