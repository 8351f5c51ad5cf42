// What a page notes of itself while it is measured.

interface Span {
  start: number;
  duration: number;
}

/** Times in milliseconds since the navigation began. */
export interface Seen {
  firstPaint: number;
  largestPaint: number;
  rows: number | undefined;
  /** All layout shifts that followed no input, added up: at least what is called the cumulative layout shift. */
  shift: number;
  /** Of more than 50 ms. */
  tasks: Span[];
  frames: Span[];
  /** Until the frame after it was drawn, by the id of the interaction. */
  interactions: Map<number, number>;
  /** Waits for a second without a long task. */
  rest: () => Promise<void>;
}

declare global {
  interface Window {
    seen: Seen;
  }
  interface Performance {
    readonly interactionCount: number;
  }
}

/** Runs in the page before anything else there; so it can refer to nothing outside it. */
export function watch(): void {
  const seen: Seen = {
    firstPaint: 0,
    largestPaint: 0,
    rows: undefined,
    shift: 0,
    tasks: [],
    frames: [],
    interactions: new Map(),
    rest: () =>
      new Promise((resolve) => {
        const began = performance.now();
        const timer = setInterval(() => {
          const last = seen.tasks.at(-1);
          if (performance.now() - Math.max(began, last ? last.start + last.duration : 0) < 1_000) return;
          clearInterval(timer);
          resolve();
        }, 100);
      }),
  };
  window.seen = seen;

  const observe = <E extends PerformanceEntry>(type: string, note: (entry: E) => void, more?: object) =>
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) note(entry as E);
    }).observe({ type, buffered: true, ...more });
  const span = ({ startTime, duration }: PerformanceEntry): Span => ({ start: startTime, duration });

  observe("paint", ({ name, startTime }) => {
    if (name === "first-contentful-paint") seen.firstPaint = startTime;
  });
  observe("largest-contentful-paint", ({ startTime }) => {
    seen.largestPaint = startTime;
  });
  observe<PerformanceEntry & { value: number; hadRecentInput: boolean }>("layout-shift", (entry) => {
    if (!entry.hadRecentInput) seen.shift += entry.value;
  });
  observe("longtask", (entry) => {
    seen.tasks.push(span(entry));
  });
  observe("long-animation-frame", (entry) => {
    seen.frames.push(span(entry));
  });
  observe<PerformanceEventTiming & { interactionId: number }>(
    "event",
    ({ interactionId, duration }) => {
      if (interactionId === 0) return;
      seen.interactions.set(interactionId, Math.max(duration, seen.interactions.get(interactionId) ?? 0));
    },
    { durationThreshold: 16 },
  );

  const rows = new MutationObserver(() => {
    if (!document.querySelector("[data-task]")) return;
    rows.disconnect();
    requestAnimationFrame(() =>
      setTimeout(() => {
        seen.rows = performance.now();
      }),
    );
  });
  rows.observe(document, { childList: true, subtree: true });
}
