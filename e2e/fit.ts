// What every page has to be.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

export const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * Fails unless the page, as it stands, is accessible (axe finds nothing), fits into the width of its window, and has no
 * control that is too small for a thumb. Motion ends first: while a colour is on its way to another, its contrast is
 * nobody's choice.
 */
export async function isFit(page: Page, name: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.waitForFunction(() => document.getAnimations().length === 0);
  const found = await new AxeBuilder({ page }).withTags(rules).analyze();
  expect(found.violations, name).toEqual([]);
  const faults = await page.evaluate(misfits);
  expect(faults, name).toEqual({ sideways: 0, small: [] });
}

/** What does not fit into the page's window, or under a thumb. Runs in the page. */
export function misfits() {
  const root = document.documentElement;
  const small = [...document.querySelectorAll("button, a, input, select, textarea")]
    .filter((control) => control.checkVisibility())
    .filter((control) => {
      const { width, height } = (control.closest("label") ?? control).getBoundingClientRect();
      return width < 24 || height < 24;
    });
  // Pages that are written from the right overflow to the left, which counts as well.
  return { sideways: root.scrollWidth - root.clientWidth, small: small.map((control) => control.outerHTML) };
}
