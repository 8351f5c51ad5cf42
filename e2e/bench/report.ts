// The figures of all runs, beside what they are held to.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

export interface Measure {
  /** Where it was taken. */
  of: string;
  what: string;
  unit: "ms" | "kB" | "";
  /** The budget; undefined where there is none. */
  limit?: number | undefined;
}

interface Row extends Measure {
  values: number[];
}

export class Report {
  private readonly rows = new Map<string, Row>();

  add(measure: Measure, value: number): void {
    const key = `${measure.of}: ${measure.what}`;
    const row = this.rows.get(key) ?? { ...measure, values: [] };
    row.values.push(value);
    this.rows.set(key, row);
  }

  /** Writes web.json and web.md into a directory. Returns the latter. */
  write(dir: string, about: Record<string, string | number>): string {
    const figures = [...this.rows.values()].map((row) => {
      const sorted = row.values.toSorted((a, b) => a - b);
      const median = sorted[sorted.length >> 1] ?? Number.NaN;
      return { ...row, median, low: sorted[0], high: sorted.at(-1), met: row.limit && median <= row.limit };
    });
    const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}`;
    const notes = { date: new Date().toISOString(), machine, ...about };
    const table = figures.map(({ of, what, unit, limit, median, low, high, met }) => {
      const show = (value: number | undefined) => (value === undefined ? "" : `${format(value, unit)}`);
      const verdict = limit === undefined ? "" : met ? "met" : "**missed**";
      return `| ${of} | ${what} | ${show(median)} | ${show(low)} to ${show(high)} | ${show(limit)} | ${verdict} |`;
    });
    const markdown = [
      "| page | measure | median | lowest to highest | budget | |",
      "|---|---|---|---|---|---|",
      ...table,
      "",
      ...Object.entries(notes).map(([name, value]) => `- ${name}: ${value}`),
      "",
    ].join("\n");
    mkdirSync(dir, { recursive: true });
    writeFileSync(`${dir}/web.json`, `${JSON.stringify({ ...notes, figures }, undefined, 2)}\n`);
    writeFileSync(`${dir}/web.md`, markdown);
    return markdown;
  }
}

function format(value: number, unit: Measure["unit"]): string {
  if (unit === "ms") return `${Math.round(value)} ms`;
  if (unit === "kB") return `${(value / 1000).toFixed(1)} kB`;
  return String(Math.round(value * 10_000) / 10_000);
}
