import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** What a part that is loaded later may weigh, compressed by gzip. */
const lazyLimit = 15_000;

/** What a first visit may load, in bytes as sent; the build fails above it. */
const budget = {
  ".js": { gz: 110_000, br: 96_000 },
  ".css": { gz: 8_000, br: 8_000 },
};

const compressible = new Set([".html", ".js", ".css", ".svg", ".json", ".txt"]);
const worthwhile = 1_000;

/** Writes a .br and a .gz beside every compressible file, and holds the first load to its budget. */
export function finish(): Plugin {
  let outDir = "";
  return {
    name: "finish",
    apply: "build",
    configResolved(config) {
      outDir = join(config.root, config.build.outDir);
    },
    closeBundle(error?: Error) {
      if (error) return;
      for (const path of filesIn(outDir)) {
        if (compressible.has(extname(path))) compress(path);
      }
      check(outDir, (line) => this.info(line));
    },
  };
}

function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function compress(path: string) {
  const content = readFileSync(path);
  if (content.length < worthwhile) return;
  writeFileSync(`${path}.gz`, gzip(content));
  writeFileSync(`${path}.br`, brotli(content));
}

const gzip = (content: Buffer) => gzipSync(content, { level: 9 });

const brotli = (content: Buffer) =>
  brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length, [constants.BROTLI_PARAM_QUALITY]: 11 },
  });

/** Counts the scripts and styles that index.html itself asks for: what a person waits for on the first visit. */
function check(outDir: string, report: (line: string) => void) {
  const page = readFileSync(join(outDir, "index.html"), "utf8");
  const initial = new Set(
    [...page.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].flatMap(([, path]) => path ?? []),
  );
  for (const [kind, limit] of Object.entries(budget)) {
    const files = [...initial]
      .filter((path) => path.endsWith(kind))
      .map((path) => readFileSync(join(outDir, path)));
    const gz = files.reduce((sum, content) => sum + gzip(content).length, 0);
    const br = files.reduce((sum, content) => sum + brotli(content).length, 0);
    const line = `first load ${kind}: ${kB(gz)} gz (limit ${kB(limit.gz)}), ${kB(br)} br (limit ${kB(limit.br)})`;
    if (gz > limit.gz || br > limit.br) throw new Error(`over budget: ${line}`);
    report(line);
  }
  for (const path of filesIn(join(outDir, "assets"))) {
    if (!path.endsWith(".js") || initial.has(path.slice(outDir.length + 1))) continue;
    const size = gzip(readFileSync(path)).length;
    if (size > lazyLimit) throw new Error(`over budget: ${path}: ${kB(size)} gz (limit ${kB(lazyLimit)})`);
  }
}

const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
