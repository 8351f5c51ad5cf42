import { type Api, body } from "../../../api/client.ts";
import { ApiError } from "../../../api/errors.ts";

/** Deletes a task. One that is gone already is as good as deleted. */
export async function deleteTask(api: Api, id: string, version: number): Promise<undefined> {
  try {
    await body(
      api.DELETE("/item/{id}", {
        params: { path: { id }, header: { "If-Match": `"${version}"` } },
        // It may be sent while the page closes, and must outlive it.
        keepalive: true,
      }),
    );
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
  return undefined;
}
