import { type Channel, openChannel } from "./channel.ts";
import { type Keep, type Kept, openKeep } from "./keep.ts";

/** A person's list as it was found in this browser, before anything of it is shown. */
export interface Opened {
  owner: string;
  keep: Keep;
  /** Open since before `kept` was read, so that nothing is missed in between. */
  channel: Channel;
  /** Undefined where nothing can be kept, or if it took too long. */
  kept: Kept | undefined;
}

/** How long the first drawing waits for what is kept, in milliseconds. */
const patience = 1_000;

export async function openList(owner: string): Promise<Opened> {
  const keep = openKeep(owner);
  const channel = openChannel(owner);
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, patience));
  const kept = await Promise.race([keep.load(), late]).catch(() => undefined);
  return { owner, keep, channel, kept };
}
