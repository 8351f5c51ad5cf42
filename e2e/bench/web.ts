// How fast the app is on a slow device: its loads, and work in a list of 10,000. RUNS is how often each is measured.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext } from "@playwright/test";
import { register } from "../people.ts";
import { expect, newEmail, type Stack, testWith } from "../stack.ts";
import { type Measure, Report } from "./report.ts";
import { type Load, Visit } from "./visit.ts";

const test = testWith((template) => template, "--parameter", "ThrottlingRateLimit=10000");
const runs = Number(process.env["RUNS"] ?? 5);
const slow = { cpu: 4, slow4G: true };
/** As slow, but next to the server: what is measured is the work of the page. */
const near = { cpu: 4, slow4G: false };

const phone = {
  viewport: { width: 412, height: 839 },
  deviceScaleFactor: 2.625,
  isMobile: true,
  hasTouch: true,
};

const report = new Report();

type Person = Awaited<ReturnType<typeof newPerson>>;

/** Signs somebody up. Returns their name at the server, and a browser in which they are signed in. */
async function newPerson(browser: Browser, stack: Stack) {
  const email = newEmail();
  const context = await browser.newContext({ baseURL: stack.url });
  await register(await context.newPage(), stack, email);
  const state = await context.storageState();
  await context.close();
  const pool = ["--endpoint", `${stack.url}/auth/`, "--data", stack.data];
  const list = execFileSync("../bin/todo", ["users", "list", "--output", "json", ...pool], {
    encoding: "utf8",
  });
  const { Users: users } = JSON.parse(list) as {
    Users: { Username: string; Attributes: { Name: string; Value: string }[] }[];
  };
  const user = users.find(({ Attributes }) => Attributes.some(({ Value }) => Value === email));
  expect(user, "the account").toBeDefined();
  return { owner: user?.Username ?? "", state };
}

/** Puts items into the store of a stack, which stops for it. */
async function fill(stack: Stack, amounts: [Person, number][]) {
  const address = new URL(stack.url).host;
  await stack.stop();
  let id = 0;
  const lines = amounts.flatMap(([{ owner }, amount]) =>
    Array.from({ length: amount }, (_, n) => {
      id += 1;
      return `${JSON.stringify({
        id: `01900000-0000-7000-8000-${String(id).padStart(12, "0")}`,
        "cognito-username": owner,
        item: `task ${n} of the many things that one means to do`,
        completed: n % 5 === 0,
        creation_date: "2026-01-01T00:00:00.000Z",
        lastupdate_date: "2026-01-01T00:00:00.000Z",
        version: 1,
      })}\n`;
    }),
  );
  const sha256 = createHash("sha256").update(lines.join("")).digest("hex");
  const file = join(stack.data, "items.jsonl");
  writeFileSync(file, `${lines.join("")}${JSON.stringify({ end: { items: lines.length, sha256 } })}\n`);
  execFileSync("../bin/todo", ["items", "import", file, "--data", stack.data]);
  await stack.start(address);
}

/** A browser that has never been here, but for what it knows of a person. */
async function freshly<T>(
  browser: Browser,
  person: Person | undefined,
  use: (context: BrowserContext) => Promise<T>,
) {
  const context = await browser.newContext({ ...phone, ...(person && { storageState: person.state }) });
  try {
    return await use(context);
  } finally {
    await context.close();
  }
}

interface Limits {
  largestPaint?: number;
  rows?: number;
  blocked?: number;
}

function note(of: string, load: Load, limits: Limits) {
  const add = (measure: Omit<Measure, "of">, value: number) => report.add({ of, ...measure }, value);
  add({ what: "first paint", unit: "ms" }, load.firstPaint);
  add({ what: "largest paint", unit: "ms", limit: limits.largestPaint }, load.largestPaint);
  if (load.rows !== undefined) add({ what: "rows shown", unit: "ms", limit: limits.rows }, load.rows);
  add({ what: "blocked", unit: "ms", limit: limits.blocked }, load.blocked);
  add({ what: "requests", unit: "" }, load.requests);
  add({ what: "bytes", unit: "kB" }, load.bytes);
}

async function noteShift(of: string, visit: Visit) {
  report.add({ of, what: "layout shift", unit: "", limit: 0.01 }, await visit.shift());
}

