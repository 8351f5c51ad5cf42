import { expect, it } from "vitest";
import { dayOf, nameOfDay } from "./day.ts";

it.each([
  ["2026-08-02", "today"],
  ["2026-08-03", "tomorrow"],
  ["2026-08-01", "yesterday"],
  ["2026-08-10", "Mon, Aug 10"],
  ["2027-01-01", "Fri, Jan 1, 2027"],
])("on 2 August 2026, %s is %s", (day, want) => {
  expect(nameOfDay(day, "2026-08-02", "en")).toBe(want);
});

it("speaks the person's language", () => {
  expect(nameOfDay("2026-08-03", "2026-08-02", "de")).toBe("morgen");
});

it("a day is one of the person's own calendar", () => {
  expect(dayOf(new Date(2026, 0, 5, 23, 59))).toBe("2026-01-05");
});
