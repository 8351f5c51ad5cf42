import { Button } from "../../components/button.tsx";
import { prefer, usePreferences } from "../../preferences.ts";
import { words } from "./words.ts";

/** What people may not find by themselves: below their first tasks, until they have seen it. */
export function Hints({ onSeen }: { onSeen: () => void }) {
  const { hints, singleKeys } = usePreferences();
  if (!hints) return null;
  return (
    <section className="hints">
      <h2>{words.hints.title}</h2>
      <p>{words.hints.edit}</p>
      <p>{words.hints.paste}</p>
      {singleKeys && <p data-keys>{words.hints.keys}</p>}
      <Button
        onClick={() => {
          onSeen();
          prefer({ hints: false });
        }}
      >
        {words.hints.seen}
      </Button>
    </section>
  );
}
