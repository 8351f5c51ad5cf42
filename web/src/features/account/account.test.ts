import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createApi } from "../../api/client.ts";
import { ApiError, SessionEnded } from "../../api/errors.ts";
import { network } from "../../testing/network.ts";
import { TaskServer } from "../../testing/task-server.ts";
import { agentName } from "./agent-name.ts";
import { createPool, PoolError } from "./api/pool.ts";
import { deleteItems } from "./delete-items.ts";
import { createDeletionMark } from "./deletion-mark.ts";
import { gather } from "./download.ts";
import { reasonOf } from "./reason.ts";

const api = createApi("http://api.test/prod", (request) => fetch(request));
const wait = vi.fn(() => Promise.resolve());
const expire = vi.fn();
const pool = createPool({
  issuer: "http://auth.test/pools/local_abc123",
  accessToken: () => Promise.resolve("access"),
  expire,
});

/** The pool answers every call so. */
function answer(status: number, body: object) {
  const calls: { target: string | null; body: unknown }[] = [];
  network.use(
    http.post("http://auth.test/pools/", async ({ request }) => {
      calls.push({ target: request.headers.get("X-Amz-Target"), body: await request.json() });
      return HttpResponse.json(body, { status });
    }),
  );
  return calls;
}

beforeEach(() => {
  wait.mockClear();
  expire.mockClear();
});

describe("the user pool's API", () => {
  it("is where the issuer is, and is asked with the access token", async () => {
    const calls = answer(200, {});
    await pool.changePassword("old", "new");
    expect(calls).toEqual([
      {
        target: "AWSCognitoIdentityProviderService.ChangePassword",
        body: { PreviousPassword: "old", ProposedPassword: "new", AccessToken: "access" },
      },
    ]);
  });

  it("reads a person's account", async () => {
    answer(200, {
      Username: "sub",
      UserAttributes: [{ Name: "email", Value: "ada@example.com" }],
      UserMFASettingList: ["SOFTWARE_TOKEN_MFA"],
    });
    expect(await pool.getUser()).toEqual({
      username: "sub",
      attributes: { email: "ada@example.com" },
      app: true,
    });
  });

  it("tells where the person is signed in, where it knows", async () => {
    const calls = answer(200, {
      Sessions: [{ SessionId: "one", UserAgent: "x", SignInDate: 1.5, LastUsedDate: 2.5, Current: true }],
    });
    expect(await pool.sessions()).toEqual([
      { id: "one", agent: "x", signedInAt: 1.5, lastUsedAt: 2.5, current: true },
    ]);
    expect(calls[0]?.target).toBe("TodoUserPool.ListSessions");
    answer(400, { __type: "UnknownOperationException" });
    expect(await pool.sessions()).toBeUndefined();
  });

  it("ends all sessions, at the sign-in pages too where it can", async () => {
    const own = answer(200, {});
    await pool.signOutEverywhere();
    expect(own.map(({ target }) => target)).toEqual(["TodoUserPool.EndAllSessions"]);
    const calls: (string | null)[] = [];
    network.use(
      http.post("http://auth.test/pools/", ({ request }) => {
        const target = request.headers.get("X-Amz-Target");
        calls.push(target);
        return target?.startsWith("TodoUserPool.")
          ? HttpResponse.json({ __type: "UnknownOperationException" }, { status: 400 })
          : HttpResponse.json({});
      }),
    );
    await pool.signOutEverywhere();
    expect(calls).toEqual(["TodoUserPool.EndAllSessions", "AWSCognitoIdentityProviderService.GlobalSignOut"]);
  });

  it("a token that it refuses ends the session", async () => {
    answer(400, { __type: "NotAuthorizedException", message: "Access Token has been revoked" });
    await expect(pool.getUser()).rejects.toBeInstanceOf(SessionEnded);
    expect(expire).toHaveBeenCalledOnce();
  });

  it("a wrong password does not", async () => {
    answer(400, { __type: "NotAuthorizedException", message: "Incorrect username or password." });
    await expect(pool.changePassword("a", "b")).rejects.toMatchObject({ type: "NotAuthorizedException" });
    expect(expire).not.toHaveBeenCalled();
  });

  it.each([
    ["a fault", () => HttpResponse.json({ __type: "InternalErrorException" }, { status: 500 }), 500],
    ["a page in its place", () => HttpResponse.html("<!doctype html>"), 0],
    ["nobody", () => HttpResponse.error(), 0],
  ])("%s is not taken for a refusal", async (_, response, status) => {
    network.use(http.post("http://auth.test/pools/", response));
    await expect(pool.getUser()).rejects.toMatchObject({ name: "ApiError", status });
  });
});

