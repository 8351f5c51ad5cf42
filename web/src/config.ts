/** Where the app finds the API and the sign-in pages: the same build runs anywhere. */
export interface Config {
  /** The REST API with its stage, without a slash at the end. */
  apiUrl: string;
  /** The `iss` of the tokens. */
  issuer: string;
  /** The hosted sign-in pages, without a slash at the end. */
  authUrl: string;
  clientId: string;
}

/** The settings are absent or of no use; the message names what is wrong, for the person who runs the server. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

export async function loadConfig(): Promise<Config> {
  const answer = await fetch("/config.json", { cache: "no-cache" }).catch((cause: unknown) => {
    throw new ConfigError("The server did not answer.", { cause });
  });
  if (!answer.ok) throw new ConfigError(`/config.json: the server answered ${answer.status}.`);
  // A host that answers every unknown path with index.html says 200 here too.
  if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
    throw new ConfigError("/config.json is not JSON.");
  }
  const settings: unknown = await answer.json().catch((cause: unknown) => {
    throw new ConfigError("/config.json is not valid JSON.", { cause });
  });
  return parseConfig(settings);
}

function parseConfig(settings: unknown): Config {
  const text = (name: string): string => {
    const value = typeof settings === "object" && settings !== null ? Reflect.get(settings, name) : undefined;
    if (typeof value !== "string" || value === "") throw new ConfigError(`/config.json: ${name} is missing.`);
    return value;
  };
  const address = (name: string): string => {
    const value = text(name);
    if (!URL.canParse(value) || !/^https?:/i.test(value)) {
      throw new ConfigError(`/config.json: ${name} is not a web address.`);
    }
    return value.replace(/\/+$/, "");
  };
  return {
    apiUrl: address("APP_API_URL"),
    issuer: address("APP_ISSUER"),
    authUrl: address("APP_AUTH_URL"),
    clientId: text("APP_CLIENT_ID"),
  };
}
