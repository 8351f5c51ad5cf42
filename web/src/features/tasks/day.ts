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
  if (Math.abs(distance) <= 1) {
    return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(distance, "day");
  }
  return dates(locale, date.getUTCFullYear() !== now.getUTCFullYear()).format(date);
}

const known = new Map<string, Intl.DateTimeFormat>();

/** Made once for all rows: it takes a slow phone milliseconds. */
function dates(locale: string, withYear: boolean): Intl.DateTimeFormat {
  const name = `${locale} ${withYear}`;
  const options: Intl.DateTimeFormatOptions = {
    weekday: "short",
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  };
  const made =
    known.get(name) ?? new Intl.DateTimeFormat(locale, withYear ? { ...options, year: "numeric" } : options);
  known.set(name, made);
  return made;
}
