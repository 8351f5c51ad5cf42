import { words as signIn } from "../features/sign-in/words.ts";
import { words as tasks } from "../features/tasks/words.ts";
import { translate } from "../i18n/speech.ts";
import { words as app } from "./words.ts";

const shown = { app, signIn, tasks };

/** All words of what is there from the start. Each language in locales/ has to have every one, or it does not compile. */
export type Catalog = typeof shown;

translate(shown, {
  es: async () => (await import("./locales/es.ts")).es,
  "pt-BR": async () => (await import("./locales/pt-br.ts")).ptBR,
  de: async () => (await import("./locales/de.ts")).de,
  fr: async () => (await import("./locales/fr.ts")).fr,
  ja: async () => (await import("./locales/ja.ts")).ja,
  ar: async () => (await import("./locales/ar.ts")).ar,
});
