// Completes package-lock.json for the platforms that the machine's registry view does not list.
//
// Some registries serve only the binaries of the asking platform. npm then writes a lock file that names, say,
// @biomejs/cli-darwin-arm64 as an optional dependency without an entry of its own, and `npm ci` refuses it.
// Run after every `npm install` that changed the lock: `npm run lock`.
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
const systems = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const processors = [
  "arm",
  "arm64",
  "ia32",
  "loong64",
  "mips64el",
  "ppc64",
  "riscv64",
  "s390x",
  "wasm32",
  "x64",
];

/** Whether a package at `from` would find `name` in a node_modules directory of its own or above. */
function reaches(from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
    if (lock.packages[`${at === "" ? "" : `${at}/`}node_modules/${name}`]) return true;
    if (at === "") return false;
  }
}

for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (reaches(path, name)) continue;
    const words = name.split(/[-/]/);
    const pick = (known) => {
      const found = known.filter((word) => words.includes(word));
      return found.length > 0 ? found : undefined;
    };
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      ...(pick(systems) ? { os: pick(systems) } : {}),
      ...(pick(processors) ? { cpu: pick(processors) } : {}),
    };
  }
}

lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
