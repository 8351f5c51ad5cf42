import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openKeep } from "../features/tasks/keep.ts";
import { network } from "../testing/network.ts";
import { keepSession, SignInServer } from "../testing/sign-in-server.ts";
import { idOf, TaskServer } from "../testing/task-server.ts";
import { begin } from "./beginning.ts";
import { boot } from "./boot.tsx";

const settings = {
  APP_API_URL: "http://api.test/prod",
  APP_ISSUER: "http://auth.test/local_abc123",
  APP_AUTH_URL: "http://auth.test",
  APP_CLIENT_ID: "client",
};
const configAt = "*/config.json";
const navigate = vi.fn<(address: string) => void>();

/** Opens the app at a path, as a browser would. */
async function open(path: string) {
  history.replaceState(null, "", path);
  const page = render(await boot(begin(), navigate));
  return page;
}

/** The address that the app leaves for. */
async function left(): Promise<URL> {
  const [address] = await vi.waitUntil(() => navigate.mock.lastCall);
  return new URL(address);
}

beforeEach(() => {
  navigate.mockReset();
  network.use(http.get(configAt, () => HttpResponse.json(settings)));
});

describe("without settings of use, the app says what is wrong", () => {
  it.each([
    ["the server is gone", () => HttpResponse.error(), "The server did not answer."],
    [
      "the server fails",
      () => new HttpResponse("", { status: 502 }),
      "/config.json: the server answered 502.",
    ],
    ["a page in place of the file", () => HttpResponse.html("<!doctype html>"), "/config.json is not JSON."],
    [
      "a file cut short",
      () => new HttpResponse("{", { headers: { "Content-Type": "application/json" } }),
      "/config.json is not valid JSON.",
    ],
    ["a list", () => HttpResponse.json([]), "/config.json: APP_API_URL is missing."],
    [
      "a setting left out",
      () => HttpResponse.json({ ...settings, APP_CLIENT_ID: undefined }),
      "/config.json: APP_CLIENT_ID is missing.",
    ],
    [
      "a setting of another type",
      () => HttpResponse.json({ ...settings, APP_ISSUER: 7 }),
      "/config.json: APP_ISSUER is missing.",
    ],
    [
      "no address",
      () => HttpResponse.json({ ...settings, APP_AUTH_URL: "auth" }),
      "/config.json: APP_AUTH_URL is not a web address.",
    ],
    [
      "an address that would run",
      () => HttpResponse.json({ ...settings, APP_AUTH_URL: "javascript:alert(1)" }),
      "/config.json: APP_AUTH_URL is not a web address.",
    ],
  ])("%s", async (_, answer, text) => {
    network.use(http.get(configAt, answer));
    await open("/");
    expect(screen.getByRole("heading", { name: "The app cannot go on" })).toBeVisible();
    expect(screen.getByText(text)).toBeVisible();
    expect(screen.getByRole("button", { name: "Try again" })).toBeEnabled();
  });

  it("an address without https, where browsers give no cryptography", async () => {
    Object.defineProperty(window, "isSecureContext", { value: false, configurable: true });
    await open("/");
    expect(screen.getByText(/open the app by https/)).toBeVisible();
  });
});

describe("leaving for the sign-in pages", () => {
  it("asks for a code with PKCE, state and nonce, and remembers the address", async () => {
    await open("/?show=complete");
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    const address = await left();
    expect(address.origin + address.pathname).toBe("http://auth.test/oauth2/authorize");
    const query = Object.fromEntries(address.searchParams);
    expect(query).toMatchObject({
      response_type: "code",
      client_id: "client",
      redirect_uri: `${location.origin}/callback`,
      scope: "openid email profile aws.cognito.signin.user.admin",
      code_challenge_method: "S256",
    });
    for (const name of ["state", "nonce", "code_challenge"]) expect(query[name]).toMatch(/^[\w-]{43}$/);
    expect(location.search).toBe("?show=complete");
  });

  it("goes to the sign-up page with the same question", async () => {
    await open("/");
    await userEvent.click(screen.getByRole("button", { name: "Create account" }));
    const address = await left();
    expect(address.pathname).toBe("/signup");
    expect(address.searchParams.get("code_challenge_method")).toBe("S256");
  });

  it("leaves once, however often the button is pressed", async () => {
    await open("/");
    await userEvent.dblClick(screen.getByRole("button", { name: "Sign in" }));
    await left();
    expect(navigate).toHaveBeenCalledTimes(1);
  });
});

