import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createStore, set } from "idb-keyval";
import { HttpResponse } from "msw";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createApi } from "../../api/client.ts";
import { SessionEnded } from "../../api/errors.ts";
import { config } from "../../testing/sign-in-server.ts";
import { idOf, TaskServer } from "../../testing/task-server.ts";
import { createDrafts } from "./drafts.ts";
import { type Keep, openKeep } from "./keep.ts";
import { createTaskList, type TaskList } from "./task-list.ts";
import { TasksPage } from "./tasks-page.tsx";
import { createIds } from "./uuid.ts";

const user = userEvent.setup();
let tabs: { list: TaskList; close: () => void }[] = [];

/** A tab of the same browser. */
function openTab(
  owner = "ada",
  send: (request: Request) => Promise<Response> = fetch,
  keep: Keep = openKeep(owner),
) {
  const list = createTaskList({
    api: createApi(config.apiUrl, send),
    keep,
    newId: createIds(Date.now),
    owner,
  });
  const stop = list.start();
  const page = render(<TasksPage list={list} drafts={createDrafts(sessionStorage, "ada")} />);
  const close = () => {
    page.unmount();
    stop();
  };
  tabs.push({ list, close });
  const view = within(page.container);
  return {
    list,
    close,
    view,
    texts: () =>
      view.queryAllByRole("checkbox").map((box) => box.closest("li")?.querySelector("p")?.textContent),
    add: (text: string) => user.type(view.getByRole("textbox", { name: "New task" }), `${text}{Enter}`),
  };
}

/** The same browser a moment later: the tab is gone, what was kept is not. */
async function reload(tab: { close: () => void }) {
  await act(() => new Promise((resolve) => setTimeout(resolve)));
  tab.close();
  return openTab();
}

function goOffline(offline: boolean, server?: TaskServer) {
  if (server) server.down = offline;
  Object.defineProperty(navigator, "onLine", { value: !offline, configurable: true });
  fireEvent(window, new Event(offline ? "offline" : "online"));
}

afterEach(() => {
  for (const { close } of tabs) close();
  tabs = [];
  cleanup();
  Object.defineProperty(navigator, "onLine", { value: true, configurable: true });
});

describe("offline", () => {
  it("says how much waits, and sends it in order when the network is back", async () => {
    const server = new TaskServer(["Buy milk"]);
    const tab = openTab();
    await tab.view.findByText("Buy milk");
    goOffline(true, server);
    expect(await tab.view.findByText(/You are offline\. You can go on/)).toBeVisible();
    await tab.add("one");
    await tab.add("two");
    await user.click(tab.view.getByRole("checkbox", { name: "Buy milk" }));
    expect(tab.view.getByText("You are offline. 3 changes are kept here and will be sent.")).toBeVisible();
    expect(tab.texts()).toEqual(["Buy milk", "one", "two"]);
    expect(server.sent("POST")).toEqual([]);
    goOffline(false, server);
    await waitFor(() => expect(server.items).toHaveLength(3));
    await waitFor(() => expect(server.items[0]?.completed).toBe(true));
    expect(server.sent("POST").map((call) => call.split(" ")[0])).toEqual([
      "/item",
      "/item",
      `/item/${idOf(0)}/done`,
    ]);
    await waitFor(() => expect(tab.view.queryByText(/You are offline/)).not.toBeInTheDocument());
  });

  it("a reload keeps the list and what waits", async () => {
    const server = new TaskServer(["Buy milk"]);
    let tab = openTab();
    await tab.view.findByText("Buy milk");
    await new Promise((resolve) => setTimeout(resolve, 1_100)); // the list is kept a second later
    goOffline(true, server);
    await tab.add("written offline");
    tab = await reload(tab);
    await tab.view.findByText("written offline");
    expect(tab.texts()).toEqual(["Buy milk", "written offline"]);
    goOffline(false, server);
    await waitFor(() =>
      expect(server.items.map(({ item }) => item)).toEqual(["Buy milk", "written offline"]),
    );
  });

  it("a browser that wrongly thinks so is not believed once the server has answered", async () => {
    const server = new TaskServer(["Buy milk"]);
    goOffline(true);
    const tab = openTab();
    expect(tab.view.getByText(/You are offline\. You can go on/)).toBeVisible();
    await tab.view.findByText("Buy milk");
    await waitFor(() => expect(tab.view.queryByText(/You are offline/)).not.toBeInTheDocument());
    goOffline(true);
    expect(tab.view.getByText(/You are offline\. You can go on/)).toBeVisible();
    await tab.add("on this machine");
    await waitFor(() => expect(server.items).toHaveLength(2));
    await waitFor(() => expect(tab.view.queryByText(/You are offline/)).not.toBeInTheDocument());
  });
});

it("a list that an older release has kept is shown", async () => {
  const server = new TaskServer();
  server.failNext("GET", 400);
  const task = {
    id: idOf(0),
    text: "Buy milk",
    completed: false,
    due: "",
    notes: "",
    position: "",
    version: 1,
  };
  await set(["ada", "list"], { tasks: [task], at: 1 }, createStore("todo", "lists"));
  const tab = openTab();
  await waitFor(() => expect(tab.texts()).toEqual(["Buy milk"]));
});

