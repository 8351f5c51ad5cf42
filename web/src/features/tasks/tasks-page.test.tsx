import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createApi } from "../../api/client.ts";
import { config } from "../../testing/sign-in-server.ts";
import { idOf, TaskServer } from "../../testing/task-server.ts";
import { createDrafts } from "./drafts.ts";
import { openKeep } from "./keep.ts";
import { createTaskList, type TaskList } from "./task-list.ts";
import { TasksPage } from "./tasks-page.tsx";
import { createIds } from "./uuid.ts";

let list: TaskList;
let stop: () => void;

function open(path = "/") {
  history.replaceState(null, "", path);
  list = createTaskList({
    api: createApi(config.apiUrl, fetch),
    keep: openKeep("ada"),
    newId: createIds(Date.now),
    owner: "ada",
  });
  stop = list.start();
  render(<TasksPage list={list} drafts={createDrafts(sessionStorage, "ada")} />);
}

// Leaving the page sends what was held: before the network of the test goes.
afterEach(async () => {
  cleanup();
  await list.settled();
  stop();
});

const user = userEvent.setup();
const field = () => screen.getByRole("textbox", { name: "New task" });
const tick = (name: string) => screen.getByRole("checkbox", { name });
const button = (name: string | RegExp) => screen.getByRole("button", { name });
const texts = () =>
  screen.queryAllByRole("checkbox").map((box) => box.closest("li")?.querySelector("p")?.textContent);
const filters = () => within(screen.getByRole("navigation", { name: "Show" })).getAllByRole("link");
const counts = () => filters().map((link) => link.textContent);
const status = () => screen.getByRole("status").textContent;

describe("loading", () => {
  it("shows an outline, then the tasks, oldest first", async () => {
    const server = new TaskServer(["Buy milk", "Call the dentist"]);
    const release = server.holdNext("GET");
    open();
    expect(status()).toBe("Loading your list…");
    expect(screen.queryByRole("heading", { name: "A clean page" })).not.toBeInTheDocument();
    release();
    await screen.findByRole("checkbox", { name: "Buy milk" });
    expect(texts()).toEqual(["Buy milk", "Call the dentist"]);
    expect(status()).toContain("2 tasks left");
  });

  it("follows the pages to the last", async () => {
    const server = new TaskServer(["a", "b", "c", "d", "e"]);
    server.pageSize = 2;
    open();
    await screen.findByRole("checkbox", { name: "e" });
    expect(texts()).toEqual(["a", "b", "c", "d", "e"]);
    expect(server.sent("GET")).toHaveLength(3);
  });

  it("an empty list says how to begin", async () => {
    new TaskServer();
    open();
    expect(await screen.findByRole("heading", { name: "A clean page" })).toBeVisible();
  });

  it("an empty list says how to begin in any view", async () => {
    new TaskServer();
    open("/?show=incomplete");
    expect(await screen.findByRole("heading", { name: "A clean page" })).toBeVisible();
  });

  it("says why it failed, and tries again", async () => {
    const server = new TaskServer(["Buy milk"]);
    server.failNext("GET", 403);
    open();
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("Your list could not be loadedThe server has a problem.");
    await user.click(button("Retry"));
    expect(await screen.findByRole("checkbox", { name: "Buy milk" })).toBeVisible();
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });

  it("passes over a single stumble of the server", async () => {
    const server = new TaskServer(["Buy milk"]);
    server.failNext("GET", 500);
    open();
    expect(await screen.findByRole("checkbox", { name: "Buy milk" })).toBeVisible();
  });

  it("shows what another one has made of a task, also under the same version, as out of a backup", async () => {
    const server = new TaskServer(["Buy milk", "Call Ben"]);
    open();
    await screen.findByRole("checkbox", { name: "Buy milk" });
    server.items = server.items.map((item) => ({ ...item, item: item.item.replace("milk", "oat milk") }));
    await act(() => list.client.invalidateQueries());
    await waitFor(() => expect(texts()).toEqual(["Buy oat milk", "Call Ben"]));
  });

  it("keeps the old list when it cannot be loaded again", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await screen.findByRole("checkbox", { name: "Buy milk" });
    server.failNext("GET", 403);
    await act(() => list.client.invalidateQueries());
    expect(await screen.findByRole("alert")).toHaveTextContent("This list may be out of date");
    expect(tick("Buy milk")).toBeVisible();
    await user.click(button("Retry"));
    await waitFor(() => expect(screen.queryByRole("alert")).not.toBeInTheDocument());
  });
});

