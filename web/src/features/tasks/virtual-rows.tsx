import { defaultRangeExtractor, useWindowVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useLayoutEffect, useRef, useState } from "react";
import { type RowsProps, usual } from "./rows.tsx";
import { words } from "./words.ts";

/**
 * Only the rows in sight, and the one that has the focus. They are plain items of a plain list: what is left out is
 * a gap, and each says which of how many it is.
 */
export default function VirtualRows({ tasks, anchor, row }: RowsProps) {
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  // What is above the list comes and goes.
  useLayoutEffect(() => {
    const now = (list.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    if (Math.abs(now - top) > 1) setTop(now);
  });
  const anchorAt = anchor === undefined ? -1 : tasks.findIndex(({ id }) => id === anchor);
  // With another function the virtualizer would go through all of the list again.
  const keyOf = useCallback((index: number) => tasks[index]?.id ?? index, [tasks]);
  const virtualizer = useWindowVirtualizer({
    count: tasks.length,
    estimateSize: () => usual,
    overscan: 8,
    // Or the first drawing would have none but those beside what is in sight.
    initialRect: { width: window.innerWidth, height: window.innerHeight },
    scrollMargin: top,
    getItemKey: keyOf,
    rangeExtractor: (range) => {
      const inSight = defaultRangeExtractor(range);
      return anchorAt < 0 || inSight.includes(anchorAt)
        ? inSight
        : [...inSight, anchorAt].sort((a, b) => a - b);
    },
  });
  // On the way down, what has gone by may be higher than was thought: to correct for it would stop the browser's own
  // scrolling, by the End key say, halfway.
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = (item, _, { scrollDirection, scrollOffset }) =>
    scrollDirection !== "forward" && item.start < (scrollOffset ?? 0);
  let end = top;
  const items = virtualizer.getVirtualItems().map((item) => {
    const gap = item.start - end;
    end = item.end;
    return { ...item, gap };
  });
  return (
    <ul
      ref={list}
      // biome-ignore lint/a11y/noRedundantRoles: without it Safari takes a list without bullets for none
      role="list"
      aria-label={words.list}
      className="sheet rows"
      style={{ paddingBlockEnd: virtualizer.getTotalSize() + top - end }}
    >
      {items.map(({ index, gap }) => {
        const task = tasks[index];
        return (
          task &&
          row(task, {
            ref: virtualizer.measureElement,
            "data-index": index,
            "aria-posinset": index + 1,
            "aria-setsize": tasks.length,
            ...(gap > 0 ? { style: { marginBlockStart: gap } } : {}),
          })
        );
      })}
    </ul>
  );
}
