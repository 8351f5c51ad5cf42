import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { appCode, fillSignIn, fillSignUp, openSignUp, signOut } from "./people.ts";
import { expect, newEmail, replaced, testWith } from "./stack.ts";

/** Reads the page in every language; the last one is English. */
async function acceptable(page: Page): Promise<void> {
  const address = new URL(page.url());
  for (const lang of ["es", "pt-BR", "de", "fr", "ja", "ar", "en"]) {
    address.searchParams.set("lang", lang);
    await page.goto(address.href);
    await expect(page.locator("html")).toHaveAttribute("lang", lang);
    expect((await new AxeBuilder({ page }).analyze()).violations, lang).toEqual([]);
  }
}

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
  await acceptable(page);
  await expect(page.getByRole("img", { name: "QR code with the key for the app" })).toBeVisible();
  const key = ((await page.locator(".key .groups").textContent()) ?? "").replace(/\s/g, "");
  expect(key).toMatch(/^[A-Z2-7]{32}$/);
  await page.getByRole("textbox", { name: "Code" }).fill(appCode(key));
  await page.getByRole("button", { name: "Save and sign in" }).click();
  await expect(page.getByLabel("New task")).toBeVisible();

  await signOut(page);
  await page.getByRole("button", { name: "Sign in" }).click();
  await fillSignIn(page, email);
  await expect(page.getByRole("heading", { name: "Enter your code" })).toBeVisible();
  await acceptable(page);
  await page.getByLabel("Code").fill(appCode(key, 100));
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("not the code");
  // A code is good once, so the next one: clocks may be a step apart.
  await page.getByLabel("Code").fill(appCode(key, 1));
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("New task")).toBeVisible();
});