describe("adding", () => {
  it("by Enter: shows at once, empties the field and keeps the focus", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await screen.findByRole("checkbox", { name: "Buy milk" });
    const release = server.holdNext("POST");
    await user.type(field(), "  Water the plants {Enter}");
    expect(texts()).toEqual(["Buy milk", "Water the plants"]);
    expect(field()).toHaveValue("");
    expect(field()).toHaveFocus();
    expect(status()).toBe("Added. 2 tasks left");
    const row = tick("Water the plants").closest("li");
    expect(vi.mocked(Element.prototype.scrollIntoView).mock.contexts).toEqual([row]);
    release();
    await waitFor(() => expect(server.items).toHaveLength(2));
    expect(server.sent("POST")).toEqual(['/item {"item":"Water the plants","completed":false}']);
    expect(server.calls.at(-1)?.headers.get("Idempotency-Key")).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab]/,
    );
  });

  it("by the button", async () => {
    const server = new TaskServer();
    open();
    await user.type(field(), "Buy milk");
    await user.click(button("Add"));
    await waitFor(() => expect(server.items).toHaveLength(1));
    expect(field()).toHaveFocus();
  });

  it("adds nothing for nothing", async () => {
    const server = new TaskServer();
    open();
    await user.type(field(), "   {Enter}");
    await screen.findByRole("heading", { name: "A clean page" });
    expect(server.sent("POST")).toEqual([]);
  });

  it("takes Shift and Enter for a new line", async () => {
    const server = new TaskServer();
    open();
    await user.type(field(), "one{Shift>}{Enter}{/Shift}two{Enter}");
    await waitFor(() => expect(server.items.map(({ item }) => item)).toEqual(["one\ntwo"]));
  });

  it("leaves an Enter that accepts a word to the input method", async () => {
    const server = new TaskServer();
    open();
    await screen.findByRole("heading", { name: "A clean page" });
    fireEvent.change(field(), { target: { value: "牛乳" } });
    fireEvent.keyDown(field(), { key: "Enter", isComposing: true });
    fireEvent.keyDown(field(), { key: "Enter", keyCode: 229 });
    expect(texts()).toEqual([]);
    fireEvent.keyDown(field(), { key: "Enter" });
    await waitFor(() => expect(server.items).toHaveLength(1));
  });

  it("holds the API's limit, and says when little room is left", async () => {
    new TaskServer();
    open();
    expect(field()).toHaveAttribute("maxlength", "1000");
    fireEvent.change(field(), { target: { value: "x".repeat(999) } });
    expect(field()).toHaveAccessibleDescription("1 character left");
    await screen.findByRole("heading", { name: "A clean page" });
  });

  it("drops the control characters of a pasted text, which the API refuses", async () => {
    const server = new TaskServer();
    open();
    fireEvent.change(field(), { target: { value: "a\u0000b\u009fc\r\nd\te" } });
    await user.type(field(), "{Enter}");
    await waitFor(() => expect(server.items.map(({ item }) => item)).toEqual(["abc\nd\te"]));
  });

  it("takes the task away again when it fails, and Retry sends it under the same id", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await screen.findByRole("checkbox", { name: "Buy milk" });
    server.failNext("POST", 500);
    await user.type(field(), "Water the plants{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "“Water the plants” was not added. The server has a problem.",
    );
    expect(texts()).toEqual(["Buy milk"]);
    await user.click(button("Retry"));
    expect(texts()).toEqual(["Buy milk", "Water the plants"]);
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
    await waitFor(() => expect(server.items).toHaveLength(2));
    const keys = server.calls.map((call) => call.headers.get("Idempotency-Key")).filter(Boolean);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it("gives the reason of a refusal", async () => {
    const server = new TaskServer();
    server.failNext("POST", 400, "item: too odd");
    open();
    await user.type(field(), "?{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("“?” was not added. item: too odd");
    await user.click(button("Dismiss"));
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });

  it("before the list has come: the new task is in it", async () => {
    const server = new TaskServer(["Buy milk"]);
    const release = server.holdNext("GET");
    server.failNext("GET", 200);
    open();
    await user.type(field(), "Water the plants{Enter}");
    await waitFor(() => expect(server.sent("POST")).toHaveLength(1));
    release();
    await user.click(await screen.findByRole("button", { name: "Retry" }));
    await screen.findByRole("checkbox", { name: "Buy milk" });
    expect(texts()).toEqual(["Buy milk", "Water the plants"]);
  });
});

