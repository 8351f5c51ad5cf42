import type { Api } from "../../api/client.ts";
import { ApiError } from "../../api/errors.ts";
import { pages, remove } from "./api/items.ts";

/** So many deletions are on their way at once. */
const lanes = 4;

/** A call that may succeed later is made so often. */
const tries = 6;

/**
 * Deletes every item, and goes on until a look at the whole list finds none, since another device may have added some
 * meanwhile. `onProgress` is told how many are gone.
 */
export async function deleteItems(
  api: Api,
  wait: (milliseconds: number) => Promise<void>,
  onProgress: (count: number) => void,
): Promise<void> {
  let gone = 0;
  for (let found = -1; found !== 0; ) {
    found = 0;
    for await (const page of pages(api)) {
      found += page.length;
      const left = page.map((item) => item.id);
      const lane = async () => {
        for (let id = left.pop(); id !== undefined; id = left.pop()) {
          await patiently(() => remove(api, id), wait);
          gone += 1;
          onProgress(gone);
        }
      };
      const stop = (error: unknown) => {
        left.length = 0; // the other lanes go no further
        throw error;
      };
      await Promise.all(Array.from({ length: lanes }, () => lane().catch(stop)));
    }
  }
}

/** Tries again, later and later, what failed for a reason that may pass: the API lets in so many calls a second. */
async function patiently(
  work: () => Promise<void>,
  wait: (milliseconds: number) => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiError) || !error.transient || attempt === tries) throw error;
      await wait(250 * 2 ** attempt);
    }
  }
}
