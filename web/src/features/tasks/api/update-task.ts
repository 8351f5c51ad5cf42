import { type Api, body } from "../../../api/client.ts";
import { bodyOf, type Task, taskOf } from "../task.ts";

/** Writes all fields of a task over the version that `task` names; 412 when there is a newer one. */
export async function updateTask(api: Api, { id, version, ...fields }: Task): Promise<Task> {
  const { Attributes } = await body(
    api.PUT("/item/{id}", {
      params: { path: { id }, header: { "If-Match": `"${version}"` } },
      body: bodyOf(fields),
      keepalive: true,
    }),
  );
  return taskOf(Attributes);
}
