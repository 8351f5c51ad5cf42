import type { ReactNode } from "react";
import { Button } from "../../components/button.tsx";
import { Toast, Toasts } from "../../components/toast.tsx";
import { reasonOf } from "./reason.ts";
import type { Task } from "./task.ts";
import type { Change, Problem } from "./wish.ts";
import { nameOf, words } from "./words.ts";

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
          closeLabel={words.dismiss}
          onClose={onWaive}
          actions={<Button onClick={onUndo}>{words.undo}</Button>}
        >
          {held.length === 1 && held[0]
            ? words.deleted(nameOf(held[0].text))
            : words.deletedMany(held.length)}
        </Toast>
      )}
      {failed[0] && (
        <Toast
          error
          closeLabel={words.dismiss}
          onClose={() => onForget(failed)}
          actions={<Button onClick={() => onRetry(failed)}>{words.retry}</Button>}
        >
          {failed.length === 1
            ? describe(failed[0], tasks)
            : `${words.failedMany(failed.length)} ${reasonOf(failed[0].trouble.status)}`}
        </Toast>
      )}
      {others.map((problem) => (
        <Toast
          key={problem.key}
          error
          closeLabel={words.dismiss}
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
  if (trouble.kind === "conflict" && change.kind === "edit") {
    const theirs = tasks.find((task) => task.id === change.id) ?? change.base;
    const mine = nameOf(versionOf({ ...change.base, ...change.to }));
    return `${words.notDone.edit(mine)} ${words.conflict(nameOf(versionOf(theirs)))}`;
  }
  const notDone = words.notDone[change.kind](nameOf(textOf(change)));
  switch (trouble.kind) {
    case "failed":
      return `${notDone} ${reasonOf(trouble.status)}`;
    case "refused":
      return `${notDone} ${trouble.message || reasonOf(trouble.status)}`;
    case "gone":
      return `${notDone} ${words.gone}`;
    case "conflict":
      return `${notDone} ${words.conflict(nameOf(tasks.find((task) => task.id === change.id)?.text ?? ""))}`;
  }
}

/** The text that the person knows the task by. */
function textOf(change: Change): string {
  if (change.kind === "add") return change.to.text;
  return (change.kind === "edit" ? change.to.text : undefined) ?? change.base.text;
}

/** A version of a task in one line. */
function versionOf({ text, due, notes }: Pick<Task, "text" | "due" | "notes">): string {
  return [text, due, notes].filter((part) => part !== "").join(" · ");
}
