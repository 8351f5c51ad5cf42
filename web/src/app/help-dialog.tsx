import { Dialog } from "../components/dialog.tsx";
import { usePreferences } from "../preferences.ts";
import { words } from "./words.ts";

/** The keys, in groups: [what it does, the keys that do it]. */
const groups = () =>
  [
    {
      title: words.helpWriting,
      keys: [
        [words.keys.add, ["N", "/"]],
        [words.keys.newLine, ["Shift Enter"]],
        [words.keys.find, ["F"]],
        [words.keys.undo, ["Z", "Ctrl Z"]],
      ],
    },
    {
      title: words.helpRows,
      keys: [
        [words.keys.move, ["J", "K", "↑", "↓"]],
        [words.keys.toggle, [words.space]],
        [words.keys.edit, ["E", "F2"]],
        [words.keys.remove, ["Delete"]],
        [words.keys.select, ["X"]],
        [words.keys.reorder, ["Alt ↑", "Alt ↓"]],
      ],
    },
    {
      title: words.helpViews,
      keys: [
        [words.keys.views, ["1", "2", "3"]],
        [words.keys.help, ["?"]],
      ],
    },
  ] as { title: string; keys: [string, string[]][] }[];

export default function HelpDialog({ onClose }: { onClose: () => void }) {
  const { singleKeys } = usePreferences();
  return (
    <Dialog title={words.help} closeLabel={words.close} onClose={onClose}>
      {!singleKeys && <p className="hint">{words.singleKeysOff}</p>}
      {groups().map(({ title, keys }) => (
        <section key={title} className="keys">
          <h3>{title}</h3>
          <dl>
            {keys.map(([what, names]) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd>
                  {names.map((name) => (
                    <kbd key={name} dir="ltr">
                      {name}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
