import { join } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { finish } from "./build/finish.ts";
import { scriptOrder } from "./build/script-order.ts";
import { serviceWorker } from "./build/service-worker.ts";

/** The Go server behind the development server, and the stage its REST API is deployed to. */
const server = process.env.TODO_SERVER ?? "http://localhost:8080";
const stage = process.env.TODO_STAGE ?? "prod";

export default defineConfig({
  plugins: [react(), tailwindcss(), scriptOrder("begin"), serviceWorker(), finish()],
  build: {
    target: "baseline-widely-available",
    // A directory below dist, so that emptying it leaves dist/README.md, which the Go embed needs on a clean clone.
    outDir: "dist/app",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What asks for the list and opens what is kept, before the rest has come.
            {
              name: "begin",
              test: /src[\\/](begun|config|app[\\/]beginning|features[\\/](sign-in[\\/](ahead|session)|tasks[\\/](opened|keep|channel|api[\\/]first-page)))\.|node_modules[\\/]idb-keyval[\\/]/,
            },
            // React changes seldom: in a file of its own it stays in the browser's cache when the app is released.
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            // The first page, and what the parts that come later share with it: one file, and not a crumb for each. Over
            // HTTP/1.1 a browser fetches six files at a time, and each one more waits for one of them to end.
            {
              name: "app",
              test: /src[\\/](main|api|components|i18n|preferences|app[\\/](catalog|words)|features[\\/](sign-in|tasks)[\\/]words|features[\\/]sign-in[\\/]errors)|preload-helper|node_modules[\\/](openapi-fetch|wouter)[\\/]/,
            },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: Object.fromEntries(
      [`/${stage}/`, "/auth", "/config.json", "/-/"].map((path) => [path, { target: server }]),
    ),
  },
  test: {
    environment: "jsdom",
    setupFiles: [join(import.meta.dirname, "src/testing/setup.ts")],
    restoreMocks: true,
    // A hang, not slowness: machines that run tests are often busy.
    testTimeout: 60_000,
  },
});
