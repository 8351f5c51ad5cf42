// What the app promises beyond the walk: by keyboard, in any look and language, with many tasks, tabs and devices.
import type { Page } from "@playwright/test";
import { isFit } from "./fit.ts";
import { add, fillSignIn, loading, otherDevice, register, sent, tasks } from "./people.ts";
import { expect, newEmail, type Stack, test } from "./stack.ts";

/** Puts tasks into a person's list without the app, a few at a time so that the stage's limit lets them through. */
async function seed(page: Page, stack: Stack, texts: string[]) {
  const token = await page.evaluate(() => JSON.parse(localStorage.getItem("todo.session") ?? "").idToken);
  const config = (await (await fetch(`${stack.url}/config.json`)).json()) as { APP_API_URL: string };
  const rest = [...texts.entries()];
  const post = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) {
      const [index, item] = next;
      const id = `01900000-0000-7000-8000-${String(index).padStart(12, "0")}`;
      const answer = await fetch(`${config.APP_API_URL}/item`, {
        method: "POST",
        headers: { Authorization: token, "Idempotency-Key": id },
        body: JSON.stringify({ item }),
      });
      if (answer.status === 429) rest.unshift(next);
      else expect(answer.status).toBe(200);
    }
  };
  await Promise.all(Array.from({ length: 16 }, post));
}