/** Leaves for the sign-in pages from `path`, and gives the state and nonce that went along. */
async function leaveFrom(path: string) {
  const page = await open(path);
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  const query = (await left()).searchParams;
  page.unmount();
  navigate.mockReset();
  return { state: query.get("state") ?? "", nonce: query.get("nonce") ?? "" };
}

describe("coming back from the sign-in pages", () => {
  it("shows the list, at the address that was left, with who is signed in", async () => {
    const { state, nonce } = await leaveFrom("/?show=incomplete");
    const server = new SignInServer();
    server.nonce = nonce;
    new TaskServer(["Buy milk"]);
    await open(`/callback?code=abc&state=${state}`);
    expect(await screen.findByRole("checkbox", { name: "Buy milk" })).toBeVisible();
    expect(within(screen.getByRole("banner")).getByText("ada@example.com")).toBeVisible();
    expect(location.pathname + location.search).toBe("/?show=incomplete");
    expect(server.seen).toEqual(["authorization_code"]);
  });

  it("goes on at the start if the remembered address is not of this site", async () => {
    const { state, nonce } = await leaveFrom("/");
    const attempt: unknown = JSON.parse(sessionStorage.getItem("todo.sign-in") ?? "");
    sessionStorage.setItem(
      "todo.sign-in",
      JSON.stringify(Object.assign({}, attempt, { returnTo: "//evil.test/x" })),
    );
    new SignInServer().nonce = nonce;
    new TaskServer();
    await open(`/callback?code=abc&state=${state}`);
    expect(location.pathname).toBe("/");
    expect(await screen.findByRole("heading", { name: "A clean page" })).toBeVisible();
  });

  it.each([
    ["cancelled", "error=access_denied", "You are not signed in"],
    ["the answer to somebody else's question", "code=abc&state=forged", "This sign-in link does not fit"],
    ["an answer without state", "code=abc", "This sign-in link does not fit"],
    ["another refusal", "error=server_error&state={state}", "The sign-in did not work"],
  ])("%s: says so, and offers a way on", async (_, query, title) => {
    const { state } = await leaveFrom("/");
    await open(`/callback?${query.replace("{state}", state)}`);
    expect(screen.getByRole("heading", { name: title })).toBeVisible();
    expect(location.pathname + location.search).toBe("/");
    await userEvent.click(screen.getByRole("button", { name: "Sign in again" }));
    expect((await left()).pathname).toBe("/oauth2/authorize");
  });

  it("an answer that nobody asked for", async () => {
    await open("/callback?code=abc&state=xyz");
    expect(screen.getByRole("heading", { name: "This sign-in link does not fit" })).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Back to the start" }));
    expect(screen.getByRole("button", { name: "Sign in" })).toBeVisible();
  });

  it("never shows text out of the address", async () => {
    await open("/callback?error=access_denied&error_description=Call+555-0100");
    expect(screen.queryByText(/555/)).not.toBeInTheDocument();
  });

  it("a code that is too old", async () => {
    const { state } = await leaveFrom("/");
    new SignInServer().refused = true;
    await open(`/callback?code=old&state=${state}`);
    expect(screen.getByRole("heading", { name: "That took a little too long" })).toBeVisible();
  });

  it("a sign-in server that does not answer", async () => {
    const { state } = await leaveFrom("/");
    new SignInServer().unreachable = true;
    await open(`/callback?code=abc&state=${state}`);
    expect(screen.getByRole("heading", { name: "The sign-in server did not answer" })).toBeVisible();
  });

  it("a token with another nonce is not taken", async () => {
    const { state } = await leaveFrom("/");
    new SignInServer().nonce = "replayed";
    await open(`/callback?code=abc&state=${state}`);
    expect(screen.getByRole("heading", { name: "The sign-in did not work" })).toBeVisible();
    expect(localStorage.getItem("todo.session")).toBeNull();
  });

  it("a reload of the bare callback address is a start like any other", async () => {
    await open("/callback");
    expect(location.pathname).toBe("/");
    expect(screen.getByRole("button", { name: "Sign in" })).toBeVisible();
  });
});

/** A visit that has shown a list and kept it. */
async function leaveList() {
  keepSession(new SignInServer().idToken());
  const tasks = new TaskServer(["Buy milk"]);
  const page = await open("/");
  await screen.findByRole("checkbox", { name: "Buy milk" });
  await vi.waitUntil(async () => (await openKeep("sub").load()).list);
  page.unmount();
  return { tasks };
}

