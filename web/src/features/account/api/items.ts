import { type Api, body } from "../../../api/client.ts";
import { ApiError } from "../../../api/errors.ts";
import type { components } from "../../../api/schema.d.ts";

export type Item = components["schemas"]["Item"];

/** Every item of the person, page by page. */
export async function* pages(api: Api): AsyncGenerator<Item[]> {
  let next: string | undefined;
  do {
    const page = await body(api.GET("/item", { params: { query: next === undefined ? {} : { next } } }));
    yield page.Items;
    next = page.NextToken;
  } while (next !== undefined);
}

/** Deletes an item, whoever has changed it. One that is not there any more counts as deleted. */
export async function remove(api: Api, id: string): Promise<void> {
  try {
    await body(api.DELETE("/item/{id}", { params: { path: { id } } }));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
  }
}
