// What people do with their own account, in the web app.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { isFit } from "./fit.ts";
import { add, appCode, enterCode, fillSignIn, openAccount, otherDevice, register, signOut, tasks } from "./people.ts";
import { expect, newEmail, password, test } from "./stack.ts";

test("the password is changed, and only by who knows it", async ({ page, stack }) => {
  const email = newEmail();
  await register(page, stack, email);
  await openAccount(page);
  await page.getByLabel("Current password").fill("Wrong-Horse-8");
  await page.getByLabel("New password").fill("Another-Horse-8");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("alert")).toHaveText("This is not your current password.");
  await expect(page.getByLabel("Current password")).toHaveAccessibleDescription("This is not your current password.");
  await page.getByLabel("Current password").fill(password);
  await page.getByLabel("New password").fill("short");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("alert")).toHaveText("The new password is too short.");
  await page.getByLabel("New password").fill("Another-Horse-8");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password is changed.")).toBeVisible();
  await expect(page.getByLabel("Current password")).toHaveValue("");

  await signOut(page);
  await page.getByRole("button", { name: "Sign in" }).click();
  await fillSignIn(page, email);
  await expect(page.getByRole("alert")).toContainText("Incorrect username or password.");
  await fillSignIn(page, email, "Another-Horse-8");
  await expect(page.getByLabel("New task")).toBeVisible();
});

test("the focus goes along to the page, and to what takes the place of a button", async ({ page, stack }) => {
  const email = newEmail();
  await register(page, stack, email);
  const heading = (name: string) => page.getByRole("heading", { name, exact: true });
  const account = page.getByRole("link", { name: `Your account, signed in as ${email}` });
  await expect(account).toHaveAccessibleDescription("");
  await account.press("Enter");
  await expect(heading("Your account")).toBeFocused();
  await page.getByRole("button", { name: "Set up an app" }).press("Enter");
  await expect(page.getByRole("link", { name: "Open in an app on this device" })).toBeFocused();
  await page.getByRole("button", { name: "Cancel" }).press("Enter");
  await expect(page.getByRole("button", { name: "Set up an app" })).toBeFocused();
  await page.getByRole("button", { name: "Delete account…" }).press("Enter");
  await expect(page.getByLabel(/^To confirm/)).toBeFocused();
  await page.keyboard.type("somebody else");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel(/^To confirm/)).toHaveAccessibleDescription("That is not the name of your account.");
  const download = page.getByRole("button", { name: "Download" });
  await download.press("Enter");
  await expect(page.getByText("The file is on its way")).toBeVisible();
  await expect(download).toBeFocused();
  await page.getByRole("link", { name: "Back to your list" }).press("Enter");
  await expect(heading("To do")).toBeFocused();
});

test("an authenticator app is set up, asked for, and taken out of use", async ({ page, stack }) => {
  const email = newEmail();
  await register(page, stack, email);
  await openAccount(page);
  await page.getByRole("button", { name: "Set up an app" }).click();
  await expect(page.getByRole("img", { name: "QR code with the key for the app" })).toBeVisible();
  const link = await page.getByRole("link", { name: "Open in an app on this device" }).getAttribute("href");
  const key = ((await page.locator(".app-key").textContent()) ?? "").replace(/\s/g, "");
  expect(link).toBe(`otpauth://totp/To%20do:${encodeURIComponent(email)}?secret=${key}&issuer=To%20do`);
  await page.getByLabel("Code that the app shows").fill(appCode(key, 100));
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("alert")).toContainText("not the code");
  const code = appCode(key);
  await page.getByLabel("Code that the app shows").fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByText("From now on, signing in asks")).toBeVisible();

  await signOut(page);
  await page.getByRole("button", { name: "Sign in" }).click();
  await fillSignIn(page, email);
  await expect(page.getByRole("heading", { name: "Enter your code" })).toBeVisible();
  await enterCode(page, appCode(key, 1), "Sign in"); // a code is good once
  await openAccount(page);
  await page.getByRole("button", { name: "Stop asking for codes" }).click();
  await expect(page.getByText("does not ask for codes any more")).toBeVisible();

  await signOut(page);
  await page.getByRole("button", { name: "Sign in" }).click();
  await fillSignIn(page, email);
  await openAccount(page);
  await expect(page.getByRole("button", { name: "Set up an app" })).toBeVisible();
});

/** Once a session is ended elsewhere, its device does not sign in again by what the sign-in page remembers. */
async function askedForThePassword(device: Page): Promise<void> {
  await expect(device.getByRole("alert")).toContainText("Your session has ended.");
  await device.getByRole("button", { name: "Sign in" }).click();
  await expect(device.getByLabel("Password", { exact: true })).toBeVisible();
}

test("signing out everywhere ends the sessions of other devices", async ({ page, browser, stack, watch }) => {
  const email = newEmail();
  await register(page, stack, email);
  const other = await otherDevice(browser, stack, email, watch);

  await openAccount(page);
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(page.getByRole("button", { name: "Create account" })).toBeVisible();
  await other.getByRole("link", { name: /^Your account/ }).click();
  await askedForThePassword(other);
  await other.context().close();
});