describe("a visit with a session", () => {
  it("goes straight to the list", async () => {
    keepSession(new SignInServer().idToken());
    const tasks = new TaskServer(["Buy milk"]);
    await open("/");
    expect(await screen.findByRole("checkbox", { name: "Buy milk" })).toBeVisible();
    expect(tasks.calls[0]?.headers.get("Authorization")).toMatch(/^Bearer ey/);
  });

  it("asks for the list before there is an app to show it, and once", async () => {
    keepSession(new SignInServer().idToken());
    const tasks = new TaskServer(["Buy milk"]);
    const begun = begin();
    await vi.waitUntil(() => tasks.calls.length > 0);
    render(await boot(begun, navigate));
    expect(await screen.findByRole("checkbox", { name: "Buy milk" })).toBeVisible();
    expect(tasks.sent("GET")).toEqual(["/item"]);
  });

  it("renews a session that is past its time before there is an app to show, and once", async () => {
    const server = new SignInServer();
    keepSession(server.idToken(), Date.now() - 1000);
    new TaskServer(["Buy milk"]);
    const page = await boot(begin(), navigate);
    await vi.waitUntil(() => server.seen.length > 0);
    render(page);
    expect(await screen.findByRole("checkbox", { name: "Buy milk" })).toBeVisible();
    expect(server.seen).toEqual(["refresh_token"]);
  });

  it("asks for no list where none is shown", async () => {
    keepSession(new SignInServer().idToken());
    const tasks = new TaskServer();
    await open("/nowhere");
    expect(tasks.calls).toEqual([]);
  });

  it("begins with the list as it was left, and asks for it anew", async () => {
    const { tasks } = await leaveList();
    const answer = tasks.holdNext("GET");
    tasks.items = [];
    await open("/");
    expect(screen.getByRole("checkbox", { name: "Buy milk" })).toBeVisible();
    answer();
    expect(await screen.findByRole("heading", { name: "A clean page" })).toBeVisible();
    expect(tasks.sent("GET")).toHaveLength(2);
  });

  it("misses nothing that another tab does before it is drawn", async () => {
    const { tasks } = await leaveList();
    tasks.holdNext("GET");
    const begun = begin();
    await begun.then(({ visit }) => visit?.opened);
    const task = {
      id: idOf(0),
      text: "Buy oat milk",
      completed: false,
      due: "",
      notes: "",
      position: "",
      version: 2,
    };
    const otherTab = new BroadcastChannel("todo.sub");
    otherTab.postMessage({ put: [], drop: [], answer: { key: "k", id: task.id, from: 1, task } });
    otherTab.close();
    render(await boot(begun, navigate));
    expect(await screen.findByRole("checkbox", { name: "Buy oat milk" })).toBeVisible();
  });

  it("never begins with the list of somebody who has been signed in until just now", async () => {
    const { tasks } = await leaveList();
    const begun = begin();
    await begun.then(({ visit }) => visit?.opened);
    keepSession("other", undefined, "somebody");
    tasks.items = [];
    render(await boot(begun, navigate));
    expect(screen.queryByText("Buy milk")).not.toBeInTheDocument();
    expect(await screen.findByRole("heading", { name: "A clean page" })).toBeVisible();
    expect(tasks.calls.at(-1)?.headers.get("Authorization")).toBe("Bearer other");
  });

  it("does without what is kept if the browser does not give it", async () => {
    keepSession(new SignInServer().idToken());
    new TaskServer(["Buy milk"]);
    vi.spyOn(indexedDB, "open").mockReturnValue({} as IDBOpenDBRequest);
    await open("/");
    expect(await screen.findByRole("checkbox", { name: "Buy milk" })).toBeVisible();
  });

  it.each([["not JSON"], ['{"idToken":7}'], ["null"]])("is none if storage holds %s", async (kept) => {
    localStorage.setItem("todo.session", kept);
    await open("/");
    expect(screen.getByRole("button", { name: "Sign in" })).toBeVisible();
  });

  it("renews a token that is about to expire before it is used", async () => {
    const server = new SignInServer();
    keepSession("stale", Date.now() + 5_000);
    const tasks = new TaskServer(["Buy milk"]);
    await open("/");
    await screen.findByRole("checkbox", { name: "Buy milk" });
    expect(server.seen).toEqual(["refresh_token"]);
    expect(tasks.calls.map((call) => call.headers.get("Authorization"))).not.toContain("Bearer stale");
  });

  it("tries a refused call once more with a fresh token", async () => {
    const server = new SignInServer();
    keepSession("refused");
    const tasks = new TaskServer(["Buy milk"]);
    tasks.failNext("GET", 401, "The incoming token has expired");
    await open("/");
    expect(await screen.findByRole("checkbox", { name: "Buy milk" })).toBeVisible();
    expect(server.seen).toEqual(["refresh_token"]);
    expect(tasks.sent("GET")).toHaveLength(2);
  });

  it("ends it after the second refusal, and asks to sign in at the same address", async () => {
    new SignInServer();
    keepSession("refused");
    const tasks = new TaskServer();
    tasks.failNext("GET", 401);
    tasks.failNext("GET", 401);
    await open("/?show=complete");
    expect(await screen.findByRole("alert")).toHaveTextContent("Your session has ended.");
    expect(location.search).toBe("?show=complete");
    expect(tasks.sent("GET")).toHaveLength(2);
  });

  it("ends it when it cannot be renewed any more", async () => {
    new SignInServer().refused = true;
    keepSession("stale", 0);
    await open("/");
    expect(await screen.findByRole("alert")).toHaveTextContent("Your session has ended.");
    expect(localStorage.getItem("todo.session")).not.toContain("refresh");
  });

  it("keeps it when the sign-in server is out of reach", async () => {
    const server = new SignInServer();
    server.unreachable = true;
    keepSession("stale", 0);
    await open("/");
    expect(
      await screen.findByRole("heading", { name: "Your list could not be loaded" }, { timeout: 3000 }),
    ).toBeVisible();
    server.unreachable = false;
    new TaskServer(["Buy milk"]);
    await userEvent.click(screen.getByRole("button", { name: "Retry" }));
    expect(await screen.findByRole("checkbox", { name: "Buy milk" })).toBeVisible();
  });

  it("ends here when another tab signs out", async () => {
    keepSession(new SignInServer().idToken());
    new TaskServer(["Buy milk"]);
    await open("/");
    await screen.findByRole("checkbox", { name: "Buy milk" });
    localStorage.removeItem("todo.session");
    window.dispatchEvent(new StorageEvent("storage", { key: "todo.session" }));
    expect(await screen.findByRole("button", { name: "Sign in" })).toBeVisible();
    expect(screen.queryByText("Buy milk")).not.toBeInTheDocument();
  });
});

