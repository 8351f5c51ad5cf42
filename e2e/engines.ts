// The main ways through the app, in the engines that the other tests do not use.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, newEmail, password, type Stack, test } from "./stack.ts";
import { Browser, downloads, engines, keys, lacking } from "./webdriver.ts";

/** Signs up, confirms and ends in the app; `look` sees each page on the way. */
async function register(browser: Browser, stack: Stack, email: string, look = async (_page: string) => {}) {
  await browser.goto(stack.url);
  await browser.sees("Write it down");
  await look("welcome");
  await browser.click("Create account");
  await browser.sees("Create your account");
  await look("sign-up");
  await browser.fill("E-mail address", email);
  await browser.fill("Password", password);
  await browser.click("Create account");
  await browser.sees("Confirm your account");
  await look("confirm");
  await browser.fill("Code", await stack.code(email));
  await browser.click("Confirm");
  await browser.sees("A clean page");
  await look("an empty list");
}

/** Waits until these are the tasks in the list. */
function shows(browser: Browser, texts: string[]) {
  const tasks = "return [...document.querySelectorAll('[data-task] .text')].map((text) => text.textContent)";
  return expect.poll(() => browser.run(tasks).catch(() => [])).toEqual(texts);
}

async function add(browser: Browser, text: string) {
  await browser.fill("New task", text);
  await browser.press(keys.enter);
}

for (const engine of engines) {
  test(`an account and its list, in ${engine.name}`, async ({ stack }) => {
    const lack = lacking(engine);
    test.skip(lack !== undefined, lack);
    const browser = await Browser.open(engine);
    const signIn = async (secret: string) => {
      await browser.fill("E-mail address", email);
      await browser.fill("Password", secret);
      await browser.click("Sign in");
    };
    const email = newEmail();
    try {
      await register(browser, stack, email);
      for (const text of ["one", "two", "three"]) await add(browser, text);
      await shows(browser, ["one", "two", "three"]);
      await browser.click("Edit two");
      await browser.fill("Edit task", "two more");
      await browser.fill("Notes", "in the evening");
      await browser.click("one"); // what is clicked besides saves the edit, and is done
      await browser.sees("in the evening");
      await browser.click("Incomplete…");
      await shows(browser, ["two more", "three"]);
      await browser.click("Delete three");
      await shows(browser, ["two more"]);
      await browser.click("Undo");
      await browser.click("All…");
      await shows(browser, ["one", "two more", "three"]);
      await browser.press("k");
      await browser.press(keys.alt, keys.up);
      await shows(browser, ["one", "three", "two more"]);
      await browser.press("f");
      await browser.fill("Search", "more");
      await shows(browser, ["two more"]);
      await browser.fill("Search", "e");
      await shows(browser, ["one", "three", "two more"]);
      await browser.click("Select several");
      await browser.click("Select three");
      await browser.sees("1 selected");
      await browser.click("Done");

      await browser.resize(320, 700);
      for (const language of ["ar", "en"]) {
        await browser.run("localStorage.setItem('todo.language', arguments[0])", language);
        await browser.reload();
        await shows(browser, ["one", "three", "two more"]);
        const { scrollWidth, clientWidth } = await browser.run<Record<string, number>>(
          "const { scrollWidth, clientWidth } = document.documentElement; return { scrollWidth, clientWidth }",
        );
        expect(scrollWidth).toBe(clientWidth);
      }
      await browser.resize(1024, 768);
      await browser.click("Your account…");
      await browser.sees("Sessions");
      await browser.click("Back to your list");

      const port = new URL(stack.url).port;
      await stack.stop();
      await browser.reload();
      await shows(browser, ["one", "three", "two more"]);
      await add(browser, "without a server");
      await browser.sees("1 change is kept here");
      await browser.reload();
      await shows(browser, ["one", "three", "two more", "without a server"]);
      await stack.start(`127.0.0.1:${port}`);
      await browser.click("Try now");
      await expect.poll(() => browser.run("return document.body.innerText")).not.toContain("kept here");

      await browser.click("Sign out");
      await browser.sees("Write it down");
      await browser.click("Sign in");
      await signIn("Wrong-Horse-8");
      await browser.sees("Incorrect username or password.");
      await signIn(password);
      await shows(browser, ["one", "three", "two more", "without a server"]);
    } finally {
      await browser.close();
    }
  });

  test(`every page fits, and more ways to change the list, in ${engine.name}`, async ({ stack }) => {
    const lack = lacking(engine);
    test.skip(lack !== undefined, lack);
    const browser = await Browser.open(engine);
    try {
      await browser.resize(320, 700); // or as narrow as it can be
      await register(browser, stack, newEmail(), (page) => browser.isFit(page));

      await add(browser, "one");
      await browser.click("Edit one");
      await browser.fill("Notes", "- milk\n- bread");
      await browser.isFit("an edit");
      await browser.press(keys.control, "a");
      await browser.press(keys.control, "c");
      await browser.press(keys.escape);
      await browser.click("New task");
      await browser.press(keys.control, "v");
      await browser.sees("Several lines were pasted.");
      await browser.isFit("pasted lines");
      await browser.click("Add 2 tasks");
      await shows(browser, ["one", "milk", "bread"]);

      await browser.click("Edit milk");
      await browser.run("document.querySelector('[type=date]').focus()");
      for (const key of [keys.up, keys.right, keys.up, keys.right, keys.up]) await browser.press(key);
      const day = await browser.run("return document.querySelector('[type=date]').value");
      expect(day).toMatch(/^\d{4}-\d\d-\d\d$/);
      await browser.click("Save");
      await expect.poll(() => browser.run("return document.querySelector('time')?.dateTime")).toBe(day);

      await browser.click("Edit bread");
      for (const _ of [1, 2]) await browser.click("Move up");
      await browser.click("Cancel");
      await shows(browser, ["bread", "one", "milk"]);
      await browser.resize(1024, 768);
      await browser.drag("[data-task]:nth-child(3) .grip", "[data-task]");
      await shows(browser, ["milk", "bread", "one"]);
      await browser.resize(320, 700);
      await browser.isFit("the list");

      await browser.click("Delete one");
      await browser.click("Select several");
      await browser.click("Select milk");
      await browser.sees("1 selected");
      await browser.isFit("a message and a selection");
      await browser.click("Done");
      for (const dialog of ["Keyboard help", "Settings"]) {
        await browser.click(dialog);
        await browser.sees(dialog);
        await browser.isFit(dialog);
        await browser.press(keys.escape);
      }

      await browser.click("Your account…");
      await browser.sees("This session");
      await browser.isFit("the account");
      await browser.click("Download");
      await browser.sees("on its way to your downloads");
      if (engine.name === "Firefox") {
        await expect.poll(() => readdirSync(downloads).filter((name) => name.endsWith(".json"))).toHaveLength(1);
        const [file = ""] = readdirSync(downloads);
        expect(readFileSync(join(downloads, file), "utf8")).toContain('"milk"');
      }
      await browser.click("Sign out");
      await browser.click("Sign in");
      await browser.sees("Forgot your password?");
      await browser.isFit("sign-in");
      await browser.click("Forgot your password?");
      await browser.sees("Send a code");
      await browser.isFit("a forgotten password");
    } finally {
      await browser.close();
    }
  });
}
