import { Link } from "wouter";
import type { Show } from "./task.ts";
import { words } from "./words.ts";

const views: { show: Show; href: string }[] = [
  { show: "all", href: "/" },
  { show: "incomplete", href: "/?show=incomplete" },
  { show: "complete", href: "/?show=complete" },
];

interface FilterLinksProps {
  current: Show;
  /** How many tasks each view has; undefined while the list is not known. */
  counts: Record<Show, number> | undefined;
}

/** Links and not buttons: a view has an address, so the back button, a bookmark and a reload all keep it. */
export function FilterLinks({ current, counts }: FilterLinksProps) {
  return (
    <nav aria-label={words.filter} className="filter">
      {views.map(({ show, href }) => (
        <Link key={show} href={href} aria-current={show === current ? "page" : undefined}>
          {words.views[show]} <span className="count">{counts?.[show]}</span>
        </Link>
      ))}
    </nav>
  );
}