describe("what was done is heard", () => {
  it("each time, also if it is the same again", async () => {
    new TaskServer(["Buy milk"]);
    open();
    await screen.findByRole("checkbox", { name: "Buy milk" });
    let heard = 0;
    const observer = new MutationObserver(() => {
      heard += 1;
    });
    observer.observe(screen.getByRole("status"), { childList: true, characterData: true, subtree: true });
    for (const more of ["!", "?"]) {
      await user.click(button(/^Edit /));
      const before = heard;
      await user.keyboard(`${more}{Enter}`);
      expect(status()).toBe("Saved. 1 task left");
      expect(heard).toBeGreaterThan(before);
    }
  });

  it("and so is another view", async () => {
    new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("link", { name: /^Complete/ }));
    expect(status()).toBe("Complete: 0. 1 task left");
    await user.click(screen.getByRole("link", { name: /^All/ }));
    expect(status()).toBe("All: 1. 1 task left");
  });
});

describe("completing and reopening", () => {
  it("shows at once and sends the version that was seen", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("checkbox", { name: "Buy milk" }));
    expect(tick("Buy milk")).toBeChecked();
    expect(status()).toBe("Completed. 0 tasks left");
    await waitFor(() => expect(server.items[0]).toMatchObject({ completed: true, version: 2 }));
    await user.click(tick("Buy milk"));
    expect(tick("Buy milk")).not.toBeChecked();
    await waitFor(() => expect(server.items[0]).toMatchObject({ completed: false, version: 3 }));
    expect(server.sent("POST")).toEqual([`/item/${idOf(0)}/done`]);
    expect(server.sent("PUT")).toEqual([`/item/${idOf(0)} {"item":"Buy milk","completed":false}`]);
    expect(server.calls.slice(1).map((call) => call.headers.get("If-Match"))).toEqual(['"1"', '"2"']);
  });

  it("goes back when it fails, and Retry completes it", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await screen.findByRole("checkbox", { name: "Buy milk" });
    server.failNext("POST", 500);
    await user.click(tick("Buy milk"));
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "“Buy milk” was not completed. The server has a problem.",
    );
    expect(tick("Buy milk")).not.toBeChecked();
    await user.click(button("Retry"));
    await waitFor(() => expect(server.items[0]?.completed).toBe(true));
    expect(tick("Buy milk")).toBeChecked();
  });

  it("several failures share one message and one Retry", async () => {
    const server = new TaskServer(["a", "b", "c"]);
    open();
    await screen.findByRole("checkbox", { name: "a" });
    for (const name of ["a", "b", "c"]) {
      server.failNext("POST", 500);
      await user.click(tick(name));
    }
    await waitFor(() =>
      expect(screen.getByRole("alert")).toHaveTextContent(
        "3 changes were not saved. The server has a problem.",
      ),
    );
    await user.click(button("Retry"));
    await waitFor(() => expect(server.items.every(({ completed }) => completed)).toBe(true));
  });

  it("quick changes to one task go out one after the other, each upon the last", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await screen.findByRole("checkbox", { name: "Buy milk" });
    const release = server.holdNext("POST");
    await user.click(tick("Buy milk"));
    await user.click(tick("Buy milk"));
    await user.click(tick("Buy milk"));
    expect(tick("Buy milk")).toBeChecked();
    expect(server.sent("PUT")).toEqual([]);
    release();
    await waitFor(() => expect(server.items[0]).toMatchObject({ completed: true, version: 4 }));
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });

  it("a task can be changed before its adding has been answered", async () => {
    const server = new TaskServer();
    open();
    await screen.findByRole("heading", { name: "A clean page" });
    const release = server.holdNext("POST");
    await user.type(field(), "Buy milk{Enter}");
    await user.click(tick("Buy milk"));
    expect(tick("Buy milk")).toBeChecked();
    release();
    await waitFor(() => expect(server.items[0]).toMatchObject({ completed: true, version: 2 }));
  });

  it("a list that comes late does not bring back what a change has replaced", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await screen.findByRole("checkbox", { name: "Buy milk" });
    const stale = [...server.items];
    const release = server.holdNext("GET");
    const refreshed = list.client.invalidateQueries();
    await user.click(tick("Buy milk"));
    await waitFor(() => expect(server.items[0]?.version).toBe(2));
    server.items = stale;
    release();
    await act(() => refreshed);
    expect(tick("Buy milk")).toBeChecked();
  });
});

