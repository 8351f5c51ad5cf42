import { type Api, body } from "../../../api/client.ts";
import { bodyOf, type Task, taskOf } from "../task.ts";
import type { NewFields } from "../wish.ts";

/** Adds a task under an id of the caller's making. Sent again with the same id, it adds nothing and answers the same. */
export async function addTask(api: Api, id: string, fields: NewFields): Promise<Task> {
  const { Item } = await body(
    api.POST("/item", {
      params: { header: { "Idempotency-Key": id } },
      body: bodyOf(fields),
      keepalive: true,
    }),
  );
  return taskOf(Item);
}
