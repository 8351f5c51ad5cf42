import { type Api, body } from "../../../api/client.ts";
import { type Task, taskOf } from "../task.ts";

export async function getTask(api: Api, id: string): Promise<Task> {
  const { Item } = await body(api.GET("/item/{id}", { params: { path: { id } } }));
  return taskOf(Item);
}