it.each([
  [
    "InvalidPasswordException",
    "Password did not conform with policy: Password not long enough",
    "password-length",
  ],
  [
    "InvalidParameterException",
    "1 validation error detected: Value at 'proposedPassword' failed",
    "password-form",
  ],
  ["InvalidParameterException", "Value at 'previousPassword' failed", "wrong-password"],
  ["NotAuthorizedException", "Password attempts exceeded", "too-often"],
  ["ResourceNotFoundException", "<b>anything</b>", "failed"],
])("%s: %s means %s", (type, message, reason) => {
  expect(reasonOf(new PoolError(type, message))).toBe(reason);
});

it.each([
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"],
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Chrome, Linux",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
    "Safari, macOS",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
    "Edge, Windows",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
    "Chrome, iOS",
  ],
  [
    "Mozilla/5.0 (Linux; Android 15; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
    "Samsung Internet, Android",
  ],
  ["aws-cli/2.0 md/Linux", ""],
  ["", ""],
])("%s is named %s", (agent, name) => {
  expect(agentName(agent)).toBe(name);
});

describe("deleting all items", () => {
  it("takes every page", async () => {
    const server = new TaskServer(Array.from({ length: 25 }, (_, n) => `Task ${n}`));
    server.pageSize = 10;
    const onProgress = vi.fn();
    await deleteItems(api, wait, onProgress);
    expect(server.items).toEqual([]);
    expect(onProgress).toHaveBeenLastCalledWith(25);
  });

  it("takes those that come meanwhile, and those that are gone already for deleted", async () => {
    const server = new TaskServer(["one", "two"]);
    let late = true;
    await deleteItems(api, wait, () => {
      if (late) server.items = [{ id: "late", item: "late", completed: false, version: 1 }];
      late = false;
    });
    expect(server.items).toEqual([]);
  });

  it("waits when it is told to, longer each time, and goes on", async () => {
    const server = new TaskServer(["one"]);
    server.failNext("DELETE", 429);
    server.failNext("DELETE", 0);
    await deleteItems(api, wait, () => {});
    expect(wait.mock.calls).toEqual([[500], [1000]]);
    expect(server.items).toEqual([]);
  });

  it("gives up in the end, and sends nothing more", async () => {
    const server = new TaskServer(Array.from({ length: 30 }, (_, n) => `Task ${n}`));
    server.failNext("DELETE", 403);
    await expect(deleteItems(api, wait, () => {})).rejects.toBeInstanceOf(ApiError);
    const sent = server.sent("DELETE").length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.sent("DELETE").length).toBeLessThanOrEqual(sent + 3);
    expect(server.items.length).toBeGreaterThan(20);
  });
});

it("the mark of a deletion is one account's", () => {
  createDeletionMark(localStorage, "ada").begin();
  expect(createDeletionMark(localStorage, "ada").begun()).toBe(true);
  expect(createDeletionMark(localStorage, "ben").begun()).toBe(false);
  createDeletionMark(localStorage, "ada").forget();
  expect(createDeletionMark(localStorage, "ada").begun()).toBe(false);
});

it("the file holds the account, its sessions and every page of items", async () => {
  answer(200, {
    Username: "sub",
    UserAttributes: [{ Name: "email", Value: "ada@example.com" }],
    Sessions: [{ SessionId: "one" }],
  });
  const server = new TaskServer(["Buy milk", 'with "quotes"', "three"]);
  server.pageSize = 2;
  const file = await gather(pool, api, new Date(Date.UTC(2026, 2, 1)));
  expect(JSON.parse(await textOf(file))).toEqual({
    exportedAt: "2026-03-01T00:00:00.000Z",
    account: {
      username: "sub",
      attributes: { email: "ada@example.com" },
      authenticatorApp: false,
      sessions: [{ id: "one", agent: "", signedInAt: 0, lastUsedAt: 0, current: false }],
    },
    items: server.items,
  });
});

/** jsdom's Blob has no text(). */
function textOf(file: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsText(file);
  });
}
