// Browsers by W3C WebDriver, which every engine speaks.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { misfits, rules } from "./fit.ts";
import { freePort } from "./flaky.ts";

/** A browser engine: the program that drives it, and what to ask it for. */
export interface Engine {
  name: string;
  driver: string;
  capabilities: object;
}

/** Where Firefox puts what it downloads. */
export const downloads = mkdtempSync(join(tmpdir(), "todo-e2e-"));
process.on("exit", () => rmSync(downloads, { recursive: true }));

const miniBrowser = readdirSync("/usr/lib")
  .map((dir) => `/usr/lib/${dir}/webkit2gtk-4.1/MiniBrowser`)
  .find((path) => existsSync(path));

export const engines: Engine[] = [
  {
    name: "Firefox",
    driver: "geckodriver",
    capabilities: {
      browserName: "firefox",
      "moz:firefoxOptions": {
        args: ["-headless"],
        prefs: {
          "browser.download.folderList": 2,
          "browser.download.dir": downloads,
          // A fine pointer that can hover: without a display Firefox takes the machine to have none.
          "ui.primaryPointerCapabilities": 6,
          "ui.allPointerCapabilities": 6,
        },
      },
    },
  },
  {
    name: "WebKitGTK",
    driver: "WebKitWebDriver",
    capabilities: {
      browserName: "MiniBrowser",
      "webkitgtk:browserOptions": { binary: miniBrowser, args: ["--automation"] },
    },
  },
];

/** What this machine lacks for an engine, if anything. */
export function lacking({ name, driver }: Engine): string | undefined {
  try {
    execFileSync("/bin/sh", ["-c", 'command -v "$0"', driver]);
  } catch {
    return `${driver} is not installed`;
  }
  return name === "WebKitGTK" && !process.env["DISPLAY"] ? "WebKitGTK needs a display: xvfb-run" : undefined;
}

export const keys = {
  enter: "\uE007",
  escape: "\uE00C",
  control: "\uE009",
  alt: "\uE00A",
  up: "\uE013",
  right: "\uE014",
};

const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");

const reference = "element-6066-11e4-a52e-4f735466cecf";
type Element = { [reference]: string };

/** One window. Controls go by the names that people know them by, and are waited for. */
export class Browser {
  private session = "";

  private constructor(
    private readonly address: string,
    private readonly end: () => void,
  ) {}

  static async open({ driver, capabilities }: Engine): Promise<Browser> {
    const port = await freePort();
    const child = spawn(driver, [`--port=${port}`], { stdio: "ignore" });
    const browser = new Browser(`http://127.0.0.1:${port}`, () => child.kill());
    const ready = () => fetch(`${browser.address}/status`).then(({ ok }) => ok, () => false);
    await expect.poll(ready, `${driver} at work`).toBe(true);
    const { sessionId } = await browser.call<{ sessionId: string }>("POST", "", {
      capabilities: { alwaysMatch: capabilities },
    });
    browser.session = `/${sessionId}`;
    return browser;
  }

  async close(): Promise<void> {
    await this.call("DELETE", "");
    this.end();
  }

  async goto(url: string): Promise<void> {
    await this.call("POST", "/url", { url });
  }

  /** Loads the page anew as a person does: WebDriver's own command goes past the service worker in Firefox. */
  async reload(): Promise<void> {
    await this.run("window.before = true; location.reload()");
    await expect.poll(() => this.run("return !window.before").catch(() => false)).toBe(true);
  }

  async resize(width: number, height: number): Promise<void> {
    await this.call("POST", "/window/rect", { width, height });
  }

  /** Runs the body of a function in the page. */
  run<T>(script: string, ...args: unknown[]): Promise<T> {
    return this.call("POST", "/execute/sync", { script, args });
  }

  async click(name: string): Promise<void> {
    let found: Element | null = null;
    const look = async () => {
      found = await this.run<Element | null>(finding, name).catch(() => null);
      return found !== null;
    };
    await expect.poll(look, `a control named ${name}`).toBe(true);
    // WebKit's driver clicks where the control is, in the window or not.
    await this.run("arguments[0].scrollIntoView({ block: 'nearest' })", found);
    await this.call("POST", `/element/${(found as unknown as Element)[reference]}/click`);
  }

  /** Types in place of what a field holds. */
  async fill(name: string, text: string): Promise<void> {
    await this.click(name);
    await this.press(keys.control, "a");
    for (const character of text) await this.press(character === "\n" ? keys.enter : character);
  }

  /** Presses keys, all at once, wherever the focus is. */
  async press(...pressed: string[]): Promise<void> {
    const actions = [
      ...pressed.map((value) => ({ type: "keyDown", value })),
      ...pressed.toReversed().map((value) => ({ type: "keyUp", value })),
    ];
    await this.call("POST", "/actions", { actions: [{ type: "key", id: "keys", actions }] });
  }

  /** Drags the centre of one element to the upper edge of another, by their selectors. */
  async drag(from: string, to: string): Promise<void> {
    const move = (selector: string, at: number, duration: number) =>
      this.run<{ x: number; y: number }>(
        `const { left, top, width, height } = document.querySelector(arguments[0]).getBoundingClientRect();
         return { x: Math.round(left + width / 2), y: Math.round(top + height * arguments[1]) };`,
        selector,
        at,
      ).then((point) => ({ type: "pointerMove", duration, ...point }));
    const actions = [
      await move(from, 0.5, 0),
      { type: "pointerDown", button: 0 },
      await move(to, 0.1, 100),
      { type: "pointerUp", button: 0 },
    ];
    await this.call("POST", "/actions", { actions: [{ type: "pointer", id: "mouse", actions }] });
  }

  /** Fails unless the page, as it stands, is accessible and fits, as fit.ts has it for Chromium. */
  async isFit(name: string): Promise<void> {
    await expect.poll(() => this.run("return document.getAnimations().length")).toBe(0);
    const violations = await this.call("POST", "/execute/async", {
      script: `${axe}; const [rules, done] = arguments;
        axe.run({ runOnly: rules }).then(({ violations }) => done(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])), (error) => done(String(error)));`,
      args: [rules],
    });
    expect(violations, name).toEqual([]);
    expect(await this.run(`return (${misfits})()`), name).toEqual({ sideways: 0, small: [] });
  }

  /** Waits until the page says something. */
  async sees(text: string): Promise<void> {
    await expect.poll(() => this.run("return document.body.innerText").catch(() => "")).toContain(text);
  }

  private async call<T>(method: string, path: string, body: object = {}): Promise<T> {
    const answer = await fetch(`${this.address}/session${this.session}${path}`, {
      method,
      headers: { "Content-Type": "application/json" },
      body: method === "POST" ? JSON.stringify(body) : null,
    });
    const { value } = (await answer.json()) as { value: T & { error?: string; message?: string } };
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }
}

// The control of that name, or whose name begins so if it ends in an ellipsis, if it can be seen.
const finding = `
  const [wanted] = arguments;
  const named = (control) => {
    const by = document.getElementById(control.getAttribute("aria-labelledby"));
    const text = control.getAttribute("aria-label") ?? (by ?? control.labels?.[0] ?? control).textContent;
    const name = text.replace(/\\s+/g, " ").trim();
    return wanted.endsWith("…") ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
  };
  return [...document.querySelectorAll("button, a, input, textarea, select")]
    .find((control) => control.checkVisibility() && named(control)) ?? null;
`;
