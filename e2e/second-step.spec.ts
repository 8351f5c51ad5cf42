import AxeBuilder from "@axe-core/playwright";
import { appCode, fillSignIn, fillSignUp, openSignUp, signOut } from "./people.ts";
import { expect, newEmail, replaced, testWith } from "./stack.ts";

const test = testWith((template) =>
  replaced(template, "MfaConfiguration: OPTIONAL", "MfaConfiguration: 'ON'"),
);

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
