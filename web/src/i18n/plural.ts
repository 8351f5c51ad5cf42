type Forms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

interface Counting {
  rules: Intl.PluralRules;
  digits: Intl.NumberFormat;
}

const known = new Map<string, Counting>();

/** How a language counts. Made at the first use, and once: it takes a slow phone tens of milliseconds. */
export function counting(locale: string): Counting {
  const made = known.get(locale) ?? {
    rules: new Intl.PluralRules(locale),
    digits: new Intl.NumberFormat(locale),
  };
  known.set(locale, made);
  return made;
}

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