test("the web app", async ({ browser, stack }) => {
  const some = await newPerson(browser, stack);
  const many = await newPerson(browser, stack);
  await fill(stack, [
    [some, 50],
    [many, 10_000],
  ]);
  for (let run = 0; run < runs; run++) {
    await freshly(browser, undefined, async (context) => {
      const of = "welcome, first visit";
      const visit = await Visit.begin(context, slow);
      note(of, await visit.load(stack.url, ".welcome button"), { largestPaint: 1_800 });
      await noteShift(of, visit);
    });

    await freshly(browser, some, async (context) => {
      let of = "list of 50, first visit";
      let visit = await Visit.begin(context, slow);
      note(of, await visit.load(stack.url, "[data-task]"), { largestPaint: 2_800, rows: 2_800 });
      await noteShift(of, visit);
      await visit.page.evaluate(() => navigator.serviceWorker.ready);
      await visit.page.close();

      of = "list of 50, next visit";
      visit = await Visit.begin(context, slow);
      const load = await visit.load(stack.url, "[data-task]");
      expect(load.serviceWorker, "the app comes from the service worker").toBe(true);
      note(of, load, { largestPaint: 1_000, rows: 1_000 });
      await noteShift(of, visit);
    });

    await freshly(browser, many, async (context) => {
      const of = "list of 10,000";
      const visit = await Visit.begin(context, near);
      // Each run adds one.
      note(of, await visit.load(stack.url, `[aria-setsize="${10_000 + run}"]`), { blocked: 150 });
      await work(of, visit);
      await noteShift(of, visit);
    });
  }
  const about = {
    browser: `Chromium ${browser.version()}`,
    runs,
    device: "a phone of 412 × 839, processor slowed down 4 times",
    network: "slow 4G as Lighthouse applies it: 562.5 ms a request, 1.47 Mbit/s; none for the list of 10,000",
  };
  console.log(`\n${report.write("../bench/results", about)}`);
});

/** Does in a list of 10,000 what people do, by a pointer and keys. */
async function work(of: string, visit: Visit) {
  const { page } = visit;
  const all: number[] = [];
  const measure = async (what: string, act: () => Promise<void>) => {
    const durations = await visit.interactions(act);
    expect(durations, what).not.toEqual([]);
    all.push(...durations);
    report.add({ of, what: `${what}, slowest`, unit: "ms", limit: 200 }, Math.max(...durations));
  };

  const boxes = (await page.locator(".tick").all()).slice(0, 6);
  const ticked = () => Promise.all(boxes.map((box) => box.isChecked()));
  const before = await ticked();
  await measure("tick", async () => {
    for (const box of boxes) {
      const at = await box.boundingBox();
      await page.mouse.click((at?.x ?? 0) + 5, (at?.y ?? 0) + 5);
      await drawn(visit);
    }
  });
  expect(await ticked(), "all of them ticked").toEqual(before.map((checked) => !checked));
  await measure("search", async () => {
    await page.getByRole("searchbox").click();
    await press(visit, ..."task 777");
    await press(visit, ...Array<string>(8).fill("Backspace"));
  });
  const added = page.waitForResponse((r) => r.url().endsWith("/item") && r.request().method() === "POST");
  await measure("add", async () => {
    await page.getByLabel("New task").click();
    await press(visit, ..."Buy milk on the way home", "Enter");
  });
  await added;
  await page.getByRole("heading", { level: 1 }).focus();
  await measure("walk by keys", () => press(visit, ...Array<string>(30).fill("j")));
  const frame = await visit.frames(async () => {
    for (let n = 0; n < 20; n++) {
      await page.mouse.wheel(0, 2_000);
      await drawn(visit);
    }
  });
  report.add({ of, what: "scrolling, longest frame", unit: "ms" }, frame);
  const slowestFirst = all.toSorted((a, b) => b - a);
  const p98 = slowestFirst[Math.floor(all.length / 50)] ?? Number.NaN;
  report.add({ of, what: "interactions, 98 of 100 within", unit: "ms", limit: 200 }, p98);
}

async function press(visit: Visit, ...keys: string[]) {
  for (const key of keys) {
    await visit.page.keyboard.press(key);
    await drawn(visit);
  }
}

/** A moment for the page to draw, as between the keys of a person. */
async function drawn(visit: Visit) {
  await visit.page.evaluate(() => new Promise((next) => requestAnimationFrame(() => setTimeout(next))));
}
