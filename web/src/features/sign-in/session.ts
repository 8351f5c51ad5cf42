/** What a signed-in person holds. It lives in localStorage, so that it outlasts a reload and is shared by all tabs. */
export interface Session {
  idToken: string;
  accessToken: string;
  refreshToken: string;
  /** When a fresh ID token is needed, in milliseconds since 1970. */
  expiresAt: number;
  username: string;
  email: string;
}

/** Tokens are renewed this long before they expire, so that none expires on its way. */
const margin = 60_000;

/** Whether the tokens can still be used. */
export function isGood({ expiresAt }: Session, now: number): boolean {
  return expiresAt - margin > now;
}

/** Signed in, never signed in (or signed out), or thrown out, in which case the welcome page says so. */
export type SessionState = Session | "none" | "expired";

export interface SessionStore {
  read(): SessionState;
  write(state: SessionState): void;
  /** Tells of changes by this tab and by the others. */
  subscribe(listener: () => void): () => void;
}

const key = "todo.session";

export function createSessionStore(storage: Storage): SessionStore {
  const listeners = new Set<() => void>();
  // useSyncExternalStore wants the same object for the same content.
  let last: { text: string | null; state: SessionState } = { text: null, state: "none" };

  return {
    read() {
      const text = storage.getItem(key);
      if (text !== last.text) last = { text, state: parse(text) };
      return last.state;
    },
    write(state) {
      if (state === "none") storage.removeItem(key);
      else storage.setItem(key, JSON.stringify(state));
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      const onStorage = (event: StorageEvent) => {
        // A null key: the whole storage was cleared.
        if (event.key === key || event.key === null) listener();
      };
      listeners.add(listener);
      window.addEventListener("storage", onStorage);
      return () => {
        listeners.delete(listener);
        window.removeEventListener("storage", onStorage);
      };
    },
  };
}

/** Reads what an older release, or the person by hand, may have left behind: anything odd counts as signed out. */
function parse(text: string | null): SessionState {
  if (text === null) return "none";
  try {
    const value: unknown = JSON.parse(text);
    if (value === "expired" || isSession(value)) return value;
  } catch {
    // Not JSON.
  }
  return "none";
}

function isSession(value: unknown): value is Session {
  if (typeof value !== "object" || value === null) return false;
  const texts = ["idToken", "accessToken", "refreshToken", "username", "email"];
  return (
    texts.every((name) => typeof Reflect.get(value, name) === "string") &&
    typeof Reflect.get(value, "expiresAt") === "number"
  );
}