describe("editing", () => {
  it("begins with the text, saves by Enter and returns the focus", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Edit Buy milk" }));
    const edit = screen.getByRole("textbox", { name: "Edit task" });
    expect(edit).toHaveFocus();
    expect(edit).toHaveValue("Buy milk");
    await user.type(edit, " and bread{Enter}");
    expect(tick("Buy milk and bread")).toBeVisible();
    expect(button("Edit Buy milk and bread")).toHaveFocus();
    await waitFor(() =>
      expect(server.items[0]).toMatchObject({ item: "Buy milk and bread", completed: false }),
    );
  });

  it.each([
    ["double click", () => user.dblClick(screen.getByText("Buy milk"))],
    [
      "E on the row",
      async () => {
        act(() => tick("Buy milk").focus());
        await user.keyboard("e");
      },
    ],
  ])("also begins by %s", async (_, begin) => {
    new TaskServer(["Buy milk"]);
    open();
    await screen.findByRole("checkbox", { name: "Buy milk" });
    await begin();
    expect(screen.getByRole("textbox", { name: "Edit task" })).toHaveFocus();
    expect(screen.getByRole("textbox", { name: "Edit task" })).toHaveValue("Buy milk");
  });

  it("saves when one goes elsewhere, and leaves the focus there", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Edit Buy milk" }));
    await user.keyboard("!");
    await user.click(field());
    expect(field()).toHaveFocus();
    await waitFor(() => expect(server.items[0]?.item).toBe("Buy milk!"));
  });

  it.each([
    ["Escape", () => user.keyboard("{Escape}")],
    ["Cancel", () => user.click(button("Cancel"))],
  ])("%s restores the text and sends nothing", async (_, cancel) => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Edit Buy milk" }));
    await user.keyboard("!");
    await cancel();
    expect(texts()).toEqual(["Buy milk"]);
    expect(button("Edit Buy milk")).toHaveFocus();
    expect(server.sent("PUT")).toEqual([]);
  });

  it("sends nothing when nothing has changed", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Edit Buy milk" }));
    await user.keyboard("  {Enter}");
    expect(texts()).toEqual(["Buy milk"]);
    expect(server.sent("PUT")).toEqual([]);
  });

  it("saves once by Control and Enter, from each of its fields", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    for (const name of ["Edit task", "Notes"]) {
      await user.click(await screen.findByRole("button", { name: /^Edit Buy milk/ }));
      await user.type(screen.getByRole("textbox", { name }), "!{Control>}{Enter}{/Control}");
    }
    await waitFor(() => expect(server.items[0]).toMatchObject({ item: "Buy milk!", notes: "!" }));
    await list.settled();
    expect(server.sent("PUT")).toHaveLength(2);
  });

  it("leaves the arrows to the day, and to all else that is in it", async () => {
    new TaskServer(["Buy milk", "Call Ben"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Edit Buy milk" }));
    for (const control of [screen.getByLabelText("Due date"), button("Save")]) {
      act(() => control.focus());
      expect(fireEvent.keyDown(control, { key: "ArrowDown" })).toBe(true);
      expect(control).toHaveFocus();
    }
  });

  it("goes on when a press elsewhere has no end here, as one that opens a menu, and one comes back", async () => {
    new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Edit Buy milk" }));
    const edit = screen.getByRole("textbox", { name: "Edit task" });
    await user.pointer({ keys: "[MouseRight>]", target: field() });
    expect(field()).toHaveFocus();
    await user.pointer([{ keys: "[MouseLeft]", target: edit }]);
    await act(() => new Promise((resolve) => setTimeout(resolve)));
    expect(edit).toHaveFocus();
  });

  it("emptied, asks whether to delete", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Edit Buy milk" }));
    await user.clear(screen.getByRole("textbox", { name: "Edit task" }));
    await user.keyboard("{Enter}");
    expect(screen.getByRole("textbox", { name: "Edit task" })).toHaveAccessibleDescription(
      /Do you want to delete it/,
    );
    await user.click(button("Delete"));
    expect(texts()).toEqual([]);
    expect(button("Undo")).toBeVisible();
    expect(server.sent("PUT")).toEqual([]);
  });

  it("emptied and left, stays as it was", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Edit Buy milk" }));
    await user.clear(screen.getByRole("textbox", { name: "Edit task" }));
    await user.click(field());
    expect(texts()).toEqual(["Buy milk"]);
    expect(server.sent("PUT")).toEqual([]);
  });

  it("goes back when it fails, and Retry saves it", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Edit Buy milk" }));
    server.failNext("PUT", 500);
    await user.keyboard("!{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "“Buy milk!” was not saved. The server has a problem.",
    );
    expect(texts()).toEqual(["Buy milk"]);
    await user.click(button("Retry"));
    await waitFor(() => expect(server.items[0]?.item).toBe("Buy milk!"));
    expect(texts()).toEqual(["Buy milk!"]);
  });
});

