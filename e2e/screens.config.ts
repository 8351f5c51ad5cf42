import { defineConfig } from "@playwright/test";
import config from "./playwright.config.ts";

/** Draws docs/screens/: `npm --prefix e2e run screens`. */
export default defineConfig({ ...config, projects: [{ name: "screens" }], testMatch: "screens.ts" });
