import { useEffect, useState, useSyncExternalStore } from "react";
import { type Words, words } from "./words.ts";

const english: Words = { ...words };

const catalogs: Record<string, () => Promise<Words>> = {
  es: async () => (await import("./locales/es.ts")).es,
  "pt-BR": async () => (await import("./locales/pt-br.ts")).ptBR,
  de: async () => (await import("./locales/de.ts")).de,
  fr: async () => (await import("./locales/fr.ts")).fr,
  ja: async () => (await import("./locales/ja.ts")).ja,
  ar: async () => (await import("./locales/ar.ts")).ar,
};

/** Has the words of this feature in the language of the page. Resolves to whether they have come. */
export function useWords(): boolean {
  const language = useSyncExternalStore(subscribe, () => document.documentElement.lang);
  const [spoken, setSpoken] = useState<string>();
  useEffect(() => {
    let late = false;
    const speak = (catalog: Words) => {
      if (late) return;
      Object.assign(words, catalog);
      setSpoken(language);
    };
    // Out of reach, it is said in English.
    (catalogs[language] ?? (async () => english))().then(speak, () => speak(english));
    return () => {
      late = true;
    };
  }, [language]);
  return spoken === language;
}

function subscribe(listener: () => void) {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ["lang"] });
  return () => observer.disconnect();
}