describe("a task that was changed elsewhere meanwhile", () => {
  it("is not written over: the newer text is shown, and the person decides", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Edit Buy milk" }));
    server.change(idOf(0), { item: "Buy tea" });
    await user.keyboard("!{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "“Buy milk!” was not saved. It was changed elsewhere meanwhile, and now reads “Buy tea”.",
    );
    expect(texts()).toEqual(["Buy tea"]);
    expect(server.items[0]?.item).toBe("Buy tea");
    await user.click(button("Use mine"));
    await waitFor(() => expect(server.items[0]?.item).toBe("Buy milk!"));
    expect(texts()).toEqual(["Buy milk!"]);
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });

  it("needs no question when both wished the same", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await screen.findByRole("checkbox", { name: "Buy milk" });
    server.change(idOf(0), { completed: true });
    await user.click(tick("Buy milk"));
    await waitFor(() => expect(server.sent("GET")).toHaveLength(2));
    expect(tick("Buy milk")).toBeChecked();
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });

  it("and was deleted there, is gone here too; a new text can be kept", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Edit Buy milk" }));
    server.items = [];
    await user.keyboard("!{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "“Buy milk!” was not saved. The task was deleted elsewhere.",
    );
    expect(texts()).toEqual([]);
    await user.click(button("Add as a new task"));
    await waitFor(() => expect(server.items.map(({ item }) => item)).toEqual(["Buy milk!"]));
  });

  it("and was deleted there while it is edited here, leaves what was written", async () => {
    const server = new TaskServer(["Buy milk", "Call Ada"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Edit Buy milk" }));
    await user.keyboard("!");
    server.items = server.items.slice(1);
    await act(() => list.client.invalidateQueries());
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "“Buy milk!” was not saved. The task was deleted elsewhere.",
    );
    expect(texts()).toEqual(["Call Ada"]);
    await user.click(button("Add as a new task"));
    await waitFor(() => expect(server.items.map(({ item }) => item)).toEqual(["Call Ada", "Buy milk!"]));
  });

  it("is not deleted without a further question", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Delete Buy milk" }));
    server.change(idOf(0), { item: "Buy tea" });
    await user.click(button("Dismiss"));
    expect(await screen.findByRole("alert")).toHaveTextContent("“Buy milk” was not deleted");
    expect(texts()).toEqual(["Buy tea"]);
    await user.click(button("Delete anyway"));
    await waitFor(() => expect(server.items).toEqual([]));
    expect(texts()).toEqual([]);
  });
});

