import { isFit } from "./fit.ts";
import { openAccount, plugInAuthenticator, register, signOut } from "./people.ts";
import { expect, newEmail, testWithPasskeys as test } from "./stack.ts";

test("a passkey is added, signs in, and is removed", async ({ page, stack }) => {
  await plugInAuthenticator(page);
  await register(page, stack, newEmail());
  await openAccount(page);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByRole("heading", { name: "Add a passkey" })).toBeVisible();
  await isFit(page, "add a passkey");
  await page.getByRole("button", { name: "Add passkey", exact: true }).click();
  await expect(page.getByRole("button", { name: /^Remove .*, added on/ })).toBeVisible();
  await isFit(page, "an account with a passkey");

  await signOut(page);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "Sign in with a passkey" }).click();
  await expect(page.getByLabel("New task")).toBeVisible();

  await openAccount(page);
  await page.getByRole("button", { name: /^Remove .*, added on/ }).click();
  await expect(page.getByText("The passkey is removed.")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Remove/ })).toHaveCount(0);
});
