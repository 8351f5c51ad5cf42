import { announceLocale, currentLocale, type Locale } from "./locale.ts";

/** Words of a part of the app, by the names under which the languages have them. */
type Catalog = Record<string, object>;

type Translations<C> = Record<Exclude<Locale, "en">, () => Promise<C>>;

/** What exchanges the words of one part: each loads them, and gives what puts them in place. */
const parts: ((locale: Locale) => Promise<() => void>)[] = [];

let wanted: Locale | undefined;

/** Has the words of `shown`, which are English, exchanged whenever another language is to be spoken. */
export function translate<C extends Catalog>(shown: C, translations: Translations<C>) {
  const english = Object.fromEntries(Object.entries(shown).map(([name, words]) => [name, { ...words }])) as C;
  parts.push(async (locale) => {
    const catalog = locale === "en" ? english : await translations[locale]();
    return () => {
      for (const name of Object.keys(shown)) Object.assign(shown[name] ?? {}, catalog[name]);
    };
  });
}

/**
 * Has all words that have come so far exchanged, and the page drawn in them. A part that comes later calls it for the
 * language that is already spoken.
 */
export async function speak(locale: Locale = wanted ?? currentLocale()): Promise<void> {
  wanted = locale;
  const exchanges = await Promise.all(parts.map((load) => load(locale)));
  // Not if somebody has chosen yet another language meanwhile.
  if (wanted !== locale) return;
  for (const exchange of exchanges) exchange();
  announceLocale(locale);
}
