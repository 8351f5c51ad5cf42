import {
  type ComponentProps,
  type ComponentType,
  type ReactNode,
  startTransition,
  useDeferredValue,
  useEffect,
  useState,
} from "react";
import { flushSync } from "react-dom";
import { Loading } from "./states.tsx";
import type { Task } from "./task.ts";
import { words } from "./words.ts";

/** From here on only the rows in sight are drawn. */
const many = 200;

/** The height of a row with one line, in pixels. */
export const usual = 55;

export interface RowsProps {
  tasks: Task[];
  /** The task that has the focus, or is about to: its row is always there. */
  anchor: string | undefined;
  row: (task: Task, item?: ItemProps) => ReactNode;
}

/** What a long list adds to a row's element. */
export type ItemProps = Pick<ComponentProps<"li">, "ref" | "style" | "aria-posinset" | "aria-setsize"> & {
  "data-index"?: number;
};

export function Rows(props: RowsProps) {
  const { tasks, row } = props;
  const printing = usePrinting();
  // As many as a window can show are drawn first; the page's head, the field and the filter are above them.
  const whole = useDeferredValue(true, false);
  const first = whole ? tasks.length : Math.max(Math.ceil(window.innerHeight / usual) - 3, 0);
  const long = tasks.length > many;
  const VirtualRows = useVirtualRows(long);
  if (long && !printing) return VirtualRows ? <VirtualRows {...props} /> : <Loading />;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: without it Safari takes a list without bullets for none
    <ul role="list" aria-label={words.list} className="sheet rows">
      {tasks.slice(0, first).map((task) => row(task))}
    </ul>
  );
}

let virtualRows: ComponentType<RowsProps> | undefined;

/** What draws a long list, once it is needed and has come. Suspense would draw it up to 300 ms later. */
function useVirtualRows(needed: boolean) {
  const [loaded, setLoaded] = useState(() => virtualRows);
  useEffect(() => {
    if (!needed || loaded) return;
    import("./virtual-rows.tsx").then(
      (module) => {
        virtualRows = module.default;
        startTransition(() => setLoaded(() => module.default));
      },
      (error: unknown) =>
        setLoaded(() => {
          throw error;
        }),
    );
  }, [needed, loaded]);
  return loaded;
}

/** True while the page is drawn for paper, where every row has to be. */
function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const begin = () => flushSync(() => setPrinting(true));
    const end = () => setPrinting(false);
    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
    return () => {
      window.removeEventListener("beforeprint", begin);
      window.removeEventListener("afterprint", end);
    };
  }, []);
  return printing;
}
