import { isFit } from "./fit.ts";
import { add, enterCode, fillSignIn, fillSignUp, leaveBy, openSignUp, register, sent, signIn, signOut, tasks } from "./people.ts";
import { expect, newEmail, password, test } from "./stack.ts";

test("two people keep their lists, leave, and find them the next day", async ({ page, browser, stack, watch }) => {
  const ana = newEmail("ana");
  await register(page, stack, ana);
  await expect(page.getByText(ana)).toBeVisible();
  await add(page, "Buy milk");
  await add(page, "Water the plants");

  const context = await browser.newContext({ baseURL: stack.url });
  watch(context);
  const other = await context.newPage();
  await register(other, stack, newEmail("ben"));
  await add(other, "Fix the bicycle");
  await expect(tasks(other)).toHaveText(["Fix the bicycle"]);
  await other.reload();
  await expect(tasks(other)).toHaveText(["Fix the bicycle"]);

  await expect(tasks(page)).toHaveText(["Buy milk", "Water the plants"]);
  await signOut(page);
  await signOut(other);
  await stack.restart("SIGTERM");

  await page.reload();
  await signIn(page, ana);
  await expect(tasks(page)).toHaveText(["Buy milk", "Water the plants"]);
  await context.close();
});

test("a list is kept: complete, reopen, edit, filter, delete, undo", async ({ page, stack }) => {
  await register(page, stack, newEmail());
  await add(page, "Buy milk");
  await add(page, "Water the plants");

  await page.getByRole("checkbox", { name: "Buy milk" }).click();
  await page.getByRole("link", { name: /^Incomplete/ }).click();
  await expect(tasks(page)).toHaveText(["Water the plants"]);
  await expect(page).toHaveURL(/\?show=incomplete/);
  await page.getByRole("link", { name: /^Complete/ }).click();
  await expect(tasks(page)).toHaveText(["Buy milk"]);
  await page.getByRole("checkbox", { name: "Buy milk" }).click();
  await expect(page.getByText("Nothing completed yet")).toBeVisible();
  await page.getByRole("link", { name: /^All/ }).click();

  await page.getByRole("button", { name: "Edit Buy milk" }).click();
  await page.getByLabel("Edit task").fill("Buy oat milk");
  expect(await sent(page, /^PUT/, () => page.getByLabel("Edit task").press("Enter"))).toBe(200);

  await page.getByRole("button", { name: "Delete Water the plants" }).click();
  await expect(tasks(page)).toHaveText(["Buy oat milk"]);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(tasks(page)).toHaveText(["Buy oat milk", "Water the plants"]);

  await page.getByRole("button", { name: "Delete Buy oat milk" }).click();
  expect(await sent(page, /^DELETE/, () => page.getByRole("button", { name: "Dismiss" }).click())).toBe(200);
  await page.reload();
  await expect(tasks(page)).toHaveText(["Water the plants"]);
});

test("what sign-up refuses is said, and can be mended", async ({ page, stack }) => {
  const email = newEmail();
  await openSignUp(page);
  await fillSignUp(page, email, "short");
  await expect(page.getByRole("alert")).toContainText("too short");
  await expect(page.getByLabel("E-mail address")).toHaveValue(email);

  await fillSignUp(page, email);
  await expect(page.getByRole("heading", { name: "Confirm your account" })).toBeVisible();
  const code = await stack.code(email);
  await enterCode(page, code === "000000" ? "000001" : "000000");
  await expect(page.getByRole("alert")).toContainText("not the code");

  await leaveBy(page, page.getByRole("button", { name: "Send a new code" }));
  await expect(page.getByRole("status")).toContainText("new code");
  const newer = await stack.code(email, code);
  await enterCode(page, code);
  await expect(page.getByRole("alert")).toBeVisible();
  await enterCode(page, newer);
  await expect(page.getByLabel("New task")).toBeVisible();

  await signOut(page);
  await openSignUp(page);
  await fillSignUp(page, email);
  await expect(page.getByRole("alert")).toContainText("already");
});

