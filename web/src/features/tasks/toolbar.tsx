import { ListChecks, Search } from "lucide-react";
import { type RefObject, useId } from "react";
import { Button, IconButton } from "../../components/button.tsx";
import { words } from "./words.ts";

interface ToolbarProps {
  search: RefObject<HTMLInputElement | null>;
  sought: string;
  completed: number;
  selecting: boolean;
  onSeek: (sought: string) => void;
  onSelect: () => void;
  onClear: () => void;
}

/** What can be done with the list as a whole. */
export function Toolbar({ search, sought, completed, selecting, onSeek, onSelect, onClear }: ToolbarProps) {
  const id = useId();
  return (
    <div className="toolbar">
      <div className="search">
        <label htmlFor={id} className="sr-only">
          {words.search}
        </label>
        <Search aria-hidden="true" size={18} />
        <input
          ref={search}
          id={id}
          type="search"
          dir="auto"
          className="field"
          placeholder={words.search}
          autoComplete="off"
          enterKeyHint="search"
          value={sought}
          onChange={(event) => onSeek(event.target.value)}
        />
      </div>
      <IconButton label={words.select} aria-pressed={selecting} onClick={onSelect}>
        <ListChecks aria-hidden="true" size={20} />
      </IconButton>
      {completed > 0 && (
        <Button look="quiet" onClick={onClear}>
          {words.clear(completed)}
        </Button>
      )}
    </div>
  );
}
