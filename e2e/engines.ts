// The main way through the app, in the engines that the other tests do not use.
import { expect, newEmail, password, test } from "./stack.ts";
import { Browser, engines, keys, lacking } from "./webdriver.ts";

for (const engine of engines) {
  test(`an account and its list, in ${engine.name}`, async ({ stack }) => {
    const lack = lacking(engine);
    test.skip(lack !== undefined, lack);
    const browser = await Browser.open(engine);
    const shows = (...texts: string[]) => {
      const tasks = "return [...document.querySelectorAll('[data-task] .text')].map((text) => text.textContent)";
      return expect.poll(() => browser.run(tasks).catch(() => [])).toEqual(texts);
    };
    const add = async (text: string) => {
      await browser.fill("New task", text);
      await browser.press(keys.enter);
    };
    const signIn = async (secret: string) => {
      await browser.fill("E-mail address", email);
      await browser.fill("Password", secret);
      await browser.click("Sign in");
    };
    const email = newEmail();
    try {
      await browser.goto(stack.url);
      await browser.click("Create account");
      await browser.sees("Create your account");
      await browser.fill("E-mail address", email);
      await browser.fill("Password", password);
      await browser.click("Create account");
      await browser.sees("Confirm your account");
      await browser.fill("Code", await stack.code(email));
      await browser.click("Confirm");
      await browser.sees("A clean page");

      for (const text of ["one", "two", "three"]) await add(text);
      await shows("one", "two", "three");
      await browser.click("Edit two");
      await browser.fill("Edit task", "two more");
      await browser.fill("Notes", "in the evening");
      await browser.click("one"); // what is clicked besides saves the edit, and is done
      await browser.sees("in the evening");
      await browser.click("Incomplete…");
      await shows("two more", "three");
      await browser.click("Delete three");
      await shows("two more");
      await browser.click("Undo");
      await browser.click("All…");
      await shows("one", "two more", "three");
      await browser.press("k");
      await browser.press(keys.alt, keys.up);
      await shows("one", "three", "two more");
      await browser.press("f");
      await browser.fill("Search", "more");
      await shows("two more");
      await browser.fill("Search", "e");
      await shows("one", "three", "two more");
      await browser.click("Select several");
      await browser.click("Select three");
      await browser.sees("1 selected");
      await browser.click("Done");

      await browser.resize(320, 700);
      for (const language of ["ar", "en"]) {
        await browser.run("localStorage.setItem('todo.language', arguments[0])", language);
        await browser.reload();
        await shows("one", "three", "two more");
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
      await shows("one", "three", "two more");
      await add("without a server");
      await browser.sees("1 change is kept here");
      await browser.reload();
      await shows("one", "three", "two more", "without a server");
      await stack.start(`127.0.0.1:${port}`);
      await browser.click("Try now");
      await expect.poll(() => browser.run("return document.body.innerText")).not.toContain("kept here");

      await browser.click("Sign out");
      await browser.sees("Write it down");
      await browser.click("Sign in");
      await signIn("Wrong-Horse-8");
      await browser.sees("Incorrect username or password.");
      await signIn(password);
      await shows("one", "three", "two more", "without a server");
    } finally {
      await browser.close();
    }
  });
}
