import { execFileSync } from "node:child_process";
import { defineConfig } from "@playwright/test";
import type { Home } from "./stack.ts";

/** An installed Chromium; CHROMIUM_BIN names another. */
function chromium(): string {
  for (const name of [process.env["CHROMIUM_BIN"], "chromium", "chromium-browser", "google-chrome"]) {
    if (!name) continue;
    try {
      return execFileSync("/bin/sh", ["-c", 'command -v "$0"', name], { encoding: "utf8" }).trim();
    } catch {
      // not this one
    }
  }
  throw new Error("the browser tests need Chromium: install it, or set CHROMIUM_BIN to its path");
}

export default defineConfig<object, Home>({
  testDir: ".",
  projects: [
    { name: "one process" },
    { name: "as deployed", use: { asDeployed: true }, testMatch: "walk.spec.ts", grep: /people keep their lists|a list is kept/ },
  ],
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  retries: 0,
  timeout: 240_000, // a hang, not slowness: machines that run tests are often busy
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    locale: "en-GB",
    actionTimeout: 30_000,
    launchOptions: {
      executablePath: chromium(),
      args: [
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
