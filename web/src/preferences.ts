import { useSyncExternalStore } from "react";

/** How a person wants the app to be, in this browser. */
export interface Preferences {
  theme: "system" | "light" | "dark";
  /** Whether single letters are shortcuts; speech input and slips of the hand may set them off. */
  singleKeys: boolean;
  /** Whether the hints for the first visit are still to be shown. */
  hints: boolean;
}

const keys = { theme: "todo.theme", singleKeys: "todo.single-keys", hints: "todo.hints" };
const listeners = new Set<() => void>();
let last: Preferences = { theme: "system", singleKeys: true, hints: true };

export function preferences(): Preferences {
  const theme = localStorage.getItem(keys.theme);
  const now: Preferences = {
    theme: theme === "light" || theme === "dark" ? theme : "system",
    singleKeys: localStorage.getItem(keys.singleKeys) !== "off",
    hints: localStorage.getItem(keys.hints) !== "off",
  };
  // useSyncExternalStore wants the same object for the same content.
  const same = now.theme === last.theme && now.singleKeys === last.singleKeys && now.hints === last.hints;
  if (!same) last = now;
  return last;
}

export function prefer({ theme, singleKeys, hints }: Partial<Preferences>) {
  if (theme !== undefined) {
    store(keys.theme, theme === "system" ? undefined : theme);
    dress(theme);
  }
  if (singleKeys !== undefined) store(keys.singleKeys, singleKeys ? undefined : "off");
  if (hints !== undefined) store(keys.hints, hints ? undefined : "off");
  for (const listener of listeners) listener();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences);
}

function subscribe(listener: () => void) {
  // The other tabs follow.
  const onStorage = () => {
    dress(preferences().theme);
    listener();
  };
  listeners.add(listener);
  window.addEventListener("storage", onStorage);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", onStorage);
  };
}

function store(key: string, value: string | undefined) {
  if (value === undefined) localStorage.removeItem(key);
  else localStorage.setItem(key, value);
}

/** public/boot.js does the same before the first paint. */
function dress(theme: Preferences["theme"]) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
