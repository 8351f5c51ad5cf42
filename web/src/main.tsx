import { StrictMode, startTransition } from "react";
import { createRoot } from "react-dom/client";
import { boot } from "./app/boot.tsx";
import { begun } from "./begun.ts";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

// Not by `await` up here: parts that come later share this file, and would wait for it while it waits for them.
void boot(begun, (address) => location.assign(address)).then(async (page) => {
  const opened = await begun.then(({ visit }) => visit?.opened).catch(() => undefined);
  const draw = () => createRoot(root).render(<StrictMode>{page}</StrictMode>);
  // Rows at once; without any, bit by bit, so that what comes meanwhile need not wait.
  if (opened?.kept?.list) draw();
  else startTransition(draw);
});
