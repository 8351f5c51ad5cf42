// The hosted pages as they look and read, in every language.
import type { Page } from "@playwright/test";
import { isFit } from "./fit.ts";
import { enterCode, leaveBy, openSignUp, signOut } from "./people.ts";
import { expect, newEmail, password, replaced, type Stack, testWith } from "./stack.ts";

// Every way to begin a sign-in.
const test = testWith(
  (template) => replaced(template, "[PASSWORD, WEB_AUTHN]", "[PASSWORD, EMAIL_OTP, WEB_AUTHN]"),
  "--parameter",
  "ManagedLoginVersion=2",
);

const testOfEitherName = testWith((template) =>
  replaced(template, "UsernameAttributes: [email]", "UsernameAttributes: [email, phone_number]"),
);

const languages = ["en", "es", "pt-BR", "de", "fr", "ja", "ar"];

const paths = [
  "login",
  "signup",
  "confirm",
  "resendcode",
  "forgotPassword",
  "confirmforgotPassword",
  "newPassword",
  "mfa",
  "mfaSetup",
  "mfaChoice",
  "mfaMail",
  "passkey",
  "code",
];

/** The address of a page, with the question of the web app that leads to it. */
async function addressOf(stack: Stack, path: string, lang: string): Promise<string> {
  const config = (await (await fetch(`${stack.url}/config.json`)).json()) as Record<string, string>;
  const query = new URLSearchParams({
    response_type: "code",
    client_id: config["APP_CLIENT_ID"] ?? "",
    redirect_uri: `${stack.url}/callback`,
    state: "state",
    lang,
  });
  return `${stack.url}/auth/${path}?${query}`;
}

async function check(page: Page, lang: string): Promise<void> {
  const at = `${new URL(page.url()).pathname} in ${lang}`;
  const spoken = await page.evaluate(() => {
    const root = document.documentElement;
    return { lang: root.lang, dir: getComputedStyle(root).direction };
  });
  expect(spoken, at).toEqual({ lang, dir: lang === "ar" ? "rtl" : "ltr" });
  await isFit(page, at);
}

/** Sends the form of the page, which leads on to another. */
async function send(page: Page, values: Record<string, string>, path: string): Promise<void> {
  for (const [id, value] of Object.entries(values)) await page.locator(`#${id}`).fill(value);
  await page.locator("button[type=submit]").first().click();
  await page.waitForURL(`**/auth/${path}?**`);
}

/** The pages as people see them who come from the page before. */
async function checkOnTheWay(page: Page, stack: Stack, lang: string): Promise<void> {
  const email = newEmail();
  await page.goto(await addressOf(stack, "signup", lang));
  await send(page, { username: email, password }, "confirm");
  await check(page, lang);
  await page.goto(await addressOf(stack, "code", lang));
  await send(page, { username: email }, "mfaMail");
  await page.locator("#code").fill("1");
  await page.locator("button[type=submit]").first().click();
  await expect(page.getByRole("alert")).toBeVisible();
  await check(page, lang);
}

for (const look of [
  { name: "320 px", options: { viewport: { width: 320, height: 640 } }, languages, onTheWay: true },
  { name: "wide and dark", options: { viewport: { width: 1280, height: 800 }, colorScheme: "dark" as const }, languages: ["en", "ar"], onTheWay: false },
  {
    name: "forced colours",
    options: { contextOptions: { forcedColors: "active" as const } },
    languages: ["en", "ar"],
    onTheWay: false,
  },
]) {
  test.describe(look.name, () => {
    test.use(look.options);
    for (const lang of look.languages) {
      test(`the hosted pages in ${lang} are accessible and fit`, async ({ page, stack }) => {
        for (const path of paths) {
          await page.goto(await addressOf(stack, path, lang));
          await check(page, lang);
        }
        await page.goto(await addressOf(stack, "signup", lang));
        await leaveBy(page, page.locator("button[type=submit]").first());
        await expect(page.getByRole("alert")).toBeVisible();
        await check(page, lang);
        if (look.onTheWay) await checkOnTheWay(page, stack, lang);
        await page.goto(`${stack.url}/auth/error?error=redirect_mismatch`); // in the language that the browser keeps
        await check(page, lang);
      });
    }
  });
}

test("the language of the browser is spoken, until the application names another", async ({ browser, stack, watch }) => {
  const context = await browser.newContext({ locale: "fr-CA" });
  watch(context);
  const page = await context.newPage();
  await page.goto((await addressOf(stack, "login", "")));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Se connecter");
  await page.goto(await addressOf(stack, "login", "de"));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Anmelden");
  await page.getByRole("link", { name: "Konto erstellen" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Konto erstellen");
  await context.close();
});

testOfEitherName("somebody signs up by telephone number, confirms by e-mail, and signs in by either", async ({ page, stack }) => {
  const email = newEmail();
  await openSignUp(page);
  await isFit(page, "sign-up by either");
  await page.getByLabel("E-mail address or phone number").fill("+351 912 345 678");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await leaveBy(page, page.getByRole("button", { name: "Create account" }));
  await expect(page.getByRole("alert")).toContainText("Fill in: E-mail address.");
  await isFit(page, "sign-up by number without an e-mail");
  await page.getByLabel("E-mail address", { exact: true }).fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await leaveBy(page, page.getByRole("button", { name: "Create account" }));
  await enterCode(page, await stack.code(email));
  for (const name of ["+351 912 345 678", email]) {
    await expect(page.getByLabel("New task")).toBeVisible();
    await signOut(page);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("E-mail address or phone number").fill(name);
    await isFit(page, "sign-in by either");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await leaveBy(page, page.getByRole("button", { name: "Sign in" }));
  }
  await expect(page.getByLabel("New task")).toBeVisible();
});
