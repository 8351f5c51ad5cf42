import { words as signIn } from "../features/sign-in/words.ts";
import { words as tasks } from "../features/tasks/words.ts";
import { announceLocale, type Locale } from "../i18n/locale.ts";
import { words as app } from "./words.ts";

const shown = { app, signIn, tasks };

/** All words of the app. Each language in locales/ has to have every one, or it does not compile. */
export type Catalog = typeof shown;

const english: Catalog = { app: { ...app }, signIn: { ...signIn }, tasks: { ...tasks } };

const catalogs: Record<Locale, () => Promise<Catalog>> = {
  en: async () => english,
  es: async () => (await import("./locales/es.ts")).es,
  "pt-BR": async () => (await import("./locales/pt-br.ts")).ptBR,
  de: async () => (await import("./locales/de.ts")).de,
  fr: async () => (await import("./locales/fr.ts")).fr,
  ja: async () => (await import("./locales/ja.ts")).ja,
  ar: async () => (await import("./locales/ar.ts")).ar,
};

/** Exchanges the words that all features show, and has the page drawn in them. */
export async function speak(locale: Locale): Promise<void> {
  const catalog = await catalogs[locale]();
  Object.assign(app, catalog.app);
  Object.assign(signIn, catalog.signIn);
  Object.assign(tasks, catalog.tasks);
  announceLocale(locale);
}
