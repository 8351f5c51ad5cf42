// Clients that people use in a browser, as their packages are.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { UserManager, UserManagerSettings } from "oidc-client-ts";
import type { AmplifyWindow } from "./amplify.ts";
import { type ClientsStack, type Pool, poolOf, stackWith } from "./clients.ts";
import { fillSignIn } from "./people.ts";
import { expect, newEmail, password } from "./stack.ts";

/** Asks for the pool with a browser, which is told to take the stack's certificate. */
async function ask(page: Page, stack: ClientsStack): Promise<Pool> {
  const answer = await page.request.get(`${stack.url}/config.json`);
  return poolOf((await answer.json()) as Record<string, string>);
}

/** Makes an account with the operator's command, which trusts the stack's certificate. */
function enroll(stack: ClientsStack, email: string): void {
  const users = (args: string[], input = "") => {
    const where = ["--endpoint", `${stack.url}/auth/`, "--data", join(stack.dir, "data")];
    execFileSync("../bin/todo", ["users", ...args, ...where], { input });
  };
  users(["create", email, "--verified"]);
  users(["set-password", email], password);
}

/** The code of eight digits that was mailed to an address. */
async function mailedCode(page: Page, stack: ClientsStack, email: string): Promise<string> {
  let code = "";
  await expect
    .poll(async () => {
      const answer = await page.request.get(`${stack.url}/auth/outbox`, { headers: { Accept: "application/json" } });
      const messages = (await answer.json()) as { to: string; text: string }[];
      code = messages.find((m) => m.to === email)?.text.match(/\b\d{8}\b/)?.[0] ?? "";
      return code;
    }, `a code mailed to ${email}`)
    .not.toBe("");
  return code;
}

const plain = stackWith();

plain("oidc-client-ts signs in with a code and PKCE, refreshes and revokes", async ({ page, stack }) => {
  const email = newEmail("oidc");
  enroll(stack, email);
  stack.app.script = readFileSync("node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js", "utf8");
  const { issuer, clientId } = await ask(page, stack);
  const settings: UserManagerSettings = {
    authority: issuer,
    client_id: clientId,
    redirect_uri: `${stack.app.url}/callback`,
    scope: "openid email profile",
    loadUserInfo: true,
  };
  await page.goto(`${stack.app.url}/callback`);
  const prepare = (given: UserManagerSettings) => {
    const { oidc } = window as unknown as { oidc: { UserManager: new (s: UserManagerSettings) => UserManager } };
    Object.assign(window, { manager: new oidc.UserManager(given) });
  };
  await page.evaluate(prepare, settings);
  await Promise.all([
    page.waitForURL("**/auth/login**"),
    page.evaluate(() => void (window as unknown as { manager: UserManager }).manager.signinRedirect({ state: "kept" })),
  ]);
  await fillSignIn(page, email);
  await page.waitForURL("**/callback?**");
  await page.evaluate(prepare, settings);
  const user = await page.evaluate(async () => {
    const { manager } = window as unknown as { manager: UserManager };
    const signedIn = await manager.signinCallback();
    const renewed = await manager.signinSilent();
    await manager.revokeTokens(["refresh_token"]);
    const late = await manager.signinSilent().then(
      () => "renewed",
      (error: Error) => error.message,
    );
    return {
      state: signedIn?.state,
      profile: signedIn?.profile,
      first: signedIn?.access_token,
      second: renewed?.access_token,
      late,
    };
  });
  expect(user).toMatchObject({ state: "kept", profile: { email, email_verified: "true" } });
  expect(user.second).toMatch(/^ey/);
  expect(user.second).not.toBe(user.first);
  expect(user.late).not.toBe("renewed");
});

const secure = stackWith(["--tls"]);
secure.use({ ignoreHTTPSErrors: true }); // that its certificate can be trusted is another test's

/** Amplify with its parts, bundled as applications do it, with the web app's own bundler. */
const amplify = (): string => {
  const options = { maxBuffer: 64 << 20, encoding: "utf8" as const, stdio: ["ignore", "pipe", "ignore"] as ["ignore", "pipe", "ignore"] };
  const bundler = join("..", "web", "node_modules", ".bin", "rolldown");
  return execFileSync(bundler, ["amplify.ts", "--format", "iife", "--platform", "browser"], options);
};

