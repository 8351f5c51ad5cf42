import { Link } from "wouter";
import { hrefOf, type Show, type View } from "./task.ts";
import { words } from "./words.ts";

const shows: Show[] = ["all", "incomplete", "complete"];

interface FilterLinksProps {
  view: View;
  /** How many tasks each view has; undefined while the list is not known. */
  counts: Record<Show, number> | undefined;
}

/** Links and not buttons: a view has an address, so the back button, a bookmark and a reload all keep it. */
export function FilterLinks({ view, counts }: FilterLinksProps) {
  return (
    <nav aria-label={words.filter} className="filter">
      {shows.map((show) => (
        <Link
          key={show}
          href={hrefOf({ ...view, show })}
          aria-current={show === view.show ? "page" : undefined}
        >
          {words.views[show]} <span className="count">{counts && words.number(counts[show])}</span>
        </Link>
      ))}
    </nav>
  );
}