test("by keyboard alone: write, tick, edit, move, delete, undo, look around", async ({ page, stack }) => {
  await register(page, stack, newEmail());
  const type = (...keys: string[]) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  await page.keyboard.press("n");
  await expect(page.getByLabel("New task")).toBeFocused();
  for (const text of ["one", "two", "three"]) {
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
  }
  await expect(tasks(page)).toHaveText(["one", "two", "three"]);
  await page.keyboard.press("Tab");
  await type("j", "j");
  await expect(page.getByRole("checkbox", { name: "two" })).toBeFocused();
  await page.keyboard.press("Space");
  await expect(page.getByRole("checkbox", { name: "two" })).toBeChecked();
  await page.keyboard.press("Alt+ArrowUp");
  await expect(tasks(page)).toHaveText(["two", "one", "three"]);
  await expect(page.getByRole("checkbox", { name: "two" })).toBeFocused();
  await page.keyboard.press("e");
  await page.keyboard.type("!");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Edit two!" })).toBeFocused();
  await page.keyboard.press("Delete");
  await expect(tasks(page)).toHaveText(["one", "three"]);
  await expect(page.getByRole("checkbox", { name: "one" })).toBeFocused();
  await page.keyboard.press("z");
  await expect(tasks(page)).toHaveText(["two!", "one", "three"]);
  await expect(page.getByRole("checkbox", { name: "two!" })).toBeFocused();
  await page.keyboard.press("2");
  await expect(tasks(page)).toHaveText(["one", "three"]);
  await page.keyboard.press("1");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard help" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("what the server does not do is taken back, and can be tried again", async ({ page, stack }) => {
  await register(page, stack, newEmail());
  await add(page, "Buy milk");
  const tick = page.getByRole("checkbox", { name: "Buy milk" });
  await page.route("**/item/*/done", (route) => route.fulfill({ status: 500, json: { message: "broken" } }));
  await tick.click();
  await expect(page.getByRole("alert")).toContainText("“Buy milk” was not completed.");
  await expect(tick).not.toBeChecked();
  await page.unroute("**/item/*/done");
  const retry = page.getByRole("button", { name: "Retry" });
  expect(await sent(page, /^POST .*\/done$/, () => retry.click())).toBe(200);
  await expect(tick).toBeChecked();
  await expect(page.getByRole("alert")).toHaveCount(0);

  // A list that cannot be loaded again is shown as it was; the browser loads it when it comes back online.
  const list = /\/item(\?|$)/;
  await page.route(list, (route) => route.fulfill({ status: 400, json: { message: "refused" } }));
  await page.context().setOffline(true);
  await expect(page.getByText("You are offline. You can go on")).toBeVisible();
  await page.context().setOffline(false);
  await expect(page.getByRole("alert")).toContainText("This list may be out of date");
  await expect(tasks(page)).toHaveText(["Buy milk"]);
  await page.unroute(list);
  await loading(page, () => retry.click());
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("several tasks at once: selected, completed, cleared, and brought back", async ({ page, stack }) => {
  await register(page, stack, newEmail());
  for (const text of ["one", "two", "three"]) await add(page, text);
  await page.getByRole("button", { name: "Select several" }).click();
  for (const text of ["one", "three"]) await page.getByRole("checkbox", { name: `Select ${text}` }).click();
  await page.getByRole("region", { name: "Selected tasks" }).getByRole("button", { name: "Complete" }).click();
  await page.getByRole("link", { name: "Incomplete 1" }).click();
  await expect(tasks(page)).toHaveText(["two"]);
  await page.getByRole("link", { name: "Complete 2" }).click();
  await expect(tasks(page)).toHaveText(["one", "three"]);
  await page.goBack();
  await expect(tasks(page)).toHaveText(["two"]);
  await page.getByRole("link", { name: "All 3" }).click();
  await page.getByRole("button", { name: "Clear 2 completed" }).click();
  await expect(tasks(page)).toHaveText(["two"]);
  await expect(page.getByText("Deleted 2 tasks")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(tasks(page)).toHaveText(["one", "two", "three"]);
});

test("single keys can be switched off, for good", async ({ page, stack }) => {
  await register(page, stack, newEmail());
  const field = page.getByLabel("New task");
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("checkbox", { name: "Single-key shortcuts" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("n");
  await expect(field).not.toBeFocused();
  await page.reload();
  await expect(field).toBeVisible();
  await page.keyboard.press("n");
  await expect(field).not.toBeFocused();
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("checkbox", { name: "Single-key shortcuts" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("n");
  await expect(field).toBeFocused();
});

test("the focus is always to be seen, also under what sticks to the window", async ({ page, stack }) => {
  await page.setViewportSize({ width: 480, height: 640 });
  await register(page, stack, newEmail());
  await seed(page, stack, Array.from({ length: 30 }, (_, n) => `task ${n}`));
  await page.reload();
  await expect(tasks(page)).toHaveCount(30);
  await page.getByRole("button", { name: "Delete task 3", exact: true }).click();
  await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
  for (let n = 0; n < 12; n++) {
    await page.keyboard.press("j");
    const seen = await page.evaluate(() => {
      const focused = document.activeElement as HTMLElement;
      const { left, top, width, height } = focused.getBoundingClientRect();
      const style = getComputedStyle(focused);
      const onTop = document.elementFromPoint(left + width / 2, top + height / 2);
      return { free: onTop === focused, outline: style.outlineStyle !== "none" && style.outlineWidth };
    });
    expect(seen).toEqual({ free: true, outline: "3px" });
  }
});

test("five tabs renew the session by one request, and one signs all out", async ({ page, context, stack }) => {
  await register(page, stack, newEmail());
  await add(page, "Buy milk");
  const tabs = [page, ...(await Promise.all([1, 2, 3, 4].map(() => context.newPage())))];
  for (const tab of tabs.slice(1)) await loading(tab, () => tab.goto("/"));
  for (const tab of tabs) await expect(tasks(tab)).toHaveText(["Buy milk"]);
  let renewals = 0;
  await context.route("**/oauth2/token", (route) => {
    renewals += 1;
    return route.continue();
  });
  await page.evaluate(() => {
    const session = JSON.parse(localStorage.getItem("todo.session") ?? "");
    localStorage.setItem("todo.session", JSON.stringify({ ...session, expiresAt: 0 }));
  });
  await Promise.all(tabs.map((tab) => loading(tab, () => tab.reload())));
  for (const tab of tabs) await expect(tasks(tab)).toHaveText(["Buy milk"]);
  expect(renewals).toBe(1);

  await tabs[1]?.getByLabel("New task").fill("from another tab");
  await tabs[1]?.getByLabel("New task").press("Enter");
  for (const tab of tabs) await expect(tasks(tab)).toHaveText(["Buy milk", "from another tab"]);

  await page.getByRole("button", { name: "Sign out" }).click();
  for (const tab of tabs) await expect(tab.getByRole("button", { name: "Create account" })).toBeVisible();
});

test("a session that ends in the middle of typing loses nothing", async ({ page, context, stack }) => {
  const email = newEmail();
  await register(page, stack, email);
  await add(page, "Buy milk");
  await loading(page, () => page.goto("/?show=incomplete"));
  await expect(tasks(page)).toHaveText(["Buy milk"]);
  // The server knows this session no more.
  await context.route("**/oauth2/token", (route) =>
    route.fulfill({ status: 400, json: { error: "invalid_grant" } }),
  );
  await page.evaluate(() => {
    const session = JSON.parse(localStorage.getItem("todo.session") ?? "");
    localStorage.setItem("todo.session", JSON.stringify({ ...session, expiresAt: 0 }));
  });
  await page.getByLabel("New task").pressSequentially("half a thou");
  await page.getByRole("checkbox", { name: "Buy milk" }).click();
  await expect(page.getByRole("alert")).toContainText("Your session has ended.");
  await context.unroute("**/oauth2/token");
  await page.getByRole("button", { name: "Sign in" }).click();
  const signedInStill = page.getByLabel("New task");
  await expect(signedInStill.or(page.getByLabel("E-mail address")).first()).toBeVisible();
  if (await page.getByLabel("E-mail address").isVisible()) await fillSignIn(page, email);
  await expect(page).toHaveURL(/\?show=incomplete$/);
  await expect(page.getByLabel("New task")).toHaveValue("half a thou");
  await page.getByRole("link", { name: /^All/ }).click();
  await expect(page.getByRole("checkbox", { name: "Buy milk" })).toBeChecked();
});

test("two devices edit one task: both versions are shown, and nothing is written over unasked", async ({
  page,
  browser,
  stack,
  watch,
}) => {
  const email = newEmail();
  await register(page, stack, email);
  await add(page, "Buy milk");
  const other = await otherDevice(browser, stack, email, watch);
  await expect(tasks(other)).toHaveText(["Buy milk"]);

  const edit = async (on: Page, text: string) => {
    await on.getByRole("button", { name: "Edit Buy milk" }).click();
    await on.getByRole("textbox", { name: "Edit task" }).fill(text);
    return sent(on, /^PUT/, () => on.getByRole("textbox", { name: "Edit task" }).press("Enter"));
  };
  expect(await edit(other, "Buy oat milk")).toBe(200);
  expect(await edit(page, "Buy soy milk")).toBe(412);
  await expect(page.getByRole("alert")).toContainText("“Buy soy milk” was not saved.");
  await expect(page.getByRole("alert")).toContainText("now reads “Buy oat milk”");
  await expect(tasks(page)).toHaveText(["Buy oat milk"]);
  expect(await sent(page, /^PUT/, () => page.getByRole("button", { name: "Use mine" }).click())).toBe(200);
  await expect(tasks(page)).toHaveText(["Buy soy milk"]);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await other.reload();
  await expect(tasks(other)).toHaveText(["Buy soy milk"]);
  await other.context().close();
});

test("the next person on the same browser sees nothing of the one before", async ({ page, stack }) => {
  await register(page, stack, newEmail("ana"));
  await add(page, "private");
  // Her session ends without her signing out.
  await page.evaluate(() => localStorage.setItem("todo.session", '"expired"'));
  await page.context().clearCookies();
  await page.reload();
  await register(page, stack, newEmail("ben"));
  await expect(page.getByText("A clean page")).toBeVisible();
  await expect(page.getByText("private")).toHaveCount(0);
});

test("10,000 tasks: a part is drawn, all can be reached, found and counted", async ({ page, stack }) => {
  test.slow();
  await register(page, stack, newEmail());
  // The stage lets 50 through in a second; so the list is made of what the API would answer.
  await page.route("**/item?*", async (route) => {
    const from = Number(new URL(route.request().url()).searchParams.get("next") ?? 0);
    const items = Array.from({ length: 1000 }, (_, n) => ({
      id: `01900000-0000-7000-8000-${String(from + n).padStart(12, "0")}`,
      "cognito-username": "x",
      item: `task ${from + n}`,
      completed: false,
      creation_date: "2026-01-01T00:00:00.000Z",
      lastupdate_date: "2026-01-01T00:00:00.000Z",
      version: 1,
    }));
    const next = from + 1000 < 10_000 ? { NextToken: String(from + 1000) } : {};
    await route.fulfill({ json: { Items: items, Count: 1000, ScannedCount: 1000, ...next } });
  });
  await page.reload();
  await expect(page.getByRole("link", { name: "All 10,000" })).toBeVisible();
  expect(await page.getByRole("listitem").count()).toBeLessThan(100);
  await expect(page.getByRole("listitem").first()).toHaveAttribute("aria-setsize", "10000");
  for (let n = 0; n < 40; n++) await page.keyboard.press("j");
  await expect(page.getByRole("checkbox", { name: "task 39", exact: true })).toBeFocused();
  await page.keyboard.press("End");
  await expect(page.getByRole("checkbox", { name: "task 9999", exact: true })).toBeInViewport();
  // A row is as high wherever it is drawn, else the list would move under the reader.
  const heights = await page.getByRole("listitem").evaluateAll((rows) => rows.map((row) => row.clientHeight + row.clientTop));
  expect(new Set(heights).size, String(heights)).toBe(1);
  // The row with the focus is still there, far out of sight.
  await expect(page.getByRole("checkbox", { name: "task 39", exact: true })).toBeFocused();
  await page.keyboard.press("f");
  await page.keyboard.type("task 777");
  await expect(tasks(page)).toHaveCount(11);
  await expect(page.getByRole("status")).toContainText("11 tasks found.");
  await isFit(page, "search");
});

test("the colours are as the system's, or as chosen, without a flash", async ({ page, stack }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await register(page, stack, newEmail());
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  expect(await ground()).toBe("rgb(17, 24, 26)");
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("radio", { name: "Light" }).click();
  expect(await ground()).toBe("rgb(235, 232, 224)");
  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("button", { name: "Settings" })).toBeFocused();
  // Before any script of the app has run.
  await page.route("**/assets/*.js", (route) => route.abort());
  await page.goto("/?x", { waitUntil: "commit" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await expect.poll(ground).toBe("rgb(235, 232, 224)");
});

test("nothing moves by itself when motion is to be reduced", async ({ page, stack }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await register(page, stack, newEmail());
  await add(page, "Buy milk");
  await page.getByRole("button", { name: "Delete Buy milk" }).click();
  await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test("one drags a task to its place", async ({ page, stack }) => {
  await register(page, stack, newEmail());
  for (const text of ["one", "two", "three"]) await add(page, text);
  const row = (text: string) => page.getByRole("listitem").filter({ hasText: text });
  await row("three").hover();
  await row("three").locator(".grip").hover();
  await page.mouse.down();
  await row("one").hover({ position: { x: 200, y: 4 } });
  expect(await sent(page, /^PUT/, () => page.mouse.up())).toBe(200);
  await expect(tasks(page)).toHaveText(["three", "one", "two"]);
  await page.reload();
  await expect(tasks(page)).toHaveText(["three", "one", "two"]);
});

test("a due date, notes, pasted lines and paper", async ({ page, stack }) => {
  await register(page, stack, newEmail());
  await page.getByLabel("New task").focus();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData("text/plain", "- Milk\n- Bread\n");
    document.activeElement?.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
    );
  });
  await page.getByRole("button", { name: "Add 2 tasks" }).click();
  await expect(tasks(page)).toHaveText(["Milk", "Bread"]);
  await page.getByRole("button", { name: "Edit Milk" }).click();
  await page.getByLabel("Due date").fill("2020-02-29");
  await page.getByRole("textbox", { name: "Notes" }).fill("two litres");
  expect(await sent(page, /^PUT/, () => page.getByRole("button", { name: "Save" }).click())).toBe(200);
  await page.reload();
  await expect(page.getByText(/^Overdue: .*2020/)).toBeVisible();
  await expect(page.getByText("two litres")).toBeVisible();
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("button", { name: "Add" })).toBeHidden();
  await expect(page.getByText("two litres")).toBeVisible();
});

for (const look of [
  { name: "320 px, right to left", viewport: { width: 320, height: 640 }, locale: "ar", dir: "rtl" },
  // A window of 1280 by 1024 px, zoomed to four times.
  { name: "400 % zoom", viewport: { width: 320, height: 256 }, locale: "en-GB", dir: "ltr" },
  { name: "dark", colorScheme: "dark", locale: "de-AT", dir: "ltr" },
  { name: "forced colours", forcedColors: "active", locale: "en-GB", dir: "ltr" },
] as const) {
  test.describe(look.name, () => {
    const { name, dir, forcedColors, ...use } = { forcedColors: undefined, ...look };
    test.use({ ...use, contextOptions: forcedColors ? { forcedColors } : {} });

    test("the list and its dialogs are accessible and fit", async ({ page, stack, browser }) => {
      // Signed up in English, since the steps go by names.
      const english = await browser.newContext({ baseURL: stack.url, locale: "en-GB" });
      const first = await english.newPage();
      await register(first, stack, newEmail());
      await add(first, "Buy milk");
      await add(first, "averyveryverylongwordthatdoesnotfitanywhere".repeat(4));
      await add(first, "שלום עולם");
      const session = await first.evaluate(() => localStorage.getItem("todo.session"));
      await english.close();
      await page.addInitScript((kept) => localStorage.setItem("todo.session", kept ?? ""), session);
      await page.goto("/");
      await expect(page.getByRole("listitem").locator("p")).toHaveCount(3);
      await expect(page.locator("html")).toHaveAttribute("dir", dir);
      await isFit(page, `${name}: list`);
      await expect(page.getByRole("searchbox")).toHaveCSS("direction", dir);
      await page.getByRole("listitem").first().getByRole("button").first().click();
      await expect(page.getByRole("listitem").getByRole("textbox").first()).toBeFocused();
      await isFit(page, `${name}: edit`);
      await page.keyboard.press("Escape");
      await page.getByRole("listitem").first().getByRole("checkbox").click();
      await page.getByRole("listitem").last().getByRole("button").last().click();
      await expect(page.locator(".toast")).toBeVisible();
      await isFit(page, `${name}: a message`);
      await page.locator(".toolbar [aria-pressed]").click();
      await expect(page.locator(".selection")).toBeVisible();
      await isFit(page, `${name}: selection`);
      for (const at of [0, 1]) {
        await page.locator(".tools button").nth(at).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        await isFit(page, `${name}: dialog ${at}`);
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toHaveCount(0);
      }
    });
  });
}

test("text can be spaced out without being cut off", async ({ browser, stack }) => {
  const context = await browser.newContext({ baseURL: stack.url, viewport: { width: 320, height: 800 }, bypassCSP: true });
  const page = await context.newPage();
  await register(page, stack, newEmail());
  await add(page, "averyveryverylongwordthatdoesnotfitanywhere".repeat(2));
  await page.addStyleTag({
    content: "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }",
  });
  const cut = await page.evaluate(() => ({
    sideways: document.documentElement.scrollWidth > window.innerWidth,
    buttons: [...document.querySelectorAll("button, a:not(.account-name)")].filter((b) => b.scrollWidth > b.clientWidth + 1).length,
  }));
  expect(cut).toEqual({ sideways: false, buttons: 0 });
  await context.close();
});
