import type { ReactNode } from "react";
import { Button } from "../../components/button.tsx";
import { Toast, Toasts } from "../../components/toast.tsx";
import { reasonOf } from "./reason.ts";
import type { Task } from "./task.ts";
import type { Problem } from "./wish.ts";
import { words } from "./words.ts";

/** How long a deletion can be undone, in milliseconds. */
const undoTime = 10_000;

interface TaskToastsProps {
  tasks: Task[];
  held: Task[];
  problems: Problem[];
  onUndo: () => void;
  /** The time for undoing is over. */
  onFlush: () => void;
  /** The person does not want to undo. */
  onWaive: () => void;
  onRetry: (problems: Problem[]) => void;
  onInsist: (problem: Problem) => void;
  onForget: (problems: Problem[]) => void;
}

/** Several deletions, and several failures of one kind, share a message: ten of them would bury the list. */
export function TaskToasts({
  tasks,
  held,
  problems,
  onUndo,
  onFlush,
  onWaive,
  onRetry,
  onInsist,
  onForget,
}: TaskToastsProps) {
  const failed = problems.filter((problem) => problem.trouble.kind === "failed");
  const others = problems.filter((problem) => problem.trouble.kind !== "failed");
  return (
    <Toasts label={words.messages}>
      {held.length > 0 && (
        <Toast
          // Each further deletion starts the time anew.
          key={held.length}
          lifetime={undoTime}
          onEnd={onFlush}
          closeLabel={words.close}
          onClose={onWaive}
          actions={<Button onClick={onUndo}>{words.undo}</Button>}
        >
          {words.deleted(held.map((task) => task.text))}
        </Toast>
      )}
      {failed[0] && (
        <Toast
          error
          closeLabel={words.close}
          onClose={() => onForget(failed)}
          actions={<Button onClick={() => onRetry(failed)}>{words.retry}</Button>}
        >
          {failed.length === 1 ? words.failed(failed[0].change) : words.failedMany(failed.length)}{" "}
          {reasonOf(failed[0].trouble.status)}
        </Toast>
      )}
      {others.map((problem) => (
        <Toast
          key={problem.key}
          error
          closeLabel={words.close}
          onClose={() => onForget([problem])}
          actions={insistence(problem, onInsist)}
        >
          {describe(problem, tasks)}
        </Toast>
      ))}
    </Toasts>
  );
}

function insistence(problem: Problem, onInsist: (problem: Problem) => void): ReactNode {
  const { change, trouble } = problem;
  const { kind } = trouble;
  if (kind === "conflict") {
    return <Button onClick={() => onInsist(problem)}>{words.conflictActions[change.kind]}</Button>;
  }
  // Text that someone has written is not to be lost.
  return (
    kind === "gone" &&
    change.kind === "edit" && <Button onClick={() => onInsist(problem)}>{words.addAgain}</Button>
  );
}

function describe({ change, trouble }: Problem, tasks: Task[]): string {
  switch (trouble.kind) {
    case "failed":
      return words.failed(change);
    case "refused":
      return words.refused(change, trouble.message || reasonOf(trouble.status));
    case "gone":
      return words.gone(change);
    case "conflict":
      return words.conflict(change, tasks.find((task) => task.id === change.id)?.text ?? "");
  }
}
