import type { Page } from "@playwright/test";
import { isFit } from "./fit.ts";
import { appCode, enterCode, fillSignIn, fillSignUp, openSignUp, signOut } from "./people.ts";
import { expect, newEmail, replaced, testWith } from "./stack.ts";

/** Reads the page in every language; the last one is English. */
async function acceptable(page: Page): Promise<void> {
  const address = new URL(page.url());
  for (const lang of ["es", "pt-BR", "de", "fr", "ja", "ar", "en"]) {
    address.searchParams.set("lang", lang);
    await page.goto(address.href);
    await expect(page.locator("html")).toHaveAttribute("lang", lang);
    await isFit(page, `${address.pathname} in ${lang}`);
  }
}

const test = testWith((template) =>
  replaced(template, "MfaConfiguration: OPTIONAL", "MfaConfiguration: 'ON'"),
);

test("a pool that demands a second step sets it up, then asks for it", async ({ page, stack }) => {
  const email = newEmail();
  await openSignUp(page);
  await fillSignUp(page, email);
  await enterCode(page, await stack.code(email));

  await expect(page.getByRole("heading", { name: "Set up your second step" })).toBeVisible();
  await acceptable(page);
  await expect(page.getByRole("img", { name: "QR code with the key for the app" })).toBeVisible();
  const key = ((await page.locator(".key .groups").textContent()) ?? "").replace(/\s/g, "");
  expect(key).toMatch(/^[A-Z2-7]{32}$/);
  await enterCode(page, appCode(key), "Save and sign in");
  await expect(page.getByLabel("New task")).toBeVisible();

  await signOut(page);
  await page.getByRole("button", { name: "Sign in" }).click();
  await fillSignIn(page, email);
  await expect(page.getByRole("heading", { name: "Enter your code" })).toBeVisible();
  await acceptable(page);
  await enterCode(page, appCode(key, 100), "Sign in");
  await expect(page.getByRole("alert")).toContainText("not the code");
  // A code is good once, so the next one: clocks may be a step apart.
  await enterCode(page, appCode(key, 1), "Sign in");
  await expect(page.getByLabel("New task")).toBeVisible();
});
