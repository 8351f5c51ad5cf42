import { perLocale } from "../../i18n/per-locale.ts";

/** A day as the API writes it, in the person's own calendar. */
export function dayOf(date: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

const dayLength = 86_400_000;

/** How a day is named beside a task: "tomorrow", "Mon, 3 Aug", and with the year if it is another one. */
export function nameOfDay(day: string, today: string, locale: string): string {
  const [date, now] = [new Date(`${day}T00:00:00Z`), new Date(`${today}T00:00:00Z`)];
  const distance = Math.round((date.getTime() - now.getTime()) / dayLength);
  if (Math.abs(distance) <= 1) return relative(locale).format(distance, "day");
  const dated = date.getUTCFullYear() === now.getUTCFullYear() ? withoutYear : withYear;
  return dated(locale).format(date);
}

const options = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" } as const;

const relative = perLocale((locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));
const withoutYear = perLocale((locale) => new Intl.DateTimeFormat(locale, options));
const withYear = perLocale((locale) => new Intl.DateTimeFormat(locale, { ...options, year: "numeric" }));
