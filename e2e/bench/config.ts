import { defineConfig } from "@playwright/test";
import config from "../playwright.config.ts";

/** Measures the web app: `make bench-web`. */
export default defineConfig({
  ...config,
  testDir: ".",
  testMatch: "web.ts",
  projects: [{ name: "bench" }],
  fullyParallel: false,
  workers: 1,
  timeout: 1_800_000,
  reporter: "line",
});
