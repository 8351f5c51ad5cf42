import type { Page } from "@playwright/test";
import { isFit } from "./fit.ts";
import { fillSignIn, plugInAuthenticator, register, signOut } from "./people.ts";
import { expect, newEmail, testWithPasskeys as test } from "./stack.ts";

const heading = (page: Page, name: string) => page.getByRole("heading", { name });

test("a passkey is added, and signs in without a password", async ({ page, stack }) => {
  const passkeys = await plugInAuthenticator(page);
  const email = newEmail();
  await register(page, stack, email);
  await signOut(page);

  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("link", { name: "Sign in with a passkey" })).toBeVisible();
  await isFit(page, "sign-in");
  await page.goto(page.url().replace("/login?", "/passkeys/add?"));
  await fillSignIn(page, email);
  await expect(heading(page, "Add a passkey")).toBeVisible();
  await isFit(page, "add a passkey");
  await page.getByRole("button", { name: "Add passkey" }).click();
  await expect(page.getByLabel("New task")).toBeVisible();
  expect(await passkeys()).toBe(1);

  await signOut(page);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "Sign in with a passkey" }).click();
  await expect(page.getByLabel("New task")).toBeVisible();
});

test("a passkey that the browser suggests on the sign-in page signs in", async ({ page, stack }) => {
  await plugInAuthenticator(page, true);
  const email = newEmail();
  await register(page, stack, email);
  await signOut(page);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(heading(page, "Sign in")).toBeVisible();
  await page.goto(page.url().replace("/login?", "/passkeys/add?"));
  await fillSignIn(page, email); // there is none to suggest yet
  await page.getByRole("button", { name: "Add passkey" }).click();
  await expect(page.getByLabel("New task")).toBeVisible();

  await signOut(page);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("New task")).toBeVisible();
});

test("somebody without a passkey is told so", async ({ page, stack }) => {
  await page.goto(stack.url);
  // Refuses at once, as a browser does whose owner cancels.
  await page.addInitScript(() => {
    navigator.credentials.get = () => Promise.reject(new DOMException("cancelled", "NotAllowedError"));
  });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "Sign in with a passkey" }).click();
  await expect(heading(page, "Use your passkey")).toBeVisible();
  await expect(page.getByRole("alert")).toContainText("That did not work.");
  await isFit(page, "a passkey that did not work");
  await page.getByRole("link", { name: "Back to sign in" }).click();
  await expect(heading(page, "Sign in")).toBeVisible();
});
