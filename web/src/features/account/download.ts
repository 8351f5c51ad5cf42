import type { Api } from "../../api/client.ts";
import { pages } from "./api/items.ts";
import type { Pool } from "./api/pool.ts";

/**
 * Everything that is kept about a person, as one JSON file: the account and all items. It is put together page by page,
 * and each page leaves the script's memory at once.
 */
export async function gather(pool: Pool, api: Api, now: Date): Promise<Blob> {
  const { username, attributes, app } = await pool.getUser();
  const account = { username, attributes, authenticatorApp: app, sessions: await pool.sessions() };
  const parts: Blob[] = [
    new Blob([
      `{\n"exportedAt": ${JSON.stringify(now)},\n"account": ${JSON.stringify(account)},\n"items": [`,
    ]),
  ];
  let before = "\n";
  for await (const page of pages(api)) {
    if (page.length === 0) continue;
    parts.push(new Blob([before, page.map((item) => JSON.stringify(item)).join(",\n")]));
    before = ",\n";
  }
  parts.push(new Blob(["\n]\n}\n"]));
  return new Blob(parts, { type: "application/json" });
}

/** Hands a file to the person. */
export function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has taken the file over by the next turn at the earliest.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
