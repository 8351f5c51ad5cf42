import type { ReactNode } from "react";
import { Header } from "./header.tsx";
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

/** What is shown until the hosted sign-out takes over. */
export function SigningOut() {
  return (
    <>
      <Header />
      <main className="page">
        <p role="status">{words.signingOut}</p>
      </main>
    </>
  );
}
