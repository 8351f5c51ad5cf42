// One visit to the app on a slow device, and what the browser says of it.
import type { BrowserContext, CDPSession, Page } from "@playwright/test";
import { watch } from "./seen.ts";

/** How slow the device and its network are. */
export interface Throttling {
  /** How many times slower than this machine's the processor is. */
  cpu: number;
  slow4G: boolean;
}

/** A load until the page had come to rest. Times are in milliseconds since the navigation began. */
export interface Load {
  firstPaint: number;
  largestPaint: number;
  /** When the first rows could be seen; undefined where there are none. */
  rows: number | undefined;
  blocked: number;
  /** Of the page's own requests, as they crossed the network; those of the service worker are not among them. */
  requests: number;
  bytes: number;
  serviceWorker: boolean;
}

/** What Lighthouse applies as slow 4G: 150 ms there and back and 1.6 Mbit/s, as delays of whole requests. */
const slow4G = {
  offline: false,
  latency: 562.5,
  downloadThroughput: (1_474.56 * 1024) / 8,
  uploadThroughput: (675 * 1024) / 8,
};

export class Visit {
  private requests = new Map<string, number>();

  private constructor(
    readonly page: Page,
    private readonly devtools: CDPSession,
  ) {}

  /** Opens a page that is throttled and watched from its first moment on. */
  static async begin(context: BrowserContext, { cpu, slow4G: slow }: Throttling): Promise<Visit> {
    const page = await context.newPage();
    await page.addInitScript(watch);
    const devtools = await context.newCDPSession(page);
    const visit = new Visit(page, devtools);
    await visit.count();
    if (slow) await devtools.send("Network.emulateNetworkConditions", slow4G);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: cpu });
    return visit;
  }

  /** Counts what crosses the network: neither what a cache nor what the service worker answers. */
  private async count() {
    await this.devtools.send("Network.enable");
    this.devtools.on("Network.responseReceived", ({ requestId, response }) => {
      if (!response.fromServiceWorker && !response.fromDiskCache) this.requests.set(requestId, 0);
    });
    this.devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      if (this.requests.has(requestId)) this.requests.set(requestId, encodedDataLength);
    });
  }

  /** Loads an address and waits until nothing happens any more. `until` tells that the list is whole. */
  async load(url: string, until: string): Promise<Load> {
    await this.page.goto(url);
    // Asked for seldom, since asking is work for the page.
    await this.page.waitForFunction((selector) => document.querySelector(selector), until, { polling: 250 });
    await this.page.waitForLoadState("networkidle");
    const seen = await this.page.evaluate(async () => {
      await window.seen.rest();
      const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
      const { firstPaint, largestPaint, rows, tasks } = window.seen;
      return { firstPaint, largestPaint, rows, tasks, serviceWorker: (navigation?.workerStart ?? 0) > 0 };
    });
    const { tasks, ...load } = seen;
    const late = tasks.filter(({ start }) => start > load.firstPaint);
    return {
      ...load,
      blocked: late.reduce((sum, { duration }) => sum + duration - 50, 0),
      requests: this.requests.size,
      bytes: [...this.requests.values()].reduce((sum, bytes) => sum + bytes, 0),
    };
  }

  /** How long each of the person's interactions in `act` took until it was drawn, in milliseconds. */
  async interactions(act: () => Promise<void>): Promise<number[]> {
    await this.page.evaluate(() => window.seen.interactions.clear());
    const before = await this.page.evaluate(() => performance.interactionCount);
    await act();
    const [durations, count] = await this.page.evaluate(async () => {
      await window.seen.rest();
      return [[...window.seen.interactions.values()], performance.interactionCount] as const;
    });
    // Those that were over before the next frame are not reported.
    return [...durations, ...Array<number>(Math.max(0, count - before - durations.length)).fill(0)];
  }

  /** The longest frame while `act` goes on, in milliseconds; 0 if none was longer than 50. */
  async frames(act: () => Promise<void>): Promise<number> {
    const begin = await this.page.evaluate(() => performance.now());
    await act();
    return this.page.evaluate(async (from) => {
      await window.seen.rest();
      return Math.max(
        0,
        ...window.seen.frames.filter(({ start }) => start >= from).map(({ duration }) => duration),
      );
    }, begin);
  }

  /** How much the page has shifted under the person's eyes in the whole visit. */
  shift(): Promise<number> {
    return this.page.evaluate(() => window.seen.shift);
  }
}
