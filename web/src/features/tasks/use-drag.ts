import { useRef, useState } from "react";

/** Where a dragged task would be dropped: before or after another. */
export interface Drop {
  id: string;
  side: "before" | "after";
}

/** How near to the edge of the window it scrolls, in pixels. */
const edge = 64;

/** Lets a task be dragged by the pointer. `onDrop` hears which one was let go where. */
export function useDrag(onDrop: (id: string, drop: Drop) => void) {
  const [drop, setDrop] = useState<Drop>();
  const latest = useRef<Drop>(undefined);
  const aim = (to: Drop | undefined) => {
    latest.current = to;
    setDrop(to);
  };
  const grab = (id: string, event: PointerEvent) => {
    if (event.button !== 0) return;
    event.preventDefault();
    const over = new AbortController();
    const { signal } = over;
    const end = (dropped: boolean) => {
      over.abort();
      const to = latest.current;
      aim(undefined);
      if (dropped && to && to.id !== id) onDrop(id, to);
    };
    const onMove = ({ clientX, clientY }: PointerEvent) => {
      if (clientY < edge) window.scrollBy(0, -edge / 4);
      if (clientY > window.innerHeight - edge) window.scrollBy(0, edge / 4);
      const row = document.elementFromPoint(clientX, clientY)?.closest<HTMLElement>("[data-task]");
      if (!row?.dataset.task) return;
      const { top, height } = row.getBoundingClientRect();
      aim({ id: row.dataset.task, side: clientY < top + height / 2 ? "before" : "after" });
    };
    window.addEventListener("pointermove", onMove, { signal });
    window.addEventListener("pointerup", () => end(true), { signal });
    window.addEventListener("pointercancel", () => end(false), { signal });
    window.addEventListener("keydown", ({ key }) => key === "Escape" && end(false), { signal });
  };
  return { drop, grab };
}