it("a kept list that comes after the loading has failed is shown, and said to be old", async () => {
  const server = new TaskServer(["Buy milk"]);
  const before = openTab();
  await before.view.findByText("Buy milk");
  await waitFor(async () => expect((await openKeep("ada").load()).list).toBeDefined());
  before.close();
  server.failNext("GET", 400);
  server.failNext("GET", 400);
  const keep = openKeep("ada");
  let found = () => {};
  const late = new Promise<void>((resolve) => {
    found = resolve;
  });
  const tab = openTab("ada", fetch, { ...keep, load: () => late.then(() => keep.load()) });
  await tab.view.findByText("Your list could not be loaded");
  found();
  expect(await tab.view.findByText(/This list may be out of date/)).toBeVisible();
  expect(tab.texts()).toEqual(["Buy milk"]);
});

describe("an answer that is lost", () => {
  it.each([
    ["adding", "POST", (tab: ReturnType<typeof openTab>) => tab.add("once"), ["Buy milk", "once"]],
    [
      "completing",
      "POST",
      (tab: ReturnType<typeof openTab>) => user.click(tab.view.getByRole("checkbox")),
      ["Buy milk"],
    ],
    [
      "editing",
      "PUT",
      async (tab: ReturnType<typeof openTab>) => {
        await user.click(tab.view.getByRole("button", { name: "Edit Buy milk" }));
        await user.keyboard(" twice{Enter}");
      },
      ["Buy milk twice"],
    ],
    [
      "deleting",
      "DELETE",
      async (tab: ReturnType<typeof openTab>) => {
        await user.click(tab.view.getByRole("button", { name: "Delete Buy milk" }));
        await user.click(tab.view.getByRole("button", { name: "Dismiss" }));
      },
      [],
    ],
  ] as const)("%s happens once", async (_, method, act, want) => {
    const server = new TaskServer(["Buy milk"]);
    const tab = openTab();
    await tab.view.findByText("Buy milk");
    server.loseNext(method);
    await act(tab);
    await waitFor(() => expect(server.sent(method).length).toBeGreaterThanOrEqual(2));
    await waitFor(() => expect(tab.list.queue().wishes).toEqual([]));
    expect(server.items.map(({ item }) => item)).toEqual(want);
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
    expect(Math.max(0, ...server.items.map(({ version }) => version))).toBeLessThanOrEqual(2);
  });

  it("the changes after it build on what it made", async () => {
    const server = new TaskServer(["Buy milk"]);
    const tab = openTab();
    await tab.view.findByText("Buy milk");
    server.loseNext("POST");
    await user.click(tab.view.getByRole("checkbox"));
    await user.click(tab.view.getByRole("button", { name: "Edit Buy milk" }));
    await user.keyboard("!{Enter}");
    await waitFor(() =>
      expect(server.items[0]).toMatchObject({ item: "Buy milk!", completed: true, version: 3 }),
    );
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });
});

describe("a busy server", () => {
  it.each([429, 503])("%s is waited out as long as it says", async (status) => {
    const server = new TaskServer(["Buy milk"]);
    const tab = openTab();
    await tab.view.findByText("Buy milk");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"], shouldAdvanceTime: true });
    server.answerNext("POST", () =>
      HttpResponse.json({ message: "busy" }, { status, headers: { "Retry-After": "7" } }),
    );
    fireEvent.click(tab.view.getByRole("checkbox"));
    await tab.view.findByText("The server is busy. 1 change is kept here and will be sent.");
    expect(server.sent("POST")).toHaveLength(1);
    await act(() => vi.advanceTimersByTimeAsync(7_000));
    vi.useRealTimers();
    await waitFor(() => expect(server.items[0]?.completed).toBe(true));
    await waitFor(() => expect(tab.view.queryByText(/The server is busy/)).not.toBeInTheDocument());
  });

  it("or one out of reach can be tried at once", async () => {
    const server = new TaskServer(["Buy milk"]);
    const tab = openTab();
    await tab.view.findByText("Buy milk");
    server.failNext("POST", 0);
    await user.click(tab.view.getByRole("checkbox"));
    await user.click(await tab.view.findByRole("button", { name: "Try now" }));
    await waitFor(() => expect(server.items[0]?.completed).toBe(true));
    await waitFor(() => expect(tab.view.getByRole("status")).toHaveTextContent("Saved. 0 tasks left"));
    expect(tab.view.getByRole("heading", { name: "To do" })).toHaveFocus();
  });
});

