// How the list answers the hand: what each key, click and pause does to it.
import type { Locator, Page } from "@playwright/test";
import { add, openAccount, register, sent, tasks } from "./people.ts";
import { expect, newEmail, test } from "./stack.ts";

const field = (page: Page) => page.getByLabel("New task");
const editField = (page: Page) => page.getByRole("textbox", { name: "Edit task" });
const undo = (page: Page) => page.getByRole("button", { name: "Undo" });

test("Enter adds what was written, trimmed, and the field is ready for the next", async ({ page, stack }) => {
  await register(page, stack, newEmail());
  await add(page, "  Buy milk ");
  await expect(tasks(page)).toHaveText(["Buy milk"]);
  expect(await tasks(page).textContent()).toBe("Buy milk");
  await expect(field(page)).toHaveValue("");
  await expect(field(page)).toBeFocused();
  await expect(page.getByRole("status")).toHaveText(/1 task left/);
  await field(page).fill("   ");
  await field(page).press("Enter");
  await expect(tasks(page)).toHaveCount(1);
  await field(page).fill("x".repeat(1500));
  expect((await field(page).inputValue()).length).toBe(Number(await field(page).getAttribute("maxlength")));
});

test("an Enter that ends a word of an input method adds nothing", async ({ page, stack }) => {
  await register(page, stack, newEmail());
  const devtools = await page.context().newCDPSession(page);
  await field(page).focus();
  await devtools.send("Input.imeSetComposition", { text: "ぎゅう", selectionStart: 3, selectionEnd: 3 });
  // While it composes, the key belongs to the input method, and says so by its code.
  await devtools.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Enter", windowsVirtualKeyCode: 229 });
  await devtools.send("Input.dispatchKeyEvent", { type: "keyUp", key: "Enter", windowsVirtualKeyCode: 13 });
  await devtools.send("Input.insertText", { text: "牛乳" });
  await expect(field(page)).toHaveValue("牛乳");
  await expect(tasks(page)).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(tasks(page)).toHaveText(["牛乳"]);
});

test("a double click edits; leaving saves, Escape restores, and nothing is emptied unasked", async ({ page, stack }) => {
  await register(page, stack, newEmail());
  await add(page, "Buy milk");
  await add(page, "Call Ada");
  const open = async () => {
    await tasks(page).first().dblclick();
    await expect(editField(page)).toBeFocused();
  };
  await open();
  await editField(page).fill("Buy oat milk");
  expect(await sent(page, /^PUT/, () => field(page).click())).toBe(200);
  await expect(tasks(page)).toHaveText(["Buy oat milk", "Call Ada"]);

  await open();
  await editField(page).fill("something else");
  await page.keyboard.press("Escape");
  await expect(tasks(page)).toHaveText(["Buy oat milk", "Call Ada"]);
  await expect(page.getByRole("button", { name: "Edit Buy oat milk" })).toBeFocused();

  // Emptied and left, it stays as it was; emptied and sent, it asks.
  await open();
  await editField(page).fill("");
  await field(page).click();
  await expect(tasks(page)).toHaveText(["Buy oat milk", "Call Ada"]);
  await open();
  await editField(page).fill(" ");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("Do you want to delete it?");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(tasks(page)).toHaveText(["Call Ada"]);
  await expect(page.getByRole("checkbox", { name: "Call Ada" })).toBeFocused();
  await undo(page).click();
  await expect(tasks(page)).toHaveText(["Buy oat milk", "Call Ada"]);
});

test("an edit's buttons do what they say in Safari too, where a click does not focus them", async ({ page, stack }) => {
  await page.addInitScript(() => {
    window.addEventListener("mousedown", (event) => {
      const pressed = event.target instanceof Element ? event.target.closest("button") : null;
      if (!pressed) return;
      event.preventDefault();
      const around = pressed.parentElement?.closest<HTMLElement>("[tabindex]");
      if (around) around.focus();
      else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    });
  });
  await register(page, stack, newEmail());
  await add(page, "one");
  await add(page, "two");
  await page.getByRole("button", { name: "Edit two" }).click();
  await editField(page).fill("something else");
  await page.getByRole("button", { name: "Move up" }).click();
  await expect(editField(page)).toHaveValue("something else");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(editField(page)).toHaveCount(0);
  await expect(tasks(page)).toHaveText(["two", "one"]);
});

test("what is clicked below an open edit happens, although the edit closes and all moves up", async ({ page, stack }) => {
  await register(page, stack, newEmail());
  await add(page, "one");
  await add(page, "two");
  await page.getByRole("button", { name: "Edit one" }).click();
  await editField(page).fill("one more");
  await page.getByRole("checkbox", { name: "two" }).click();
  await expect(page.getByRole("checkbox", { name: "two" })).toBeChecked();
  await expect(tasks(page)).toHaveText(["one more", "two"]);
});

test("a long line of notes stays within the page while it is edited", async ({ page, stack }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await register(page, stack, newEmail());
  await add(page, "one");
  await page.getByRole("button", { name: "Edit one" }).click();
  await page.getByRole("textbox", { name: "Notes" }).fill("word ".repeat(200) + "letters".repeat(100));
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
});

