import { perLocale } from "./per-locale.ts";

type Forms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

/** How a language counts. */
export const counting = perLocale((locale) => ({
  rules: new Intl.PluralRules(locale),
  digits: new Intl.NumberFormat(locale),
}));

/** A phrase with a number in the place of `#`, in the form that the language has for it. */
export function plural(locale: string, forms: Forms): (n: number) => string {
  return (n) => {
    const { rules, digits } = counting(locale);
    return (forms[rules.select(n)] ?? forms.other).replace("#", digits.format(n));
  };
}

/** A number as the language writes it. */
export function numeral(locale: string): (n: number) => string {
  return (n) => counting(locale).digits.format(n);
}
