import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { appCode, fillSignIn, fillSignUp, openSignUp, signOut } from "./people.ts";
import { expect, newEmail, Stack, test as base } from "./stack.ts";

/** A stack whose template demands a second factor. */
const test = base.extend<object, { stack: Stack }>({
  stack: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern
    async ({}, use) => {
      const dir = mkdtempSync(join(tmpdir(), "todo-e2e-"));
      const template = join(dir, "template.yaml");
      const text = readFileSync("../template.yaml", "utf8");
      const demanding = text.replace("MfaConfiguration: OPTIONAL", "MfaConfiguration: 'ON'");
      expect(demanding).not.toBe(text);
      writeFileSync(template, demanding);
      const stack = new Stack(join(dir, "data"), ["--template", template]);
      await stack.start();
      await use(stack);
      await stack.stop();
      rmSync(dir, { recursive: true });
    },
    { scope: "worker" },
  ],
});

test("a pool that demands a second step sets it up, then asks for it", async ({ page, stack }) => {
  const email = newEmail();
  await openSignUp(page);
  await fillSignUp(page, email);
  await page.getByLabel("Code").fill(await stack.code(email));
  await page.getByRole("button", { name: "Confirm" }).click();

  await expect(page.getByRole("heading", { name: "Set up your second step" })).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  const key = ((await page.locator(".key .groups").textContent()) ?? "").replace(/\s/g, "");
  expect(key).toMatch(/^[A-Z2-7]{32}$/);
  await page.getByLabel("Code").fill(appCode(key));
  await page.getByRole("button", { name: "Save and sign in" }).click();
  await expect(page.getByLabel("New task")).toBeVisible();

  await signOut(page);
  await page.getByRole("button", { name: "Sign in" }).click();
  await fillSignIn(page, email);
  await expect(page.getByRole("heading", { name: "Enter your code" })).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByLabel("Code").fill(appCode(key, 100));
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("not the code");
  // A code is good once, so the next one: clocks may be a step apart.
  await page.getByLabel("Code").fill(appCode(key, 1));
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("New task")).toBeVisible();
});
