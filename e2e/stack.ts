// A running `todo serve` for each worker, and people who use it.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";

export { expect } from "@playwright/test";

/** The program as a process of its own, on a free port, over a data directory that outlives it. */
export class Stack {
  url = "";
  private process: ChildProcess | undefined;
  private addr = "";

  constructor(
    readonly data: string,
    private readonly flags: string[] = [],
  ) {}

  async start(addr = "127.0.0.1:0"): Promise<void> {
    this.addr = addr;
    const child = spawn("../bin/todo", ["serve", "--addr", addr, "--data", this.data, ...this.flags], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = child;
    let complaint = "";
    child.stderr.on("data", (chunk) => {
      complaint += chunk;
    });
    this.url = await new Promise<string>((found, failed) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        const opened = /^Open (http\S+)/.exec(line);
        if (opened?.[1]) found(opened[1]);
      });
      child.on("exit", (code) => failed(new Error(`todo serve ended with ${code}: ${complaint}`)));
    });
  }

  /** Ends the process, by a graceful stop or as a power cut would, and waits until it is gone. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await gone;
  }

  /** Stops it, and starts it again at the same address. */
  async restart(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const port = new URL(this.url).port;
    await this.stop(signal);
    await this.start(`127.0.0.1:${port}`);
  }

  /** Starts it at the address that it was started at. */
  again(): Promise<void> {
    return this.start(this.addr);
  }

  /** The newest code mailed to an address, of six digits or eight. Mail is sent in the background. */
  async code(email: string, after = ""): Promise<string> {
    let code = "";
    await expect
      .poll(async () => {
        const answer = await fetch(`${this.url}/auth/outbox`, { headers: { Accept: "application/json" } });
        const messages = (await answer.json()) as { to: string; text: string }[];
        code = messages.find((m) => m.to === email)?.text.match(/\b\d{6}(\d\d)?\b/)?.[0] ?? "";
        return code !== "" && code !== after;
      }, `a code mailed to ${email}`)
      .toBe(true);
    return code;
  }
}

export const password = "Correct-Horse-7";

let people = 0;

/** An address that nobody has used on this machine's server. */
export function newEmail(name = "ana"): string {
  people += 1;
  return `${name}.${process.pid}.${people}@example.com`;
}

/** A DynamoDB-compatible server, which ends when it is told to or when this process does. */
export async function dynalite(): Promise<{ url: string; stop: () => void }> {
  const child = spawn("node", ["dynalite.cjs"], { stdio: ["pipe", "pipe", "inherit"] });
  const url = await new Promise<string>((found, failed) => {
    createInterface({ input: child.stdout }).once("line", found);
    child.on("exit", (code) => failed(new Error(`dynalite ended with ${code}`)));
  });
  return { url, stop: () => child.stdin.end() };
}

/** Where the stack of a project keeps items and runs functions. */
export interface Home {
  /** As in the cloud: the functions' executables over a table. Otherwise all is in one process. */
  asDeployed: boolean;
}

interface Fixtures {
  /** Collects what a browser context complains of: console errors, page errors, violations of the security policy. */
  watch: (context: BrowserContext) => void;
}

export const test = base.extend<Fixtures & { page: Page }, { stack: Stack } & Home>({
  asDeployed: [false, { option: true, scope: "worker" }],
  stack: [
    async ({ asDeployed }, use) => {
      const data = mkdtempSync(join(tmpdir(), "todo-e2e-"));
      const table = asDeployed ? await dynalite() : undefined;
      const flags: string[] = [];
      if (table) {
        Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
        const place = ["--table", "todo", "--table-endpoint", table.url, "--table-region", "us-east-1"];
        execFileSync("../bin/todo", ["table", "create", ...place]);
        flags.push("--functions", "../artifacts", ...place);
      }
      const stack = new Stack(data, flags);
      await stack.start();
      await use(stack);
      await stack.stop();
      table?.stop();
      rmSync(data, { recursive: true });
    },
    { scope: "worker" },
  ],
  baseURL: async ({ stack }, use) => use(stack.url),
  watch: [
    async ({ context }, use) => {
      const complaints: string[] = [];
      const watch = (watched: BrowserContext) => {
        watched.on("console", (message) => {
          // A refused form answers 4xx, and Chromium says so; what the page makes of it is for the test to see.
          const refused = message.text().startsWith("Failed to load resource");
          if (message.type() === "error" && !refused) complaints.push(message.text());
        });
        watched.on("weberror", (error) => complaints.push(String(error.error())));
      };
      watch(context);
      await use(watch);
      expect(complaints, "console errors and policy violations").toEqual([]);
    },
    { auto: true },
  ],
});

/** test with a stack of its own flags, whose template is what `change` makes of the repository's. */
export function testWith(change: (template: string) => string, ...flags: string[]) {
  return test.extend<object, { stack: Stack }>({
    stack: [
      // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern
      async ({}, use) => {
        const dir = mkdtempSync(join(tmpdir(), "todo-e2e-"));
        const template = join(dir, "template.yaml");
        writeFileSync(template, change(readFileSync("../template.yaml", "utf8")));
        const stack = new Stack(join(dir, "data"), ["--template", template, ...flags]);
        await stack.start();
        await use(stack);
        await stack.stop();
        rmSync(dir, { recursive: true });
      },
      { scope: "worker" },
    ],
  });
}

/** The template with a part of it replaced, which must be there. */
export function replaced(template: string, part: string, by: string): string {
  expect(template).toContain(part);
  return template.replace(part, by);
}

/** test with the stack that has managed login, and so passkeys. */
export const testWithPasskeys = testWith((template) => template, "--parameter", "ManagedLoginVersion=2");
