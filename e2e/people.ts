// What people do, by the names of the controls they see.
import { createHmac } from "node:crypto";
import { type Browser, type BrowserContext, expect, type Locator, type Page } from "@playwright/test";
import { password, type Stack } from "./stack.ts";

/**
 * Presses a button that leads to another page, and waits until that page has taken the place of this one. Without it, a
 * check may meet the old page, which often looks the same.
 */
export async function leaveBy(page: Page, button: Locator): Promise<void> {
  const left = page.waitForEvent("framenavigated", (frame) => frame === page.mainFrame());
  await button.click();
  await left;
}

/** Answers the page that asks for a code. */
export async function enterCode(page: Page, code: string, button = "Confirm"): Promise<void> {
  await page.getByRole("textbox", { name: "Code" }).fill(code);
  await leaveBy(page, page.getByRole("button", { name: button }));
}

/** Opens the app and goes to the sign-up form. */
export async function openSignUp(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Create your account" })).toBeVisible();
}

export async function fillSignUp(page: Page, email: string, secret = password): Promise<void> {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(secret);
  await leaveBy(page, page.getByRole("button", { name: "Create account" }));
}

/** Signs up, confirms with the code from the outbox, and ends in the app. */
export async function register(page: Page, stack: Stack, email: string): Promise<void> {
  await openSignUp(page);
  await fillSignUp(page, email);
  await expect(page.getByRole("heading", { name: "Confirm your account" })).toBeVisible();
  await enterCode(page, await stack.code(email));
  await expect(page.getByLabel("New task")).toBeVisible();
}

export async function signIn(page: Page, email: string): Promise<void> {
  await page.getByRole("button", { name: "Sign in" }).click();
  await fillSignIn(page, email);
  await expect(page.getByLabel("New task")).toBeVisible();
}

/** Signs a person in on another device, which has kept nothing yet. Close its context at the end. */
export async function otherDevice(browser: Browser, stack: Stack, email: string, watch: (context: BrowserContext) => void): Promise<Page> {
  const context = await browser.newContext({ baseURL: stack.url });
  watch(context);
  const page = await context.newPage();
  await page.goto("/");
  await signIn(page, email);
  return page;
}

export async function fillSignIn(page: Page, email: string, secret = password): Promise<void> {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(secret);
  await leaveBy(page, page.getByRole("button", { name: "Sign in" }));
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page.getByRole("button", { name: "Create account" })).toBeVisible();
}

/** Does something, and waits for the answer to the call that it leads to, as "METHOD path". Gives its status. */
export async function sent(page: Page, call: RegExp, act: () => Promise<void>): Promise<number> {
  const answered = page.waitForResponse((r) => call.test(`${r.request().method()} ${new URL(r.url()).pathname}`));
  await act();
  return (await answered).status();
}

/** Adds a task and waits until the server has it. */
export async function add(page: Page, text: string): Promise<void> {
  const status = await sent(page, /^POST .*\/item$/, async () => {
    await page.getByLabel("New task").fill(text);
    await page.getByLabel("New task").press("Enter");
  });
  expect(status).toBe(200);
}

/** Does something that has the list loaded, and waits until it is. What is shown before may have been kept. */
export const loading = (page: Page, act: () => Promise<unknown>) => sent(page, /^GET .*\/item$/, async () => void (await act()));

/** The texts of the tasks shown, in their order. */
export const tasks = (page: Page) => page.getByRole("list", { name: "Tasks" }).locator("p");

/** What an authenticator app shows for a key (RFC 6238), `steps` of 30 seconds from now. */
export function appCode(key: string, steps = 0): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...key].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const at = (mac.at(-1) ?? 0) & 0xf;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Goes to the page where people look after their own account. */
export async function openAccount(page: Page): Promise<void> {
  await page.getByRole("link", { name: /^Your account/ }).click();
  await expect(page.getByRole("heading", { name: "Your account", exact: true })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Password" })).toBeVisible();
}

/**
 * Gives the browser an authenticator whose owner always agrees, at once, also to what the browser suggests by itself:
 * so it suggests nothing, unless that is wanted. Returns what counts its passkeys.
 */
export async function plugInAuthenticator(page: Page, suggests = false): Promise<() => Promise<number>> {
  if (!suggests) {
    await page.addInitScript(() => {
      PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);
    });
  }
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return async () => (await devtools.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length;
}
