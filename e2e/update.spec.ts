import type { Page } from "@playwright/test";
import { isFit } from "./fit.ts";
import { shellIsKept, testOverNetwork as test } from "./flaky.ts";
import { loading, register } from "./people.ts";
import { expect, newEmail } from "./stack.ts";

const notice = (page: Page) => page.getByText("A new version of this app is ready.");
const releases = (page: Page) => page.evaluate(() => caches.keys());

test("a new release is offered in every tab, and takes over when the person says so", async ({
  page,
  context,
  stack,
  network,
}) => {
  await register(page, stack, newEmail());
  await shellIsKept(page);
  const other = await context.newPage();
  await loading(other, () => other.goto("/"));
  await other.getByLabel("New task").fill("half a thought");

  // As when the app has been deployed anew; a page that opens asks for it.
  network.release = "app-next";
  await loading(page, () => page.reload());
  await expect(notice(page)).toBeVisible();
  await isFit(page, "a new release");
  await expect.poll(() => releases(page)).toContain("app-next");
  // It waits: what runs here is still the old one.
  await page.getByRole("button", { name: "Later" }).click();
  await expect(notice(page)).toHaveCount(0);
  await loading(page, () => page.reload());
  await expect(notice(page)).toBeVisible();

  await page.getByLabel("New task").fill("another thought");
  await page.evaluate(() => Object.assign(window, { before: true }));
  await loading(page, () => page.getByRole("button", { name: "Reload" }).click());
  await expect(page.getByLabel("New task")).toHaveValue("another thought");
  expect(await page.evaluate(() => "before" in window)).toBe(false);
  await expect(notice(page)).toHaveCount(0);

  // The other tab goes on with the old one until its person says so too.
  await expect(notice(other)).toBeVisible();
  await expect(other.getByLabel("New task")).toHaveValue("half a thought");
  await loading(other, () => other.getByRole("button", { name: "Reload" }).click());
  await expect(other.getByLabel("New task")).toHaveValue("half a thought");
  await expect(notice(other)).toHaveCount(0);
});
