// A network that fails, between the browser and the server.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { Stack, test } from "./stack.ts";

/** A proxy in front of a server on a port of this machine. */
export class FlakyNetwork {
  /** The port that the server behind it listens on. */
  target = 0;
  /** Whether every third answer of the REST API is lost: the server has done what was asked, and nobody hears of it. */
  dropping = false;
  /** Whether nothing gets through: calls are broken off before the server hears of them. */
  down = false;
  /** Whether something else answers all calls, with a page of its own, as the portals of hotels do. */
  portal = false;
  /** The release that the app's service worker is said to be of, if not the one that the server has. */
  release = "";
  /** The calls of the REST API that reached the server, as "METHOD path". */
  readonly seen: string[] = [];
  private calls = 0;
  private readonly sockets = new Set<Socket>();

  private readonly server = createServer((incoming, outgoing) => {
    if (this.down) {
      incoming.socket.destroy();
      return;
    }
    if (this.portal) {
      outgoing.setHeader("Content-Type", "text/html").end("<!doctype html><title>Welcome</title>Enter your room's number.");
      return;
    }
    const call = incoming.url?.startsWith("/prod/") === true && incoming.method !== "OPTIONS";
    if (call) this.seen.push(`${incoming.method} ${incoming.url}`);
    const lost = call && this.dropping && ++this.calls % 3 === 0;
    const { method, url: path, headers } = incoming;
    if (path === "/sw.js" && this.release !== "") {
      void this.worker().then((text) => outgoing.setHeader("Content-Type", "text/javascript").end(text));
      return;
    }
    const onward = request({ port: this.target, method, path, headers }, (answer: IncomingMessage) => {
      if (lost) {
        // Read to its end, so that the server has done all it would do.
        answer.resume().on("end", () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => incoming.socket.destroy());
    incoming.pipe(onward);
  });

  private async worker(): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${this.target}/sw.js`);
    return (await answer.text()).replace(/"app-[0-9a-f]+"/, JSON.stringify(this.release));
  }

  /** Gives the address to use in place of the server's. */
  async start(): Promise<string> {
    this.server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    await new Promise<void>((listening) => this.server.listen(0, "127.0.0.1", listening));
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((closed) => this.server.close(closed));
  }
}

/** A port that nobody listens on. It is none of those that systems give away by themselves, which could be gone soon. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const probe = createServer();
    const free = await new Promise<boolean>((done) => {
      probe.once("error", () => done(false));
      probe.listen(port, "127.0.0.1", () => done(true));
    });
    if (!free) continue;
    await new Promise((closed) => probe.close(closed));
    return port;
  }
}

/** test with a network of its own in front of the stack, which works at the beginning of each test. */
export const testOverNetwork = test.extend<{ repair: void }, { network: FlakyNetwork; stack: Stack }>({
  network: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern
    async ({}, use) => {
      const network = new FlakyNetwork();
      await use(network);
      await network.stop();
    },
    { scope: "worker" },
  ],
  stack: [
    async ({ network }, use) => {
      const data = mkdtempSync(join(tmpdir(), "todo-e2e-"));
      const stack = new Stack(data, ["--public-url", await network.start()]);
      network.target = await freePort();
      await stack.start(`127.0.0.1:${network.target}`);
      await use(stack);
      await stack.stop();
      rmSync(data, { recursive: true });
    },
    { scope: "worker" },
  ],
  repair: [
    async ({ network }, use) => {
      network.down = false;
      network.dropping = false;
      network.portal = false;
      network.release = "";
      network.seen.length = 0;
      await use();
    },
    { auto: true },
  ],
});

/** The app can open without a network once its worker is at work. */
export async function shellIsKept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}
