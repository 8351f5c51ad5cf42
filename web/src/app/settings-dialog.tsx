import { useId } from "react";
import { Dialog } from "../components/dialog.tsx";
import { type Locale, locales, useLocale } from "../i18n/locale.ts";
import { speak } from "../i18n/speech.ts";
import { type Preferences, prefer, usePreferences } from "../preferences.ts";
import { words } from "./words.ts";

const themes: Preferences["theme"][] = ["system", "light", "dark"];

/** Language, colours, keys: kept in this browser. */
export default function SettingsDialog({ onClose }: { onClose: () => void }) {
  const locale = useLocale();
  const { theme, singleKeys } = usePreferences();
  const languageId = useId();
  const hintId = useId();
  const choose = (chosen: Locale) => {
    localStorage.setItem("todo.language", chosen);
    void speak(chosen);
  };
  return (
    <Dialog title={words.settings} closeLabel={words.close} onClose={onClose}>
      <div className="setting">
        <label htmlFor={languageId}>{words.language}</label>
        <select
          id={languageId}
          className="field"
          value={locale}
          onChange={(event) => choose(event.target.value as Locale)}
        >
          {Object.entries(locales).map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <fieldset className="setting">
        <legend>{words.theme}</legend>
        <div className="choice-row">
          {themes.map((each) => (
            <label key={each} className="choice">
              <input
                type="radio"
                name="theme"
                checked={theme === each}
                onChange={() => prefer({ theme: each })}
              />
              {words.themes[each]}
            </label>
          ))}
        </div>
      </fieldset>
      <div className="setting">
        <label className="choice">
          <input
            type="checkbox"
            checked={singleKeys}
            aria-describedby={hintId}
            onChange={(event) => prefer({ singleKeys: event.target.checked })}
          />
          {words.singleKeys}
        </label>
        <p id={hintId} className="hint">
          {words.singleKeysHint}
        </p>
      </div>
    </Dialog>
  );
}
