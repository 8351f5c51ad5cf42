import type { ReactNode } from "react";
import { words } from "./words.ts";

interface MessagePageProps {
  title: string;
  text: string;
  /** The way on. */
  children: ReactNode;
}

/** A page that says one thing. */
export function MessagePage({ title, text, children }: MessagePageProps) {
  return (
    <main className="page welcome">
      <title>{`${title} – ${words.name}`}</title>
      <div className="sheet">
        <h1>{title}</h1>
        <p className="intro">{text}</p>
        <div className="choices">{children}</div>
      </div>
    </main>
  );
}
