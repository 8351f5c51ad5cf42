import { type Channel, type Message, openChannel } from "./channel.ts";
import type { Answer } from "./journal.ts";
import type { Batch, Keep, Kept } from "./keep.ts";
import type { Trouble, Wish } from "./wish.ts";

/** Why what waits is not being sent just now. */
export type Connection = "open" | "offline" | "unreachable" | "busy";

export interface QueueState {
  /** In the order in which they were made. */
  wishes: Wish[];
  connection: Connection;
}

/** What came of sending a wish. `wait`: nothing yet, it has to be sent again; at the earliest after so many seconds. */
export type Outcome =
  | { answer: Answer }
  | { trouble: Trouble }
  | { wait: "unreachable" | "busy"; seconds?: number | undefined }
  | "stopped";

interface QueueParts {
  owner: string;
  keep: Keep;
  /** What has been opened already, and read. */
  opened: { channel: Channel; kept: Kept | undefined } | undefined;
  /** Sends one wish. */
  deliver: (wish: Wish) => Promise<Outcome>;
  /** Hears of every answer, also of those that another tab has got. */
  onAnswer: (answer: Answer) => void;
  /** Hears what was kept, once it has been read. */
  onLoad: (kept: Kept) => void;
  /** After a time in which nothing could be sent, everything has been. */
  onReturn: () => void;
}

/** The longest wait between two tries, in seconds. */
const longest = 30;

export type Queue = ReturnType<typeof createQueue>;

/**
 * The changes that the server has not confirmed, kept in this browser until it has. All tabs show the same ones, and
 * one of them (Web Lock) sends them, one after the other, each again and again until there is an answer. So each
 * arrives at least once, in order; that a repeat changes nothing is for `deliver` to see to.
 */
