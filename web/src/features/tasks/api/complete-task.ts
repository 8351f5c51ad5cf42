import { type Api, body } from "../../../api/client.ts";
import { type Task, taskOf } from "../task.ts";

export async function completeTask(api: Api, id: string, version: number): Promise<Task> {
  const { Attributes } = await body(
    api.POST("/item/{id}/done", {
      params: { path: { id }, header: { "If-Match": `"${version}"` } },
      keepalive: true,
    }),
  );
  return taskOf(Attributes);
}
