// What is done without a network, or over one that loses answers, arrives: once, and in order.
import type { Page } from "@playwright/test";
import { type FlakyNetwork, shellIsKept, testOverNetwork as test } from "./flaky.ts";
import { add, register, signIn, signOut, tasks } from "./people.ts";
import { expect, newEmail, type Stack } from "./stack.ts";

/** How often the walk under the failing network is repeated. */
const runs = Number(process.env["RUNS"] ?? 3);
const portion = 25;

test.describe.configure({ mode: "serial" });

async function goOffline(page: Page, network: FlakyNetwork) {
  network.down = true;
  await page.context().setOffline(true);
}

async function goOnline(page: Page, network: FlakyNetwork) {
  network.down = false;
  await page.context().setOffline(false);
}

/** Writes a task without waiting for the server. */
async function write(page: Page, text: string) {
  await page.getByLabel("New task").fill(text);
  await page.getByLabel("New task").press("Enter");
  await expect(tasks(page).filter({ hasText: text })).toHaveCount(1);
}

/** The keys of what the browser keeps: [owner, kind, …]. */
async function kept(page: Page): Promise<string[][]> {
  return page.evaluate(async () => {
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((found, failed) => {
        request.onsuccess = () => found(request.result);
        request.onerror = () => failed(request.error);
      });
    const db = await answer(indexedDB.open("todo"));
    const keys = await answer(db.transaction("lists").objectStore("lists").getAllKeys());
    db.close();
    return keys as string[][];
  });
}

/** Waits until every change has been answered. */
async function nothingWaits(page: Page) {
  await expect.poll(async () => (await kept(page)).filter(([, kind]) => kind === "wish")).toEqual([]);
  await expect(page.getByText(/kept here/)).toHaveCount(0);
}

/** The list as a browser sees it that has kept nothing of it. */
async function fresh(page: Page, stack: Stack, email: string): Promise<Page> {
  const context = await page.context().browser()?.newContext({ baseURL: stack.url });
  if (!context) throw new Error("no browser");
  const other = await context.newPage();
  await other.goto("/");
  await signIn(other, email);
  return other;
}

test("what a portal answers in the server's place is not taken for its word", async ({ page, stack, network }) => {
  const email = newEmail();
  await register(page, stack, email);
  await add(page, "Buy milk");
  await shellIsKept(page);
  network.portal = true;
  await page.reload();
  await expect(tasks(page)).toHaveText(["Buy milk"]);
  await write(page, "Call Ada");
  await expect(page.getByText("1 change is kept here and will be sent.")).toBeVisible();
  await page.reload();
  await expect(tasks(page)).toHaveText(["Buy milk", "Call Ada"]);
  network.portal = false;
  await page.reload();
  await nothingWaits(page);
  const elsewhere = await fresh(page, stack, email);
  await expect(tasks(elsewhere)).toHaveText(["Buy milk", "Call Ada"]);
  await elsewhere.context().close();
});

test("offline, the list can be used, and says what waits; back online it is sent in order", async ({
  page,
  stack,
  network,
}) => {
  await register(page, stack, newEmail());
  await add(page, "Buy milk");
  await shellIsKept(page);
  await goOffline(page, network);
  await expect(page.getByText("You are offline.", { exact: false }).first()).toBeVisible();
  await write(page, "one");
  await write(page, "two");
  await page.getByRole("checkbox", { name: "Buy milk" }).click();
  await expect(page.getByText("3 changes are kept here and will be sent.")).toBeVisible();

  await page.reload();
  await expect(page.getByText("3 changes are kept here and will be sent.")).toBeVisible();
  await expect(tasks(page)).toHaveText(["Buy milk", "one", "two"]);
  await expect(page.getByRole("checkbox", { name: "Buy milk" })).toBeChecked();

  network.seen.length = 0;
  await goOnline(page, network);
  await nothingWaits(page);
  const posts = () => network.seen.filter((call) => call.startsWith("POST")).map((call) => call.split("/").at(-1));
  await expect.poll(posts).toEqual(["item", "item", "done"]);
  await page.reload();
  await expect(tasks(page)).toHaveText(["Buy milk", "one", "two"]);
  await expect(page.getByRole("checkbox", { name: "Buy milk" })).toBeChecked();
});

