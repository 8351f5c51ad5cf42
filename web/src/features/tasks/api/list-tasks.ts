import { type Api, body } from "../../../api/client.ts";
import { type Task, taskOf } from "../task.ts";
import { limit } from "./first-page.ts";

/** The whole list, oldest first, however many pages it takes; `onPage` hears what has come so far. */
export async function listTasks(
  api: Api,
  signal: AbortSignal,
  onPage: (tasks: Task[]) => void,
): Promise<Task[]> {
  const tasks: Task[] = [];
  let next: string | undefined;
  do {
    const query = next === undefined ? { limit } : { limit, next };
    const page = await body(api.GET("/item", { params: { query }, signal }));
    tasks.push(...page.Items.map(taskOf));
    next = page.NextToken;
    if (next !== undefined) onPage([...tasks]);
  } while (next !== undefined);
  return tasks;
}
