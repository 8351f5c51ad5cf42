import { useSyncExternalStore } from "react";

/** The app's languages, each by its own name. public/boot.js chooses among the same ones before the first paint. */
export const locales = {
  en: "English",
  es: "Español",
  "pt-BR": "Português (Brasil)",
  de: "Deutsch",
  fr: "Français",
  ja: "日本語",
  ar: "العربية",
};

export type Locale = keyof typeof locales;

const isLocale = (tag: string): tag is Locale => Object.hasOwn(locales, tag);

/** The language of the page. */
export function currentLocale(): Locale {
  const { lang } = document.documentElement;
  return isLocale(lang) ? lang : "en";
}

const listeners = new Set<() => void>();

/** The words have been exchanged: writes `locale` into the page, and has everything drawn anew. */
export function announceLocale(locale: Locale) {
  document.documentElement.lang = locale;
  document.documentElement.dir = locale === "ar" ? "rtl" : "ltr";
  for (const listener of listeners) listener();
}

/** To be called once, at the top of what is drawn: everything below is drawn anew in another language. */
export function useLocale(): Locale {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, currentLocale);
}
