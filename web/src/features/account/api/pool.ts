import { ApiError, SessionEnded } from "../../../api/errors.ts";

/** A refusal of the user pool: Cognito's exception, and its message. */
export class PoolError extends Error {
  override name = "PoolError";
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** The part of the user pool's JSON API (cognito-idp) in which a person manages their own account. */
export interface Pool {
  getUser(): Promise<User>;
  changePassword(previous: string, proposed: string): Promise<void>;
  /** Gives the key of a new authenticator app, which is not in use before it has been verified. */
  associateApp(): Promise<string>;
  verifyApp(code: string): Promise<void>;
  /** Whether signing in asks for a code of the app. */
  askForApp(enabled: boolean): Promise<void>;
  passkeys(): Promise<Passkey[]>;
  /** Throws a PoolError of type WebAuthnNotEnabledException where passkeys are not in use. */
  offerPasskeys(): Promise<void>;
  deletePasskey(id: string): Promise<void>;
  /** Where the person is signed in, the oldest first; undefined where the pool does not know, as Cognito does not. */
  sessions(): Promise<Session[] | undefined>;
  endSession(id: string): Promise<void>;
  /** Ends every session, on every device. */
  signOutEverywhere(): Promise<void>;
  deleteUser(): Promise<void>;
}

export interface User {
  username: string;
  attributes: Record<string, string>;
  /** Whether signing in asks for a code of an authenticator app. */
  app: boolean;
}

export interface Passkey {
  id: string;
  name: string;
  /** In seconds since 1970. */
  createdAt: number;
}

export interface Session {
  id: string;
  /** What the browser, or another program, calls itself. */
  agent: string;
  /** In seconds since 1970, as is the next; to an hour. */
  signedInAt: number;
  lastUsedAt: number;
  /** Whether it is the one in which this runs. */
  current: boolean;
}

export interface PoolParts {
  /** The `iss` of the tokens; the API is where it is, at the path above. */
  issuer: string;
  accessToken: () => Promise<string>;
  /** Ends the session here: the pool has refused its token. */
  expire: () => void;
}

const patience = 30_000;

export function createPool({ issuer, accessToken, expire }: PoolParts): Pool {
  const endpoint = new URL(".", issuer).href;
  const callTarget = async (target: string, input: object): Promise<unknown> => {
    const token = await accessToken();
    const answer = await post(endpoint, target, { ...input, AccessToken: token });
    if (answer instanceof PoolError) {
      if (answer.type !== "NotAuthorizedException" || !answer.message.includes("Access Token")) throw answer;
      expire();
      throw new SessionEnded();
    }
    return answer;
  };
  const call = (operation: string, input: object = {}) =>
    callTarget(`AWSCognitoIdentityProviderService.${operation}`, input);
  // What the local pool knows beyond Cognito.
  const callOwn = (operation: string, input: object = {}) => callTarget(`TodoUserPool.${operation}`, input);
  return {
    getUser: async () => userOf(await call("GetUser")),
    async changePassword(previous, proposed) {
      await call("ChangePassword", { PreviousPassword: previous, ProposedPassword: proposed });
    },
    associateApp: async () => text(await call("AssociateSoftwareToken"), "SecretCode"),
    async verifyApp(code) {
      await call("VerifySoftwareToken", { UserCode: code });
    },
    async askForApp(enabled) {
      await call("SetUserMFAPreference", {
        SoftwareTokenMfaSettings: { Enabled: enabled, PreferredMfa: enabled },
      });
    },
    async passkeys() {
      const found: Passkey[] = [];
      let next: string | undefined;
      do {
        const page = await call("ListWebAuthnCredentials", next === undefined ? {} : { NextToken: next });
        found.push(...list(page, "Credentials").map(passkeyOf));
        next = text(page, "NextToken") || undefined;
      } while (next !== undefined);
      return found;
    },
    async offerPasskeys() {
      await call("StartWebAuthnRegistration");
    },
    async deletePasskey(id) {
      await call("DeleteWebAuthnCredential", { CredentialId: id });
    },
    async sessions() {
      try {
        return list(await callOwn("ListSessions"), "Sessions").map(sessionOf);
      } catch (error) {
        if (error instanceof PoolError) return undefined;
        throw error;
      }
    },
    async endSession(id) {
      await callOwn("EndSession", { SessionId: id });
    },
    async signOutEverywhere() {
      try {
        await callOwn("EndAllSessions"); // at the sign-in pages too
      } catch (error) {
        if (!(error instanceof PoolError)) throw error;
        await call("GlobalSignOut");
      }
    },
    async deleteUser() {
      await call("DeleteUser");
    },
  };
}

/** Sends one call. Refusals are given back; whatever is neither an answer nor a refusal is thrown as an ApiError. */
async function post(endpoint: string, target: string, input: object): Promise<unknown> {
  let answer: Response;
  let content: unknown;
  try {
    answer = await fetch(endpoint, {
      method: "POST",
      headers: {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": target,
      },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(patience),
    });
    const body = await answer.text();
    content = body === "" ? {} : JSON.parse(body);
  } catch (cause) {
    throw new ApiError(0, "", { cause });
  }
  if (answer.ok) return content;
  const type = text(content, "__type");
  if (answer.status >= 500 || type === "") throw new ApiError(answer.status, text(content, "message"));
  // Some services write the namespace of the exception before its name.
  return new PoolError(type.replace(/^.*#/, ""), text(content, "message"));
}

function member(from: unknown, name: string): unknown {
  return typeof from === "object" && from !== null ? Reflect.get(from, name) : undefined;
}

function text(from: unknown, name: string): string {
  const value = member(from, name);
  return typeof value === "string" ? value : "";
}

function list(from: unknown, name: string): unknown[] {
  const value = member(from, name);
  return Array.isArray(value) ? value : [];
}

function seconds(from: unknown, name: string): number {
  const value = member(from, name);
  return typeof value === "number" ? value : 0;
}

function userOf(answer: unknown): User {
  const attributes = list(answer, "UserAttributes").map((each) => [text(each, "Name"), text(each, "Value")]);
  return {
    username: text(answer, "Username"),
    attributes: Object.fromEntries(attributes),
    app: list(answer, "UserMFASettingList").includes("SOFTWARE_TOKEN_MFA"),
  };
}

function passkeyOf(described: unknown): Passkey {
  return {
    id: text(described, "CredentialId"),
    name: text(described, "FriendlyCredentialName"),
    createdAt: seconds(described, "CreatedAt"),
  };
}

function sessionOf(described: unknown): Session {
  return {
    id: text(described, "SessionId"),
    agent: text(described, "UserAgent"),
    signedInAt: seconds(described, "SignInDate"),
    lastUsedAt: seconds(described, "LastUsedDate"),
    current: member(described, "Current") === true,
  };
}