describe("two tabs", () => {
  it("show each other's changes at once, and each is sent once", async () => {
    const server = new TaskServer(["Buy milk"]);
    const [one, other] = [openTab(), openTab()];
    await one.view.findByText("Buy milk");
    await other.view.findByText("Buy milk");
    const release = server.holdNext("POST");
    await one.add("from one");
    await other.view.findByText("from one");
    await other.add("from the other");
    await one.view.findByText("from the other");
    release();
    await waitFor(() => expect(server.items).toHaveLength(3));
    await waitFor(() => expect(other.list.queue().wishes).toEqual([]));
    expect(server.sent("POST")).toHaveLength(2);
    expect(one.texts()).toEqual(["Buy milk", "from one", "from the other"]);
    expect(other.texts()).toEqual(one.texts());
  });

  it("what one does while the other still reads what is kept is not lost", async () => {
    new TaskServer(["Buy milk"]);
    const keep = openKeep("ada");
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const load = async () => {
      const kept = await keep.load();
      await held;
      return kept;
    };
    const reading = openTab("ada", fetch, { ...keep, load });
    const other = openTab();
    await reading.view.findByText("Buy milk");
    await user.click(await other.view.findByRole("button", { name: "Delete Buy milk" }));
    await waitFor(async () => expect((await keep.load()).wishes).toHaveLength(1));
    release();
    expect(await reading.view.findByRole("button", { name: "Undo" })).toBeVisible();
    expect(reading.texts()).toEqual([]);
  });

  it("both hear that the server is back when one of them does", async () => {
    const server = new TaskServer(["Buy milk"]);
    const [one, other] = [openTab(), openTab()];
    await one.view.findByText("Buy milk");
    await other.view.findByText("Buy milk");
    server.down = true;
    await one.add("from one");
    await one.view.findByText(/cannot be reached\. 1 change/);
    await user.click(await other.view.findByRole("button", { name: "Try now" }));
    await other.view.findByText(/cannot be reached\. 1 change/);
    server.down = false;
    await user.click(await other.view.findByRole("button", { name: "Try now" }));
    for (const { view } of [one, other]) {
      await waitFor(() => expect(view.queryByText(/cannot be reached/)).not.toBeInTheDocument());
    }
  });

  it("a deletion in one can be undone in the other", async () => {
    const server = new TaskServer(["Buy milk"]);
    const [one, other] = [openTab(), openTab()];
    await one.view.findByText("Buy milk");
    await user.click(await other.view.findByRole("button", { name: "Delete Buy milk" }));
    await user.click(await one.view.findByRole("button", { name: "Undo" }));
    expect(await other.view.findByText("Buy milk")).toBeVisible();
    expect(server.sent("DELETE")).toEqual([]);
  });
});

describe("changes elsewhere", () => {
  it("that touch something else are built upon without a question", async () => {
    const server = new TaskServer(["Buy milk"]);
    const tab = openTab();
    await user.click(await tab.view.findByRole("button", { name: "Edit Buy milk" }));
    server.change(idOf(0), { completed: true });
    await user.keyboard("!{Enter}");
    await waitFor(() => expect(server.items[0]).toMatchObject({ item: "Buy milk!", completed: true }));
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });

  it("a conflict waits for the person through a reload", async () => {
    const server = new TaskServer(["Buy milk"]);
    let tab = openTab();
    await user.click(await tab.view.findByRole("button", { name: "Edit Buy milk" }));
    server.change(idOf(0), { item: "Buy tea" });
    await user.keyboard("!{Enter}");
    await tab.view.findByRole("alert");
    tab = await reload(tab);
    expect(await tab.view.findByRole("alert")).toHaveTextContent("now reads “Buy tea”");
    await user.click(tab.view.getByRole("button", { name: "Use mine" }));
    await waitFor(() => expect(server.items[0]?.item).toBe("Buy milk!"));
  });
});

describe("what is kept", () => {
  it("stays when the session ends, and is sent when the person is back", async () => {
    const server = new TaskServer();
    const tab = openTab("ada", () => Promise.reject(new SessionEnded()));
    await tab.add("written at the end");
    const back = await reload(tab);
    expect(await back.view.findByText("written at the end")).toBeVisible();
    await waitFor(() => expect(server.items.map(({ item }) => item)).toEqual(["written at the end"]));
  });

  it("is never shown to somebody else", async () => {
    new TaskServer();
    const tab = openTab("ada", () => Promise.reject(new SessionEnded()));
    await tab.add("private");
    tab.close();
    const other = openTab("ben");
    await other.view.findByRole("heading", { name: "A clean page" });
    expect(other.texts()).toEqual([]);
  });

  it("is gone once erased", async () => {
    new TaskServer();
    const tab = openTab("ada", () => Promise.reject(new SessionEnded()));
    await tab.add("private");
    await tab.list.erase();
    expect(await openKeep("ada").load()).toEqual({ list: undefined, wishes: [], answers: [] });
  });

  it("lives as long as the page in a browser that keeps nothing", async () => {
    vi.spyOn(indexedDB, "open").mockImplementation(() => {
      throw new DOMException("denied", "SecurityError");
    });
    const server = new TaskServer(["Buy milk"]);
    const tab = openTab();
    await tab.view.findByText("Buy milk");
    await tab.add("still works");
    await waitFor(() => expect(server.items).toHaveLength(2));
    await waitFor(() => expect(tab.list.queue().wishes).toEqual([]));
  });
});