test("sessions are seen, and one of them is ended", async ({ page, browser, stack, watch }) => {
  const email = newEmail();
  await register(page, stack, email);
  const other = await otherDevice(browser, stack, email, watch);

  await openAccount(page);
  const sessions = page.getByRole("region", { name: "Sessions" }).getByRole("listitem");
  await expect(sessions).toHaveText([/^Chrome, .*End$/, /^Chrome, .*This session$/]);
  await page.getByRole("button", { name: /^End the session Chrome/ }).click();
  await expect(page.getByText("The session is ended.")).toBeVisible();
  await expect(sessions).toHaveText([/This session$/]);
  await other.getByRole("link", { name: /^Your account/ }).click();
  await askedForThePassword(other);
  await other.context().close();
});

test("one's own data comes as one file", async ({ page, stack }) => {
  const email = newEmail();
  await register(page, stack, email);
  await add(page, "Buy milk");
  await add(page, '</script>"quoted"\nand in two lines');
  await openAccount(page);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^todo-\d{4}-\d\d-\d\d\.json$/);
  const data = JSON.parse(readFileSync(await file.path(), "utf8"));
  expect(data.account.attributes).toMatchObject({ email, email_verified: "true" });
  expect(data.items.map((each: { item: string }) => each.item)).toHaveLength(2);
  expect(data.items[0].item).toBe("Buy milk");
});

test("an account is deleted with its items, also when that is interrupted", async ({ page, stack }) => {
  const email = newEmail();
  await register(page, stack, email);
  for (let n = 1; n <= 12; n++) await add(page, `Task ${n}`);
  await openAccount(page);
  await page.getByRole("button", { name: "Delete account…" }).click();
  await page.getByLabel(`To confirm, enter ${email}`).fill("somebody@example.com");
  await page.getByRole("button", { name: "Delete everything for good" }).click();
  await expect(page.getByRole("alert")).toContainText("not the name of your account");

  // The connection breaks in the middle.
  let deleted = 0;
  await page.route("**/item/*", async (route) => {
    if (route.request().method() !== "DELETE") return route.continue();
    deleted += 1;
    return deleted > 5 ? route.fulfill({ status: 400, json: { message: "cut off" } }) : route.continue();
  });
  await page.getByLabel(`To confirm, enter ${email}`).fill(email.toUpperCase());
  await page.getByRole("button", { name: "Delete everything for good" }).click();
  await expect(page.getByText("did not come to its end")).toBeVisible();
  await page.unroute("**/item/*");

  // At the next visit it is not forgotten, wherever that begins, and can be called off.
  await page.goto("/");
  await expect(page.getByText("did not come to its end")).toBeVisible();
  await page.getByRole("button", { name: "Keep my account" }).click();
  await page.getByRole("link", { name: "Back to your list" }).click();
  await expect.poll(async () => [0, 12].includes(await tasks(page).count())).toBe(false);
  await add(page, "Still here");

  // The browser is closed in the middle, and the deletion finished later.
  await openAccount(page);
  await page.getByRole("button", { name: "Delete account…" }).click();
  await page.getByLabel(`To confirm, enter ${email}`).fill(email);
  await page.route("**/item/*", (route) => (route.request().method() === "DELETE" ? undefined : route.continue()));
  const begun = page.waitForRequest((request) => request.method() === "DELETE");
  await page.getByRole("button", { name: "Delete everything for good" }).click();
  await begun;
  await page.reload();
  await page.unroute("**/item/*");
  await page.getByRole("button", { name: "Finish deleting" }).click();
  await expect(page.getByRole("button", { name: "Create account" })).toBeVisible();
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("todo.")))).toEqual([]);

  await page.getByRole("button", { name: "Sign in" }).click();
  await fillSignIn(page, email);
  await expect(page.getByRole("alert")).toContainText("Incorrect username or password.");
  // Whoever registers with the address again finds nothing of before.
  await page.goto("/");
  await register(page, stack, email);
  await expect(page.getByText("A clean page")).toBeVisible();
});

for (const look of [
  { name: "wide and light", width: 1280, colorScheme: "light" },
  { name: "320 px and dark", width: 320, colorScheme: "dark" },
] as const) {
  test.describe(look.name, () => {
    test.use({ viewport: { width: look.width, height: 800 }, colorScheme: look.colorScheme });

    test("the account page is accessible and fits", async ({ page, stack }) => {
      const email = newEmail();
      await register(page, stack, email);
      await openAccount(page);
      await page.getByRole("button", { name: "Set up an app" }).click();
      await page.getByRole("button", { name: "Delete account…" }).click();
      await page.getByRole("button", { name: "Delete everything for good" }).click();
      await expect(page.getByRole("img", { name: "QR code" })).toBeVisible();
      for (const [lang, title] of [
        ["en", "Your account"],
        ["de", "Ihr Konto"],
        ["ja", "アカウント"],
        ["ar", "حسابك"],
      ] as const) {
        await page.locator(".tools button").last().click();
        await page.getByRole("dialog").getByRole("combobox").selectOption(lang);
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toHaveCount(0);
        await expect(page.locator("html")).toHaveAttribute("lang", lang);
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
        await isFit(page, `the account in ${lang}`);
      }
    });
  });
}