secure("aws-amplify signs in by SRP, by choice, and at the hosted pages", async ({ page, stack }) => {
  const email = newEmail("amplify");
  enroll(stack, email);
  stack.app.script = amplify();
  const { endpoint, domain, clientId, poolId } = await ask(page, stack);
  const config = {
    Auth: {
      Cognito: {
        userPoolId: poolId,
        userPoolClientId: clientId,
        userPoolEndpoint: endpoint,
        loginWith: {
          oauth: {
            domain: domain.replace("https://", ""),
            scopes: ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
            redirectSignIn: [`${stack.app.url}/callback`],
            redirectSignOut: [`${stack.app.url}/`],
            responseType: "code" as const,
          },
        },
      },
    },
  };
  const prepare = (given: typeof config) => (window as unknown as AmplifyWindow).Amplify.configure(given);
  await page.goto(`${stack.app.url}/callback`);
  await page.evaluate(prepare, config);
  const bySRP = await page.evaluate(
    async ([username, secret]) => {
      const { auth } = window as unknown as AmplifyWindow;
      const wrong = await auth.signIn({ username, password: "Wrong-Horse-7" }).catch((error: Error) => error.name);
      const { isSignedIn } = await auth.signIn({ username, password: secret });
      const before = (await auth.fetchAuthSession()).tokens;
      const after = (await auth.fetchAuthSession({ forceRefresh: true })).tokens;
      const attributes = await auth.fetchUserAttributes();
      const mfa = await auth.fetchMFAPreference();
      await auth.signOut();
      return {
        wrong,
        isSignedIn,
        attributes,
        mfa,
        renewed: before?.accessToken.toString() !== after?.accessToken.toString(),
        email: after?.idToken?.payload["email"],
      };
    },
    [email, password] as const,
  );
  expect(bySRP).toMatchObject({
    wrong: "NotAuthorizedException",
    isSignedIn: true,
    renewed: true,
    email,
    attributes: { email, email_verified: "true" },
    mfa: {},
  });

  // By what the person chooses: the password, proven by SRP, and a code by mail.
  const chosen = await page.evaluate(
    async ([username, secret]) => {
      const { auth } = window as unknown as AmplifyWindow;
      const begin = (preferredChallenge: "PASSWORD_SRP" | "EMAIL_OTP", password?: string) =>
        auth.signIn({
          username,
          ...(password ? { password } : {}),
          options: { authFlowType: "USER_AUTH", preferredChallenge },
        });
      const { isSignedIn } = await begin("PASSWORD_SRP", secret);
      await auth.signOut();
      return { isSignedIn, next: (await begin("EMAIL_OTP")).nextStep.signInStep };
    },
    [email, password] as const,
  );
  expect(chosen).toEqual({ isSignedIn: true, next: "CONFIRM_SIGN_IN_WITH_EMAIL_CODE" });
  const code = await mailedCode(page, stack, email);
  const byMail = await page.evaluate(async (challengeResponse) => {
    const { auth } = window as unknown as AmplifyWindow;
    const { isSignedIn } = await auth.confirmSignIn({ challengeResponse });
    await auth.signOut();
    return isSignedIn;
  }, code);
  expect(byMail).toBe(true);

  await page.goto(`${stack.app.url}/callback`);
  await page.evaluate(prepare, config);
  await Promise.all([
    page.waitForURL("**/auth/login**"),
    page.evaluate(() => void (window as unknown as AmplifyWindow).auth.signInWithRedirect({ customState: "kept" })),
  ]);
  await fillSignIn(page, email);
  await page.waitForURL("**/callback?**");
  const state = await page.evaluate(
    (given) =>
      new Promise<unknown>((resolve) => {
        const { Amplify, Hub } = window as unknown as AmplifyWindow;
        Hub.listen("auth", ({ payload }) => {
          if (payload.event === "customOAuthState") resolve(payload.data);
          if (payload.event === "signInWithRedirect_failure") resolve(payload.data.error);
        });
        Amplify.configure(given);
      }),
    config,
  );
  expect(state).toBe("kept");
  const user = await page.evaluate(() => (window as unknown as AmplifyWindow).auth.fetchUserAttributes());
  expect(user).toMatchObject({ email });
  await Promise.all([
    page.waitForURL(`${stack.app.url}/`),
    page.evaluate(() => void (window as unknown as AmplifyWindow).auth.signOut()),
  ]);
});
