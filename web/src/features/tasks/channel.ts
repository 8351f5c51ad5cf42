import type { Answer } from "./journal.ts";
import type { Wish } from "./wish.ts";

/** What one tab tells the others of a person's list: wishes that are new or changed, keys of those gone, an answer. */
export interface Message {
  put: Wish[];
  drop: string[];
  answer?: Answer;
}

export interface Channel {
  tell(message: Message): void;
  /** What was said since the channel was opened, or paused, is heard at once, then all that follows. */
  listen(listener: (message: Message) => void): void;
  /** What is said from here on waits until somebody listens. */
  pause(): void;
  close(): void;
}

export function openChannel(owner: string): Channel {
  const channel = new BroadcastChannel(`todo.${owner}`);
  const unheard: Message[] = [];
  const wait = (message: Message) => {
    unheard.push(message);
  };
  let hear = wait;
  channel.onmessage = ({ data }: MessageEvent<Message>) => hear(data);
  return {
    tell: (message) => channel.postMessage(message),
    listen(listener) {
      hear = listener;
      for (const message of unheard.splice(0)) listener(message);
    },
    pause() {
      hear = wait;
    },
    close: () => channel.close(),
  };
}
