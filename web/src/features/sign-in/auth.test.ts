import { beforeEach, describe, expect, it, vi } from "vitest";
import { SessionEnded } from "../../api/errors.ts";
import { config, keepSession, SignInServer } from "../../testing/sign-in-server.ts";
import { createAuth } from "./auth.ts";
import { createSessionStore } from "./session.ts";

/** One tab: its own objects over the storage and the locks that all tabs share. */
function tab(storage = localStorage) {
  return createAuth({
    config,
    store: createSessionStore(storage),
    attempts: sessionStorage,
    origin: location.origin,
    navigate: vi.fn(),
    now: Date.now,
  });
}

let server: SignInServer;

beforeEach(() => {
  server = new SignInServer();
});

describe("renewing the tokens", () => {
  it("happens once for five tabs with five calls each", async () => {
    keepSession("stale", 0);
    const tabs = [tab(), tab(), tab(), tab(), tab()];
    const tokens = await Promise.all(tabs.flatMap((each) => Array.from({ length: 5 }, () => each.idToken())));
    expect(server.seen).toEqual(["refresh_token"]);
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe("stale");
  });

  it("happens once, even if what one tab stores reaches the other after the lock has passed on", async () => {
    keepSession("stale", 0);
    const text = localStorage.getItem("todo.session");
    const slow = { getItem: () => text, setItem: vi.fn(), removeItem: vi.fn() } as unknown as Storage;
    const renewed = await tab().idToken();
    const listening = vi.spyOn(window, "addEventListener");
    const other = tab(slow).idToken();
    await vi.waitFor(() => expect(listening).toHaveBeenCalledWith("storage", expect.anything()));
    slow.getItem = (key) => localStorage.getItem(key);
    window.dispatchEvent(new StorageEvent("storage", { key: "todo.session" }));
    expect(await other).toBe(renewed);
    expect(server.seen).toEqual(["refresh_token"]);
  });

  it("happens again if it never does", async () => {
    keepSession("stale", 0);
    const text = localStorage.getItem("todo.session");
    await tab().idToken();
    localStorage.setItem("todo.session", text ?? "");
    expect(await tab().idToken()).toMatch(/^ey/);
    expect(server.seen).toEqual(["refresh_token", "refresh_token"]);
  });

  it("does not happen for a token that another tab has replaced already", async () => {
    keepSession("new");
    expect(await tab().refresh("old")).toBe("new");
    expect(server.seen).toEqual([]);
  });

  it("keeps a token that is good for more than a minute", async () => {
    keepSession("good", Date.now() + 61_000);
    expect(await tab().idToken()).toBe("good");
    expect(server.seen).toEqual([]);
  });

  it("takes over the refresh token that comes with the answer, or keeps the old one", async () => {
    server.rotated = "refresh-2";
    keepSession("stale", 0);
    await tab().idToken();
    expect(createSessionStore(localStorage).read()).toMatchObject({ refreshToken: "refresh-2" });
    server.rotated = undefined;
    const session = createSessionStore(localStorage).read();
    await tab().refresh(typeof session === "object" ? session.idToken : "");
    expect(createSessionStore(localStorage).read()).toMatchObject({ refreshToken: "refresh-2" });
    expect(server.seen).toHaveLength(2);
  });

  it("does not bring back a session that was ended meanwhile", async () => {
    keepSession("stale", 0);
    const renewal = tab().idToken();
    localStorage.removeItem("todo.session");
    await expect(renewal).rejects.toBeInstanceOf(SessionEnded);
    expect(localStorage.getItem("todo.session")).toBeNull();
  });

  it("frees the lock after a failure", async () => {
    keepSession("stale", 0);
    server.unreachable = true;
    await expect(tab().idToken()).rejects.toMatchObject({ status: 0 });
    server.unreachable = false;
    expect(await tab().idToken()).toMatch(/^ey/);
  });
});

it("nobody signed in has no token", async () => {
  await expect(tab().idToken()).rejects.toBeInstanceOf(SessionEnded);
});

it("a callback is answered once", async () => {
  const auth = tab();
  await auth.begin("sign-in", "/");
  const { state, nonce } = JSON.parse(sessionStorage.getItem("todo.sign-in") ?? "");
  server.nonce = nonce;
  const callback = new URL(`${location.origin}/callback?code=abc&state=${state}`);
  expect(await auth.finish(callback)).toBe("/");
  await expect(auth.finish(callback)).rejects.toMatchObject({ failure: "mismatch" });
  expect(server.seen).toEqual(["authorization_code"]);
});
