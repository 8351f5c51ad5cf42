import { begin } from "./app/beginning.ts";

/** The beginning of this visit. The built page runs this by itself, since it is small and comes before the app. */
export const begun = begin();