test("a code that has expired is said to be so, and replaced", async ({ page, stack }) => {
  const email = newEmail();
  await openSignUp(page);
  await fillSignUp(page, email);
  const code = await stack.code(email);
  const wrong = code === "000000" ? "000001" : "000000";
  for (let guess = 1; guess <= 10; guess++) {
    // Ten wrong guesses end a code's life, as a day does.
    await enterCode(page, wrong);
    await expect(page.getByRole("alert")).toContainText("not the code");
  }
  await enterCode(page, code);
  await expect(page.getByRole("alert")).toContainText("This code no longer works");
  await leaveBy(page, page.getByRole("button", { name: "Send a new code" }));
  await enterCode(page, await stack.code(email, code));
  await expect(page.getByLabel("New task")).toBeVisible();
});

test("what sign-in refuses is said, without telling who has an account", async ({ page, stack }) => {
  const email = newEmail();
  await register(page, stack, email);
  await signOut(page);
  await page.getByRole("button", { name: "Sign in" }).click();
  await fillSignIn(page, email, "Wrong-Horse-8");
  await expect(page.getByRole("alert")).toContainText("Incorrect username or password.");
  await fillSignIn(page, newEmail("nobody"), "Wrong-Horse-8");
  await expect(page.getByRole("alert")).toContainText("Incorrect username or password.");
  await fillSignIn(page, email);
  await expect(page.getByLabel("New task")).toBeVisible();
});

test("a forgotten password is replaced", async ({ page, stack }) => {
  const email = newEmail();
  await register(page, stack, email);
  await signOut(page);
  const first = await stack.code(email);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("E-mail address").fill(email);
  await leaveBy(page, page.getByRole("button", { name: "Send a code" }));
  await page.getByLabel("New password", { exact: true }).fill(`${password}-new`);
  await enterCode(page, await stack.code(email, first), "Change password");
  await expect(page.getByRole("status")).toContainText("changed");
  await fillSignIn(page, email, `${password}-new`);
  await expect(page.getByLabel("New task")).toBeVisible();
});

test("a deep link and a reload come back to where they were", async ({ page, stack }) => {
  const email = newEmail();
  await register(page, stack, email);
  await add(page, "Buy milk");
  await signOut(page);
  await page.goto("/?show=complete");
  await signIn(page, email);
  await expect(page).toHaveURL(/\?show=complete$/);
  await expect(page.getByText("Nothing completed yet")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Nothing completed yet")).toBeVisible();
  await page.goto("/no/such/page");
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
});

for (const look of [
  { name: "wide and light", width: 1280, colorScheme: "light" },
  { name: "320 px and dark", width: 320, colorScheme: "dark" },
] as const) {
  test.describe(look.name, () => {
    test.use({ viewport: { width: look.width, height: 800 }, colorScheme: look.colorScheme });

    test("every page is accessible and fits", async ({ page, stack }) => {
      const email = newEmail();
      await page.goto("/");
      await expect(page.getByRole("button", { name: "Create account" })).toBeVisible();
      await isFit(page, "welcome");
      await openSignUp(page);
      await isFit(page, "sign-up");
      await fillSignUp(page, email, "short");
      await expect(page.getByRole("alert")).toBeVisible();
      await isFit(page, "sign-up with a problem");
      await fillSignUp(page, email);
      await expect(page.getByRole("heading", { name: "Confirm your account" })).toBeVisible();
      await isFit(page, "confirm");
      await enterCode(page, await stack.code(email));
      await expect(page.getByText("A clean page")).toBeVisible();
      await isFit(page, "empty list");
      await add(page, "Buy milk");
      await add(page, "averyveryverylongwordthatdoesnotfitanywhere".repeat(4));
      await isFit(page, "list");
      await page.getByRole("button", { name: "Delete Buy milk" }).click();
      await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
      await isFit(page, "list with a message");
      await signOut(page);
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
      await isFit(page, "sign-in");
      await page.getByRole("link", { name: "Forgot your password?" }).click();
      await expect(page.getByRole("button", { name: "Send a code" })).toBeVisible();
      await isFit(page, "forgotten password");
      await page.getByLabel("E-mail address").fill(email);
      await page.getByRole("button", { name: "Send a code" }).click();
      await expect(page.getByLabel("New password", { exact: true })).toBeVisible();
      await isFit(page, "new password");
      await page.goto("/auth/outbox");
      await isFit(page, "outbox");
      await page.goto("/auth/error?error=redirect_mismatch");
      await isFit(page, "error");
    });
  });
}
