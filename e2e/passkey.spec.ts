import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { fillSignIn, register, signOut } from "./people.ts";
import { expect, newEmail, Stack, test as base } from "./stack.ts";

/** A stack whose template offers passkeys. */
const test = base.extend<object, { stack: Stack }>({
  stack: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern
    async ({}, use) => {
      const data = mkdtempSync(join(tmpdir(), "todo-e2e-"));
      const stack = new Stack(data, ["--parameter", "ManagedLoginVersion=2"]);
      await stack.start();
      await use(stack);
      await stack.stop();
      rmSync(data, { recursive: true });
    },
    { scope: "worker" },
  ],
});

/** Gives the browser an authenticator whose owner always agrees. */
async function plugIn(page: Page): Promise<() => Promise<number>> {
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

const heading = (page: Page, name: string) => page.getByRole("heading", { name });
const acceptable = async (page: Page) => expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

test("a passkey is added, and signs in without a password", async ({ page, stack }) => {
  const passkeys = await plugIn(page);
  const email = newEmail();
  await register(page, stack, email);
  await signOut(page);

  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("link", { name: "Sign in with a passkey" })).toBeVisible();
  await acceptable(page);
  await page.goto(page.url().replace("/login?", "/passkeys/add?"));
  await fillSignIn(page, email);
  await expect(heading(page, "Add a passkey")).toBeVisible();
  await acceptable(page);
  await page.getByRole("button", { name: "Add passkey" }).click();
  await expect(page.getByLabel("New task")).toBeVisible();
  expect(await passkeys()).toBe(1);

  await signOut(page);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "Sign in with a passkey" }).click();
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
  await acceptable(page);
  await page.getByRole("link", { name: "Back to sign in" }).click();
  await expect(heading(page, "Sign in")).toBeVisible();
});
