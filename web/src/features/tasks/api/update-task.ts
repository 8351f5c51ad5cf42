import { type Api, body } from "../../../api/client.ts";
import { type Task, taskOf } from "../task.ts";

/** Writes a task's text and state over the version that `task` names; 412 when there is a newer one. */
export async function updateTask(api: Api, { id, version, text, completed }: Task): Promise<Task> {
  const { Attributes } = await body(
    api.PUT("/item/{id}", {
      params: { path: { id }, header: { "If-Match": `"${version}"` } },
      body: { item: text, completed },
      keepalive: true,
    }),
  );
  return taskOf(Attributes);
}
