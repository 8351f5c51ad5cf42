import { Component, type ReactNode } from "react";
import { Button } from "../components/button.tsx";
import { Header } from "./header.tsx";
import { MessagePage } from "./message-page.tsx";
import { words } from "./words.ts";

/** The page of an app that cannot go on. */
export function StartFailure({ text }: { text: string }) {
  return (
    <>
      <Header />
      <MessagePage title={words.startFailed} text={text}>
        <Button onClick={() => location.reload()}>{words.startAgain}</Button>
      </MessagePage>
    </>
  );
}

/** Shows `fallback` in place of children that could not be drawn, where React would leave an empty page. */
export class Boundary extends Component<{ children: ReactNode; fallback: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