describe("signing out", () => {
  it("revokes the session, forgets it and ends the hosted one too", async () => {
    const server = new SignInServer();
    keepSession(server.idToken());
    new TaskServer();
    await open("/");
    await userEvent.click(await screen.findByRole("button", { name: "Sign out" }));
    await left();
    expect(server.seen).toEqual(["revoke refresh"]);
    expect(screen.getByRole("status")).toHaveTextContent("Signing out…");
    expect(localStorage.getItem("todo.session")).toBeNull();
    expect(navigate.mock.lastCall).toEqual([
      `http://auth.test/logout?client_id=client&logout_uri=${encodeURIComponent(`${location.origin}/`)}`,
    ]);
  });

  it("works without a server that answers", async () => {
    const server = new SignInServer();
    server.unreachable = true;
    keepSession(server.idToken());
    new TaskServer();
    await open("/");
    await userEvent.click(await screen.findByRole("button", { name: "Sign out" }));
    expect((await left()).pathname).toBe("/logout");
    expect(localStorage.getItem("todo.session")).toBeNull();
  });

  it("first sends a deletion that could still have been undone", async () => {
    keepSession(new SignInServer().idToken());
    const tasks = new TaskServer(["Buy milk"]);
    await open("/");
    await userEvent.click(await screen.findByRole("button", { name: "Delete Buy milk" }));
    expect(tasks.sent("DELETE")).toHaveLength(0);
    await userEvent.click(screen.getByRole("button", { name: "Sign out" }));
    await left();
    expect(tasks.items).toEqual([]);
  });
});

it("an address that leads nowhere says so, and leads to the list", async () => {
  keepSession(new SignInServer().idToken());
  new TaskServer();
  await open("/nowhere");
  expect(screen.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  await userEvent.click(screen.getByRole("link", { name: "To your list" }));
  expect(await screen.findByRole("textbox", { name: "New task" })).toBeVisible();
});