describe("deleting", () => {
  it("shows at once, offers Undo, and is sent when the time is over", async () => {
    const server = new TaskServer(["Buy milk", "Call the dentist"]);
    open();
    await screen.findByRole("checkbox", { name: "Buy milk" });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    fireEvent.click(button("Delete Buy milk"));
    expect(texts()).toEqual(["Call the dentist"]);
    expect(screen.getByText("Deleted “Buy milk”")).toBeVisible();
    act(() => void vi.advanceTimersByTime(9_999));
    expect(button("Undo")).toBeVisible();
    expect(server.sent("DELETE")).toEqual([]);
    act(() => void vi.advanceTimersByTime(1));
    vi.useRealTimers();
    await waitFor(() => expect(server.sent("DELETE")).toEqual([`/item/${idOf(0)}`]));
    expect(server.calls.at(-1)?.headers.get("If-Match")).toBe('"1"');
    expect(screen.queryByRole("button", { name: "Undo" })).not.toBeInTheDocument();
    expect(texts()).toEqual(["Call the dentist"]);
  });

  it.each([
    [
      "the pointer is on the message",
      (on: boolean) => {
        const toast = screen.getByText("Deleted “Buy milk”");
        if (on) fireEvent.pointerEnter(toast);
        else fireEvent.pointerLeave(toast);
      },
    ],
    [
      "the focus is in the message",
      (on: boolean) => {
        if (on) button("Undo").focus();
        else field().focus();
      },
    ],
    [
      "the tab is hidden",
      (on: boolean) => {
        Object.defineProperty(document, "hidden", { value: on, configurable: true });
        fireEvent(document, new Event("visibilitychange"));
      },
    ],
  ])("waits as long as %s", async (_, pause) => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await screen.findByRole("checkbox", { name: "Buy milk" });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    fireEvent.click(button("Delete Buy milk"));
    act(() => void vi.advanceTimersByTime(9_000));
    act(() => pause(true));
    act(() => void vi.advanceTimersByTime(60_000));
    expect(button("Undo")).toBeVisible();
    act(() => pause(false));
    act(() => void vi.advanceTimersByTime(1_000));
    vi.useRealTimers();
    await waitFor(() => expect(server.items).toEqual([]));
  });

  it.each([
    ["the button", () => user.click(button("Undo"))],
    ["Control Z", () => user.keyboard("{Control>}z{/Control}")],
    ["Command Z", () => user.keyboard("{Meta>}z{/Meta}")],
  ])("is undone by %s, and nothing was ever sent", async (_, undo) => {
    const server = new TaskServer(["Buy milk", "Call the dentist"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Delete Buy milk" }));
    await undo();
    expect(texts()).toEqual(["Buy milk", "Call the dentist"]);
    expect(tick("Buy milk")).toHaveFocus();
    expect(screen.queryByRole("button", { name: "Undo" })).not.toBeInTheDocument();
    expect(server.sent("DELETE")).toEqual([]);
  });

  it("leaves Control Z to a field with text in it", async () => {
    new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Delete Buy milk" }));
    await user.type(field(), "abc{Control>}z{/Control}");
    expect(button("Undo")).toBeVisible();
  });

  it("leaves Control Z to a search that is being written", async () => {
    new TaskServer(["Buy milk", "Call Ben"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Delete Buy milk" }));
    await user.type(screen.getByRole("searchbox"), "Ben");
    await user.keyboard("{Control>}z{/Control}");
    await user.clear(screen.getByRole("searchbox"));
    expect(texts()).toEqual(["Call Ben"]);
  });

  it("several share one Undo", async () => {
    new TaskServer(["a", "b", "c"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Delete a" }));
    await user.click(button("Delete b"));
    expect(screen.getByText("Deleted 2 tasks")).toBeVisible();
    await user.click(button("Undo"));
    expect(texts()).toEqual(["a", "b", "c"]);
  });

  it("by the Delete key on a row; the focus goes to the next, the one before, the field", async () => {
    new TaskServer(["a", "b", "c"]);
    open();
    await screen.findByRole("checkbox", { name: "a" });
    act(() => tick("b").focus());
    await user.keyboard("{Delete}");
    expect(tick("c")).toHaveFocus();
    await user.keyboard("{Delete}");
    expect(tick("a")).toHaveFocus();
    await user.keyboard("{Delete}");
    expect(field()).toHaveFocus();
  });

  it("is sent when the page goes away", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Delete Buy milk" }));
    fireEvent(window, new Event("pagehide"));
    await waitFor(() => expect(server.items).toEqual([]));
    expect(server.sent("DELETE")).toHaveLength(1);
  });

  it("comes back when it fails, and Retry deletes it", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Delete Buy milk" }));
    server.failNext("DELETE", 500);
    await user.click(button("Dismiss"));
    expect(await screen.findByRole("alert")).toHaveTextContent("“Buy milk” was not deleted.");
    expect(texts()).toEqual(["Buy milk"]);
    await user.click(button("Retry"));
    await waitFor(() => expect(server.items).toEqual([]));
    expect(texts()).toEqual([]);
  });

  it("of a task that is gone already has reached its end", async () => {
    const server = new TaskServer(["Buy milk"]);
    open();
    await user.click(await screen.findByRole("button", { name: "Delete Buy milk" }));
    server.items = [];
    await user.click(button("Dismiss"));
    await waitFor(() => expect(server.sent("DELETE")).toHaveLength(1));
    expect(await screen.findByRole("heading", { name: "A clean page" })).toBeVisible();
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });
});

describe("views", () => {
  /** Two open tasks, one completed. */
  function seeded() {
    const server = new TaskServer(["a", "b", "c"]);
    server.items = server.items.map((item) => (item.item === "b" ? { ...item, completed: true } : item));
    return server;
  }

  it("are links with counts; the address names the view", async () => {
    seeded();
    open();
    await screen.findByRole("checkbox", { name: "a" });
    expect(counts()).toEqual(["All 3", "Incomplete 2", "Complete 1"]);
    await user.click(screen.getByRole("link", { name: "Complete 1" }));
    expect(location.search).toBe("?show=complete");
    expect(texts()).toEqual(["b"]);
    expect(filters().map((link) => link.getAttribute("aria-current"))).toEqual([null, null, "page"]);
    act(() => history.back());
    await waitFor(() => expect(texts()).toEqual(["a", "b", "c"]));
  });

  it.each([
    ["/?show=incomplete", ["a", "c"]],
    ["/?show=complete", ["b"]],
    ["/?show=nonsense", ["a", "b", "c"]],
  ])("%s", async (path, want) => {
    seeded();
    open(path);
    await waitFor(() => expect(texts()).toEqual(want));
  });

  it("a task that is completed leaves the incomplete ones, and the focus goes on", async () => {
    seeded();
    open("/?show=incomplete");
    await user.click(await screen.findByRole("checkbox", { name: "c" }));
    expect(texts()).toEqual(["a"]);
    expect(tick("a")).toHaveFocus();
    expect(counts()).toEqual(["All 3", "Incomplete 1", "Complete 2"]);
  });

  it.each([
    ["/?show=incomplete", true, "All done"],
    ["/?show=complete", false, "Nothing completed yet"],
  ])("%s with nothing in it says so", async (path, completed, title) => {
    const server = new TaskServer(["a"]);
    server.change(idOf(0), { completed });
    open(path);
    expect(await screen.findByRole("heading", { name: title })).toBeVisible();
  });

  it.each([
    ["/?show=complete", "d", "", ["a", "b", "c", "d"]],
    ["/?show=incomplete", "d", "?show=incomplete", ["a", "c", "d"]],
    ["/?q=a", "d", "", ["a", "b", "c", "d"]],
    ["/?q=a", "aa", "?q=a", ["a", "aa"]],
    ["/?show=complete&q=b", "bb", "?q=b", ["b", "bb"]],
  ])("%s gives way where it does not hold %s, which is new", async (path, text, search, want) => {
    seeded();
    open(path);
    await screen.findAllByRole("checkbox");
    await user.type(field(), `${text}{Enter}`);
    await waitFor(() => expect(texts()).toEqual(want));
    expect(location.search).toBe(search);
  });

  it("a deletion drops its own row from a view, and no other", async () => {
    seeded();
    open("/?show=incomplete");
    await user.click(await screen.findByRole("button", { name: "Delete a" }));
    expect(texts()).toEqual(["c"]);
    expect(counts()).toEqual(["All 2", "Incomplete 1", "Complete 1"]);
  });
});

it("a task's text has the direction that it is written in", async () => {
  new TaskServer(["שלום עולם"]);
  open();
  await screen.findByRole("checkbox", { name: "שלום עולם" });
  expect(screen.getByText("שלום עולם")).toHaveAttribute("dir", "auto");
});

it("a long text is clipped in the names of its buttons", async () => {
  new TaskServer(["word ".repeat(150).trim()]);
  open();
  const { length } =
    (await screen.findByRole("button", { name: /^Delete word/ })).getAttribute("aria-label") ?? "";
  expect(length).toBeLessThan(80);
});
