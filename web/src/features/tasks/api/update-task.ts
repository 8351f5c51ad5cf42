import { type Api, body } from "../../../api/client.ts";
import { bodyOf, type Task, taskOf } from "../task.ts";
import type { NewFields } from "../wish.ts";

/** Writes a task's text, its state and the other fields that are given over `version`; 412 when there is a newer one. */
export async function updateTask(api: Api, id: string, version: number, fields: NewFields): Promise<Task> {
  const { Attributes } = await body(
    api.PUT("/item/{id}", {
      params: { path: { id }, header: { "If-Match": `"${version}"` } },
      body: bodyOf(fields),
      keepalive: true,
    }),
  );
  return taskOf(Attributes);
}
