import { createStore, del, get, set, type UseStore } from "idb-keyval";

/**
 * Which token was renewed last. Each tab may be a process of its own, and what one of them writes into localStorage
 * reaches the others a moment later, when the Web Lock may have passed on already. IndexedDB says the same to all. A
 * browser that has none knows of no renewals.
 */
export interface Renewals {
  isLast(token: string): Promise<boolean>;
  note(token: string): Promise<void>;
  forget(): Promise<void>;
}

const key = "last";

/** Enough to know a token by, and of no use to anybody else: the end of its signature. */
const nameOf = (token: string) => token.slice(-24);

export function openRenewals(): Renewals {
  let opened: UseStore | undefined;
  // Opened at the first use, so that a browser that refuses it fails there and not here.
  const use: UseStore = async (mode, work) => {
    opened ??= createStore("todo-sessions", "renewals");
    return opened(mode, work);
  };
  return {
    isLast: async (token) => (await get<string>(key, use).catch(() => undefined)) === nameOf(token),
    note: (token) => set(key, nameOf(token), use).catch(() => {}),
    forget: () => del(key, use).catch(() => {}),
  };
}