test("what can be done with what is selected is in reach beside a message", async ({ page, stack }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await register(page, stack, newEmail());
  for (let n = 1; n <= 9; n++) await add(page, `task ${n}`);
  await page.route("**/item/*/done", (route) => route.fulfill({ status: 500, json: { message: "broken" } }));
  await page.getByRole("checkbox", { name: "task 1" }).click();
  const message = page.getByRole("alert");
  await expect(message).toContainText("was not completed");
  await page.getByRole("button", { name: "Select several" }).click();
  const selection = page.getByRole("region", { name: "Selected tasks" });
  await expect(selection).toBeVisible();
  const box = async (thing: Locator) => (await thing.boundingBox()) ?? { y: Number.NaN, height: 0 };
  const [above, below] = [await box(message.getByRole("button").first()), await box(selection)];
  expect(above.y + above.height).toBeLessThan(below.y);
  expect(below.y + below.height).toBeLessThan(640);
  await page.getByRole("button", { name: "Select all" }).click();
  await expect(page.getByText("9 selected")).toBeVisible();
});

test("a deletion can be undone for as long as somebody may be reading about it", async ({ page, stack }) => {
  await page.clock.install();
  await register(page, stack, newEmail());
  for (const text of ["one", "two", "three"]) await add(page, text);
  const remove = (text: string) => page.getByRole("button", { name: `Delete ${text}` }).click();
  const away = () => page.mouse.move(5, 5);
  const hidden = (hide: boolean) =>
    page.evaluate((hide) => {
      Object.defineProperty(document, "hidden", { value: hide, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hide);
  await remove("three");
  await expect(page.getByRole("checkbox", { name: "two" })).toBeFocused();
  await away();
  await page.clock.runFor(9_000);
  await undo(page).hover();
  await page.clock.runFor(60_000);
  await away();
  await undo(page).focus();
  await page.clock.runFor(60_000);
  await hidden(true);
  await field(page).focus();
  await page.clock.runFor(60_000);
  await hidden(false);
  await undo(page).click();
  await expect(tasks(page)).toHaveText(["one", "two", "three"]);

  await remove("one");
  await expect(undo(page)).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(tasks(page)).toHaveText(["one", "two", "three"]);
  await expect(undo(page)).toHaveCount(0);

  for (const text of ["one", "two", "three"]) await remove(text);
  await expect(field(page)).toBeFocused();
  await away();
  expect(await sent(page, /^DELETE/, () => page.clock.runFor(11_000))).toBe(200);
  await expect(undo(page)).toHaveCount(0);
});

test("what is done shows at once, before the server has answered", async ({ page, stack }) => {
  await register(page, stack, newEmail());
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route(/\/item(\/|$)/, async (route) => {
    await held;
    await route.continue();
  });
  await field(page).fill("Buy milk");
  await field(page).press("Enter");
  await page.getByRole("checkbox", { name: "Buy milk" }).click();
  await expect(page.getByRole("checkbox", { name: "Buy milk" })).toBeChecked();
  await expect(tasks(page)).toHaveCSS("text-decoration-line", "line-through");
  await expect(page.getByRole("link", { name: "Complete 1", exact: true })).toBeVisible();
  expect(await sent(page, /^POST .*\/done$/, async () => answer())).toBe(200);
});

test("a list on its way has a place kept for it, and one that does not come can be asked for again", async ({ page, stack }) => {
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const list = /\/item(\?|$)/;
  await page.route(list, async (route) => {
    await held;
    await route.fulfill({ status: 400, json: { message: "refused" } });
  });
  await register(page, stack, newEmail());
  await expect(page.locator(".skeleton")).toBeVisible();
  await expect(page.getByRole("status")).toContainText("Loading");
  answer();
  await expect(page.getByRole("alert")).toContainText("Your list could not be loaded");
  await page.unroute(list);
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(page.getByText("A clean page")).toBeVisible();
});

test("every key that the help names", async ({ page, stack }) => {
  await register(page, stack, newEmail());
  for (const text of ["one", "two", "three"]) await add(page, text);
  await page.keyboard.type("n/j1?"); // in a field they are letters
  await expect(field(page)).toHaveValue("n/j1?");
  await field(page).fill("");
  await page.keyboard.press("Tab");
  for (const [key, text] of [["j", "one"], ["ArrowDown", "two"], ["j", "three"], ["k", "two"], ["ArrowUp", "one"]]) {
    await page.keyboard.press(key ?? "");
    await expect(page.getByRole("checkbox", { name: text ?? "" })).toBeFocused();
  }
  await page.getByRole("button", { name: "Settings" }).focus();
  await page.keyboard.press("j"); // back to where the focus was
  await expect(page.getByRole("checkbox", { name: "one" })).toBeFocused();
  await page.keyboard.press("Space");
  for (const [key, name, shown] of [["3", "Complete", ["one"]], ["2", "Incomplete", ["two", "three"]], ["1", "All", ["one", "two", "three"]]] as const) {
    await page.keyboard.press(key);
    await expect(tasks(page)).toHaveText([...shown]);
    await expect(page.getByRole("link", { name: new RegExp(`^${name} `) })).toHaveAttribute("aria-current", "page");
  }
  await page.keyboard.press("/");
  await expect(field(page)).toBeFocused();
  // The help is in the same place on every page.
  const place = await page.getByRole("button", { name: "Keyboard help" }).boundingBox();
  await openAccount(page);
  expect(await page.getByRole("button", { name: "Keyboard help" }).boundingBox()).toEqual(place);
  await page.getByRole("button", { name: "Keyboard help" }).click();
  await expect(page.getByRole("dialog", { name: "Keyboard help" })).toBeVisible();
});