export function createQueue({ owner, keep, opened, deliver, onAnswer, onLoad, onReturn }: QueueParts) {
  const listeners = new Set<() => void>();
  /** Keys of wishes that are not in `keep`, or not yet: they must not be taken for sent by another tab. */
  const unkept = new Set<string>();
  let state: QueueState = { wishes: opened?.kept?.wishes ?? [], connection: "open" };
  let channel = opened?.channel;
  /** Whether what is shown is what is kept, but for what the channel says. */
  let current = opened?.kept !== undefined;
  let running = false;
  let pumping: Promise<void> | undefined;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  if (opened?.kept) onLoad(opened.kept);

  return {
    state: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    /** Begins to send, and to hear of the other tabs. Returns what ends it. */
    start() {
      running = true;
      channel ??= openChannel(owner);
      const onShow = (event: PageTransitionEvent) => {
        // Out of the browser's memory: what the other tabs said meanwhile was not heard.
        if (event.persisted) void read();
      };
      const onOffline = () => set({ connection: "offline" });
      window.addEventListener("online", tryNow);
      window.addEventListener("offline", onOffline);
      window.addEventListener("pageshow", onShow);
      if (!navigator.onLine) set({ connection: "offline" });
      if (current) channel.listen(hear);
      void (current ? pump() : read());
      return () => {
        running = false;
        current = false;
        clearTimeout(timer);
        channel?.close();
        channel = undefined;
        window.removeEventListener("online", tryNow);
        window.removeEventListener("offline", onOffline);
        window.removeEventListener("pageshow", onShow);
      };
    },
    /** Adds wishes, or changes those with the same keys. */
    put(wishes: Wish[]) {
      apply({ wishes });
      void pump();
    },
    /** Like `put`, without sending anything: the page is about to close. */
    leave(wishes: Wish[]) {
      apply({ wishes });
    },
    drop(keys: string[]) {
      apply({ drop: keys });
    },
    tryNow,
    /** The server has answered something else: so it can be reached, whatever the browser says. */
    reached() {
      if (cut()) resume();
    },
    /** Sends what can be sent; resolves once nothing is left to send, or nothing can be. */
    async settled() {
      await (pumping ?? pump());
    },
  };

  function set(change: Partial<QueueState>) {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  }

  /** Changes what is shown in this tab. */
  function show(put: Wish[], drop: string[]) {
    const changed = new Map(put.map((wish) => [wish.key, wish]));
    const gone = new Set(drop);
    const kept = state.wishes.flatMap((wish) => {
      if (gone.has(wish.key)) return [];
      const now = changed.get(wish.key) ?? wish;
      changed.delete(wish.key);
      return [now];
    });
    const wishes = changed.size === 0 ? kept : [...kept, ...changed.values()].sort(byKey);
    set({ wishes });
  }

  /** Changes what is shown in all tabs and what is kept. */
  function apply(batch: Batch): Promise<void> {
    const { wishes = [], drop = [], answer } = batch;
    show(wishes, drop);
    const message: Message = answer ? { put: wishes, drop, answer } : { put: wishes, drop };
    channel?.tell(message);
    for (const { key } of wishes) unkept.add(key);
    return keep.write(batch).then(
      () => {
        for (const { key } of wishes) unkept.delete(key);
      },
      // A browser that keeps nothing, or has no room: the wishes live as long as the page.
      () => {},
    );
  }

  function hear({ put, drop, answer }: Message) {
    if (answer) onAnswer(answer);
    show(put, drop);
    if (answer && cut()) tryNow();
    else void pump();
  }

  async function read() {
    // What is said meanwhile is newer than what is read.
    channel?.pause();
    const kept = await keep.load().catch(() => undefined);
    if (!running) return;
    if (kept) {
      onLoad(kept);
      const known = new Set(kept.wishes.map(({ key }) => key));
      const gone = state.wishes.filter(({ key }) => !known.has(key) && !unkept.has(key));
      show(
        kept.wishes.filter(({ key }) => !unkept.has(key)),
        gone.map(({ key }) => key),
      );
    }
    channel?.listen(hear);
    await pump();
  }

  function tryNow() {
    resume();
    // Also without anything to send: what is shown is as old as the last answer.
    onReturn();
  }

  function resume() {
    failures = 0;
    clearTimeout(timer);
    timer = undefined;
    set({ connection: "open" });
    void pump();
  }

  function cut(): boolean {
    return state.connection === "offline" || state.connection === "unreachable";
  }

  function pump(): Promise<void> {
    if (pumping) return pumping;
    if (!running || !next() || timer !== undefined) return Promise.resolve();
    pumping = navigator.locks
      .request(`todo.send.${owner}`, async () => {
        while (running) {
          const wish = next();
          if (!wish || !(await send(wish))) return;
        }
      })
      .finally(() => {
        pumping = undefined;
        // For a wish that came just as the last one had been sent.
        void pump();
      });
    return pumping;
  }

  function next(): Wish | undefined {
    return state.wishes.find((wish) => wish.state === "waiting");
  }

  /** Sends one wish; false when the next ones have to wait. */
  async function send(shown: Wish): Promise<boolean> {
    const { key } = shown;
    // Another tab may have sent it, or taken it back, while this one waited for its turn.
    const wish = unkept.has(key) ? shown : await keep.wish(key).catch(() => shown);
    if (wish?.state !== "waiting") {
      show(wish ? [wish] : [], wish ? [] : [key]);
      return true;
    }
    const outcome = await deliver(wish);
    if (outcome === "stopped") {
      running = false;
      return false;
    }
    if ("wait" in outcome) {
      rest(outcome.wait, outcome.seconds);
      return false;
    }
    if (state.connection !== "open") {
      failures = 0;
      set({ connection: "open" });
      onReturn();
    }
    if ("trouble" in outcome) {
      await apply({ wishes: [{ ...wish, state: "stuck", trouble: outcome.trouble }] });
      return true;
    }
    onAnswer(outcome.answer);
    await apply({ drop: [key], answer: outcome.answer, wishes: rebased(outcome.answer) });
    return true;
  }

  /** Wishes that were meant for the version written over are meant for what came of it. */
  function rebased({ id, from, task, key }: Answer): Wish[] {
    return state.wishes.flatMap((wish) => {
      const { change } = wish;
      if (wish.key === key || change.id !== id || change.kind === "add") return [];
      if (!task || change.base.version !== from) return [];
      return [{ ...wish, change: { ...change, base: { ...change.base, version: task.version } } }];
    });
  }

  function rest(connection: "unreachable" | "busy", seconds = Math.min(2 ** failures, longest)) {
    failures += 1;
    set({ connection: navigator.onLine ? connection : "offline" });
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      void pump();
    }, seconds * 1000);
  }
}

const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