// In portions, each with a list of its own: a long list draws a part of its rows only.
for (let first = 1; first <= runs; first += portion) {
  const last = Math.min(first + portion - 1, runs);
  test(`written offline, reloaded offline, sent while answers are lost: nothing is lost or doubled, ${first} to ${last}`, async ({
    page,
    stack,
    network,
  }) => {
    test.setTimeout(120_000 + portion * 30_000);
    const email = newEmail();
    await register(page, stack, email);
    await add(page, "Buy milk");
    await shellIsKept(page);
    const wanted = ["Buy milk"];
    network.dropping = true;
    for (let run = first; run <= last; run++) {
      await goOffline(page, network);
      for (const text of [`run ${run} first`, `run ${run} second`]) {
        await write(page, text);
        wanted.push(text);
      }
      await page.getByRole("checkbox", { name: `run ${run} first` }).click();
      await page.reload();
      await expect(tasks(page)).toHaveText(wanted);
      await expect(page.getByRole("checkbox", { name: `run ${run} first` })).toBeChecked();
      await goOnline(page, network);
      await nothingWaits(page);
      await expect(tasks(page)).toHaveText(wanted);
    }
    network.dropping = false;
    const other = await fresh(page, stack, email);
    await expect(tasks(other)).toHaveText(wanted);
    await expect(other.getByRole("link", { name: /^Complete/ })).toHaveText(`Complete ${last - first + 1}`);
    await other.context().close();
  });
}

test("each kind of change is made once, whichever answers are lost", async ({ page, stack, network }) => {
  const email = newEmail();
  await register(page, stack, email);
  network.dropping = true;
  const wanted = [];
  for (let n = 1; n <= 4; n++) {
    const text = `thing ${n}`;
    await write(page, text);
    await page.getByRole("button", { name: `Edit ${text}` }).click();
    await page.getByRole("textbox", { name: "Edit task" }).press("End");
    await page.getByRole("textbox", { name: "Edit task" }).pressSequentially("!");
    await page.getByRole("textbox", { name: "Edit task" }).press("Enter");
    await page.getByRole("checkbox", { name: `${text}!` }).click();
    await write(page, `gone ${n}`);
    await page.getByRole("button", { name: `Delete gone ${n}` }).click();
    await page.getByRole("button", { name: "Dismiss" }).click();
    wanted.push(`${text}!`);
  }
  await nothingWaits(page);
  await expect(page.getByRole("alert")).toHaveCount(0);
  network.dropping = false;
  const other = await fresh(page, stack, email);
  await expect(tasks(other)).toHaveText(wanted);
  for (const text of wanted) await expect(other.getByRole("checkbox", { name: text })).toBeChecked();
  await other.context().close();
});

test("a server that is out of reach is tried again, at once if one likes", async ({ page, stack, network }) => {
  await register(page, stack, newEmail());
  network.down = true;
  await write(page, "Buy milk");
  await expect(page.getByText("The server cannot be reached. 1 change is kept here")).toBeVisible();
  network.down = false;
  await page.getByRole("button", { name: "Try now" }).click();
  await nothingWaits(page);
  await expect.poll(() => network.seen.filter((call) => call.startsWith("POST"))).toHaveLength(1);
});

test("signing out with something unsent asks first; what is left behind is nothing", async ({
  page,
  stack,
  network,
}) => {
  const email = newEmail();
  await register(page, stack, email);
  await add(page, "Buy milk");
  await goOffline(page, network);
  await write(page, "not sent");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "1 change has not been saved" })).toBeVisible();
  await page.getByRole("button", { name: "To your list" }).click();
  await expect(tasks(page)).toHaveText(["Buy milk", "not sent"]);
  await goOnline(page, network);
  await nothingWaits(page);
  await signOut(page);
  expect(await kept(page)).toEqual([]);
  const stored = await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]);
  expect(stored).toEqual([]);
  await signIn(page, email);
  await expect(tasks(page)).toHaveText(["Buy milk", "not sent"]);
});
