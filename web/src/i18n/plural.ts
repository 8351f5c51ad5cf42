type Forms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

/** A phrase with a number in the place of `#`, in the form that the language has for it. */
export function plural(locale: string, forms: Forms): (n: number) => string {
  const rules = new Intl.PluralRules(locale);
  const digits = new Intl.NumberFormat(locale);
  return (n) => (forms[rules.select(n)] ?? forms.other).replace("#", digits.format(n));
}
