import type { Plugin } from "vite";

/**
 * Puts the page's scripts in the order in which they are wanted: the chunk `first`, which runs as soon as it has come, then
 * the others, the largest before the smaller ones. Over HTTP/1.1 a browser fetches six files at a time, so that the last of
 * them waits. All of them are modules, which run in the order of their imports.
 */
export function scriptOrder(first: string): Plugin {
  return {
    name: "script-order",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(page, { bundle }) {
        const weight = (script: string) => {
          const chunk = Object.values(bundle ?? {}).find(({ fileName }) => script.includes(`"/${fileName}"`));
          if (chunk?.type !== "chunk")
            return this.error(`a script of the page was not built here: ${script}`);
          return chunk.name === first ? Number.POSITIVE_INFINITY : chunk.code.length;
        };
        const scripts = [...page.matchAll(/<script type="module".*?<\/script>/g)].map(([script]) => script);
        const ordered = scripts.toSorted((a, b) => weight(b) - weight(a));
        if (weight(ordered[0] ?? "") !== Number.POSITIVE_INFINITY)
          this.error(`the page does not run ${first}`);
        return page.replace(/<script type="module".*?<\/script>/g, () => ordered.shift() ?? "");
      },
    },
  };
}
