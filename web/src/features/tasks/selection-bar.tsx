import { Button } from "../../components/button.tsx";
import type { Task } from "./task.ts";
import { words } from "./words.ts";

interface SelectionBarProps {
  selected: Task[];
  onAll: () => void;
  onComplete: () => void;
  onReopen: () => void;
  onDelete: () => void;
  onEnd: () => void;
}

/** What can be done with several tasks at once. */
export default function SelectionBar({
  selected,
  onAll,
  onComplete,
  onReopen,
  onDelete,
  onEnd,
}: SelectionBarProps) {
  const none = selected.length === 0;
  return (
    <section aria-label={words.selection} className="selection">
      <p aria-live="polite">{words.selected(selected.length)}</p>
      <div className="selection-actions">
        <Button look="quiet" onClick={onAll}>
          {words.selectAll}
        </Button>
        <Button disabled={none || selected.every(({ completed }) => completed)} onClick={onComplete}>
          {words.complete}
        </Button>
        <Button disabled={none || !selected.some(({ completed }) => completed)} onClick={onReopen}>
          {words.reopen}
        </Button>
        <Button disabled={none} onClick={onDelete}>
          {words.deleteIt}
        </Button>
        <Button look="primary" onClick={onEnd}>
          {words.endSelecting}
        </Button>
      </div>
    </section>
  );
}
