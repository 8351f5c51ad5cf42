import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { boot } from "./app/boot.tsx";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
const page = await boot((address) => location.assign(address));
createRoot(root).render(<StrictMode>{page}</StrictMode>);
