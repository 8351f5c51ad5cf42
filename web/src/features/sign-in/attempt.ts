/** A sign-in that has left for the hosted pages and has not come back yet. */
export interface Attempt {
  state: string;
  nonce: string;
  verifier: string;
  /** The path, with its query, to go on at. */
  returnTo: string;
}

const key = "todo.sign-in";

/** It belongs to one tab, so it is kept in sessionStorage, and a new one replaces it. */
export function keepAttempt(storage: Storage, attempt: Attempt) {
  storage.setItem(key, JSON.stringify(attempt));
}

/** Takes the attempt out: an answer is used once. */
export function takeAttempt(storage: Storage): Attempt | undefined {
  const text = storage.getItem(key);
  storage.removeItem(key);
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isAttempt(value) ? { ...value, returnTo: ownPath(value.returnTo) } : undefined;
  } catch {
    return undefined;
  }
}

function isAttempt(value: unknown): value is Attempt {
  if (typeof value !== "object" || value === null) return false;
  return ["state", "nonce", "verifier", "returnTo"].every(
    (name) => typeof Reflect.get(value, name) === "string",
  );
}

/** Only a path of this site, and not the callback itself, is gone on at. */
function ownPath(path: string): string {
  if (!URL.canParse(path, location.origin)) return "/";
  const url = new URL(path, location.origin);
  if (url.origin !== location.origin || url.pathname === "/callback") return "/";
  return url.pathname + url.search;
}
