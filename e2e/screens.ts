// Pictures of every page for docs/screens/, in light and dark, narrow and wide.
import { add, appCode, enterCode, fillSignIn, fillSignUp, openAccount, openSignUp, plugInAuthenticator, signOut } from "./people.ts";
import { expect, newEmail, testWithPasskeys as test } from "./stack.ts";

const sizes = { wide: { width: 1024, height: 720 }, narrow: { width: 320, height: 640 } };

for (const theme of ["light", "dark"] as const) {
  for (const [size, viewport] of Object.entries(sizes)) {
    test.describe(`${theme}, ${size}`, () => {
      test.use({ viewport, colorScheme: theme, contextOptions: { reducedMotion: "reduce" } });

      test("every page", async ({ page, stack }) => {
        const picture = (name: string) =>
          page.screenshot({ path: `../docs/screens/${name}-${theme}-${size}.png`, caret: "hide" });
        const email = newEmail("ada");
        await plugInAuthenticator(page);
        await page.goto("/");
        await expect(page.getByRole("button", { name: "Create account" })).toBeVisible();
        await picture("welcome");
        await openSignUp(page);
        await picture("sign-up");
        await fillSignUp(page, email);
        await expect(page.getByRole("heading", { name: "Confirm your account" })).toBeVisible();
        await picture("confirm");
        await enterCode(page, await stack.code(email));
        await expect(page.getByText("A clean page")).toBeVisible();
        await picture("empty");
        await add(page, "Send Grace the drawings");
        await picture("hints");
        await page.getByRole("button", { name: "Got it" }).click();

        for (const text of [
          "Water the plants",
          "Renew the library card",
          "Book the ferry",
          "Buy oat milk",
        ]) {
          await add(page, text);
        }
        await page.getByRole("checkbox", { name: "Water the plants" }).click();
        await page.getByRole("button", { name: "Edit Book the ferry" }).click();
        await page.getByLabel("Due date").fill("2031-08-02");
        await page.getByRole("textbox", { name: "Notes" }).fill("The early one, with the bicycles.");
        await picture("edit");
        await page.getByRole("button", { name: "Save" }).click();
        await expect(page.getByText("The early one")).toBeVisible();
        await page.getByRole("heading", { name: "To do" }).focus();
        await picture("list");

        await page.getByRole("button", { name: "Delete Buy oat milk" }).click();
        await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
        await picture("deleted");
        await page.getByRole("button", { name: "Undo" }).click();

        await page.getByRole("button", { name: "Select several" }).click();
        await page.getByRole("checkbox", { name: "Select Renew the library card" }).click();
        await expect(page.getByRole("region", { name: "Selected tasks" })).toBeVisible();
        await picture("selection");
        await page.getByRole("button", { name: "Done" }).click();

        await page.context().setOffline(true);
        await expect(page.getByText("You are offline.", { exact: false }).last()).toBeVisible();
        await page.getByRole("checkbox", { name: "Buy oat milk" }).click();
        await page.evaluate(() => window.scrollTo(0, 0));
        await picture("offline");
        await page.context().setOffline(false);
        await expect(page.getByText("kept here")).toHaveCount(0);

        for (const dialog of ["Settings", "Keyboard help"]) {
          await page.getByRole("button", { name: dialog }).click();
          await expect(page.getByRole("dialog")).toBeVisible();
          await picture(dialog === "Settings" ? "settings" : "help");
          await page.keyboard.press("Escape");
        }
        await openAccount(page);
        await picture("account");
        await page.getByRole("button", { name: "Add a passkey" }).click();
        await expect(page.getByRole("heading", { name: "Add a passkey" })).toBeVisible();
        await picture("passkey");
        await page.getByRole("button", { name: "Add passkey", exact: true }).click();
        await expect(page.getByRole("button", { name: /^Remove .*, added on/ })).toBeVisible();
        await page.getByRole("button", { name: "Set up an app" }).click();
        await page.getByRole("img", { name: "QR code" }).scrollIntoViewIfNeeded();
        await picture("account-app");
        await page.getByRole("button", { name: "Delete account…" }).click();
        await page.getByRole("button", { name: "Keep my account" }).scrollIntoViewIfNeeded();
        await picture("account-leave");
        const key = ((await page.locator(".app-key").textContent()) ?? "").replace(/\s/g, "");
        await page.getByLabel("Code that the app shows").fill(appCode(key));
        await page.getByRole("button", { name: "Confirm" }).click();
        await expect(page.getByText("From now on, signing in asks")).toBeVisible();
        await page.goto("/no/such/page");
        await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
        await picture("not-found");
        await page.goto("/");
        await expect(page.getByLabel("New task")).toBeVisible();
        await signOut(page);
        await page.getByRole("button", { name: "Sign in" }).click();
        await expect(page.getByLabel("Password", { exact: true })).toBeVisible();
        await picture("sign-in");
        await fillSignIn(page, email);
        await expect(page.getByRole("heading", { name: "Enter your code" })).toBeVisible();
        await picture("second-step");
        await page.goBack();
        await page.getByRole("link", { name: "Forgot your password?" }).click();
        await expect(page.getByRole("button", { name: "Send a code" })).toBeVisible();
        await picture("forgotten");
      });
    });
  }
}
