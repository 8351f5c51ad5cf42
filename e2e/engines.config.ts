import { defineConfig } from "@playwright/test";
import config from "./playwright.config.ts";

/** Walks through the app in other engines than Chromium: `npm --prefix e2e run engines`. */
export default defineConfig({ ...config, projects: [{ name: "engines" }], testMatch: "engines.ts" });
