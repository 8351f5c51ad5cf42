import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** Files that are no part of the app. */
const without = new Set(["robots.txt", "sw.js"]);

/** Writes sw.js: the worker of build/sw.js, with the list of what was built. */
export function serviceWorker(): Plugin {
  let outDir = "";
  return {
    name: "service-worker",
    apply: "build",
    configResolved(config) {
      outDir = join(config.root, config.build.outDir);
    },
    closeBundle: {
      order: "pre",
      handler(error?: Error) {
        if (error) return;
        const files = readdirSync(outDir, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(outDir.length + 1))
          .filter((file) => !without.has(file))
          .sort();
        const hash = createHash("sha256");
        for (const file of files) hash.update(file).update(readFileSync(join(outDir, file)));
        const worker = readFileSync(join(import.meta.dirname, "sw.js"), "utf8");
        const addresses = files.map((file) => (file === "index.html" ? "/" : `/${file}`));
        writeFileSync(
          join(outDir, "sw.js"),
          `const release = ${JSON.stringify(`app-${hash.digest("hex").slice(0, 16)}`)};
const files = ${JSON.stringify(addresses)};
${worker}`,
        );
      },
    },
  };
}
