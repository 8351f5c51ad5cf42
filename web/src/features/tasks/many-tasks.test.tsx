import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createApi } from "../../api/client.ts";
import { prefer } from "../../preferences.ts";
import { config } from "../../testing/sign-in-server.ts";
import { idOf, TaskServer } from "../../testing/task-server.ts";
import { createDrafts } from "./drafts.ts";
import { openKeep } from "./keep.ts";
import { linesOf } from "./task.ts";
import { createTaskList, type TaskList } from "./task-list.ts";
import { TasksPage } from "./tasks-page.tsx";
import { createIds } from "./uuid.ts";

let list: TaskList;
let stop: () => void;

async function open(texts: string[], path = "/") {
  const server = new TaskServer(texts);
  history.replaceState(null, "", path);
  list = createTaskList({
    api: createApi(config.apiUrl, fetch),
    keep: openKeep("ada"),
    newId: createIds(Date.now),
    owner: "ada",
  });
  stop = list.start();
  render(<TasksPage list={list} drafts={createDrafts(sessionStorage, "ada")} />);
  if (texts[0]) await screen.findByRole("checkbox", { name: texts[0] });
  return server;
}

afterEach(async () => {
  cleanup();
  await list.settled();
  stop();
});

const user = userEvent.setup();
const field = () => screen.getByRole("textbox", { name: "New task" });
const tick = (name: string) => screen.getByRole("checkbox", { name });
const button = (name: string | RegExp) => screen.getByRole("button", { name });
const texts = () => screen.queryAllByRole("listitem").map((row) => row.querySelector("p")?.textContent);
const status = () => screen.getByRole("status").textContent;

describe("single keys", () => {
  it("N and / go to the field, F to the search", async () => {
    await open(["a"]);
    for (const key of ["n", "/"]) {
      (document.activeElement as HTMLElement).blur();
      await user.keyboard(key);
      expect(field()).toHaveFocus();
      expect(field()).toHaveValue("");
      await user.tab();
    }
    tick("a").focus();
    await user.keyboard("f");
    expect(screen.getByRole("searchbox")).toHaveFocus();
  });

  it("J and K, and the arrows in the list, go from task to task", async () => {
    await open(["a", "b", "c"]);
    await user.keyboard("j");
    expect(tick("a")).toHaveFocus();
    await user.keyboard("jj");
    expect(tick("c")).toHaveFocus();
    await user.keyboard("j");
    expect(tick("c")).toHaveFocus();
    await user.keyboard("k{ArrowUp}");
    expect(tick("a")).toHaveFocus();
    await user.keyboard("{ArrowDown}");
    expect(tick("b")).toHaveFocus();
  });

  it("1, 2 and 3 choose the view, Z undoes", async () => {
    await open(["a"]);
    await user.keyboard("2");
    expect(location.search).toBe("?show=incomplete");
    await user.keyboard("3");
    expect(location.search).toBe("?show=complete");
    await user.keyboard("1");
    expect(location.search).toBe("");
    await user.click(button("Delete a"));
    await user.click(document.body);
    await user.keyboard("z");
    expect(texts()).toEqual(["a"]);
  });

  it("are letters in a field", async () => {
    await open(["a"]);
    await user.type(field(), "njkfz123?");
    expect(field()).toHaveValue("njkfz123?");
    expect(location.search).toBe("");
  });

  it("can be switched off; keys that type nothing stay", async () => {
    prefer({ singleKeys: false });
    await open(["a", "b"]);
    tick("a").focus();
    await user.keyboard("e2nj");
    expect(tick("a")).toHaveFocus();
    expect(location.search).toBe("");
    await user.keyboard("{ArrowDown}");
    expect(tick("b")).toHaveFocus();
    await user.keyboard("{Delete}");
    expect(texts()).toEqual(["a"]);
  });
});

describe("clearing what is completed", () => {
  it("is offered when there is some, says how much, and is undone at once", async () => {
    const server = await open(["a", "b", "c"]);
    expect(screen.queryByRole("button", { name: /Clear/ })).not.toBeInTheDocument();
    await user.click(tick("a"));
    await user.click(tick("c"));
    await user.click(button("Clear 2 completed"));
    expect(texts()).toEqual(["b"]);
    expect(screen.getByText("Deleted 2 tasks")).toBeVisible();
    await user.click(button("Undo"));
    expect(texts()).toEqual(["a", "b", "c"]);
    expect(server.sent("DELETE")).toEqual([]);
    await user.click(button("Clear 2 completed"));
    await user.click(button("Dismiss"));
    await waitFor(() => expect(server.items.map(({ item }) => item)).toEqual(["b"]));
  });
});

describe("searching", () => {
  it("shows what holds the words in any case, and keeps them in the address", async () => {
    await open(["Buy milk", "Call Ada", "buy bread"]);
    await user.type(screen.getByRole("searchbox"), "BUY");
    await waitFor(() => expect(texts()).toEqual(["Buy milk", "buy bread"]));
    expect(location.search).toBe("?q=BUY");
    expect(status()).toContain("2 tasks found.");
    await user.click(tick("Buy milk"));
    await user.click(screen.getByRole("link", { name: /^Incomplete/ }));
    expect(location.search).toBe("?show=incomplete&q=BUY");
    expect(texts()).toEqual(["buy bread"]);
  });

  it("says when nothing does", async () => {
    await open(["Buy milk"]);
    await user.type(screen.getByRole("searchbox"), "xyz");
    expect(await screen.findByRole("heading", { name: "Nothing found" })).toBeVisible();
  });
});

describe("several at once", () => {
  it("are selected, completed, reopened and deleted together", async () => {
    const server = await open(["a", "b", "c"]);
    await user.click(button("Select several"));
    await user.click(await screen.findByRole("checkbox", { name: "Select a" }));
    await user.click(tick("Select c"));
    expect(screen.getByText("2 selected")).toBeVisible();
    await user.click(button("Complete"));
    await waitFor(() => expect(server.items.map(({ completed }) => completed)).toEqual([true, false, true]));
    await user.click(button("Select several"));
    await user.click(await screen.findByRole("button", { name: "Select all" }));
    await user.click(button("Delete"));
    expect(texts()).toEqual([]);
    await user.click(button("Undo"));
    expect(texts()).toEqual(["a", "b", "c"]);
  });

  it("are kept together, however many", async () => {
    await open(["a", "b", "c"]);
    await user.click(button("Select several"));
    await user.click(await screen.findByRole("button", { name: "Select all" }));
    const heard = vi.fn();
    const stopListening = list.subscribeQueue(heard);
    fireEvent.click(button("Complete"));
    expect(heard).toHaveBeenCalledOnce();
    stopListening();
    expect(list.queue().wishes).toHaveLength(3);
  });

  it("by X, by a click with Control, and with Shift as far as there", async () => {
    await open(["a", "b", "c", "d"]);
    tick("b").focus();
    await user.keyboard("x");
    expect(tick("Select b")).toBeChecked();
    await user.keyboard("{Shift>}");
    await user.click(screen.getByText("d"));
    await user.keyboard("{/Shift}");
    expect(
      ["a", "b", "c", "d"].filter((name) => (tick(`Select ${name}`) as HTMLInputElement).checked),
    ).toEqual(["b", "c", "d"]);
    await user.click(await screen.findByRole("button", { name: "Done" }));
    expect(screen.queryByRole("checkbox", { name: "Select a" })).not.toBeInTheDocument();
    // The next time, Shift reaches from nowhere yet.
    await user.keyboard("{Shift>}");
    await user.click(screen.getByText("a"));
    await user.keyboard("{/Shift}");
    expect(await screen.findByText("1 selected")).toBeVisible();
  });
});

describe("pasting many lines", () => {
  const paste = async (text: string) => {
    await user.click(field());
    await user.paste(text);
  };

  it("makes as many tasks", async () => {
    const server = await open(["a"]);
    await paste("- [ ] Milk\n- Bread\n\n3. Eggs\n");
    await user.keyboard("{Enter}");
    expect(texts()).toEqual(["a", "Milk", "Bread", "Eggs"]);
    expect(status()).toContain("Added 3 tasks.");
    expect(field()).toHaveFocus();
    await waitFor(() => expect(server.items).toHaveLength(4));
  });

  it("or one, if one likes", async () => {
    await open(["a"]);
    await paste("Milk\nBread");
    await user.click(button("Write them as one"));
    expect(field()).toHaveValue("Milk\nBread");
    await user.keyboard("{Enter}");
    expect(texts()).toEqual(["a", "Milk\nBread"]);
  });

  it("or none", async () => {
    await open(["a"]);
    await paste("Milk\nBread");
    await user.keyboard("{Escape}");
    expect(field()).toHaveFocus();
    expect(texts()).toEqual(["a"]);
  });

  it.each([
    ["one", ["one"]],
    ["a\r\nb\rc", ["a", "b", "c"]],
    ["* a\n• b\n12) c\n[x] d", ["a", "b", "c", "[x] d"]],
    ["-5 degrees\n3.5 litres", ["-5 degrees", "3.5 litres"]],
    ["\n \n", []],
  ])("%j holds %j", (text, want) => {
    expect(linesOf(text)).toEqual(want);
  });

  it("a long line makes several tasks; no word or character is cut in two that need not be", () => {
    expect(linesOf(`a\n${"b".repeat(999)}😀c`)).toEqual(["a", `${"b".repeat(999)}😀`, "c"]);
    expect(linesOf(`- ${"word ".repeat(401)}`)).toEqual([200, 200, 1].map((n) => "word ".repeat(n).trim()));
  });
});

describe("what is being written", () => {
  it("is still there after a reload, new or edited", async () => {
    await open(["a"]);
    await user.type(field(), "half a tho");
    await user.click(button("Edit a"));
    await user.keyboard("bc");
    // A reload is no blur.
    cleanup();
    render(<TasksPage list={list} drafts={createDrafts(sessionStorage, "ada")} />);
    expect(field()).toHaveValue("half a tho");
    expect(screen.getByRole("textbox", { name: "Edit task" })).toHaveValue("abc");
    await user.click(button("Cancel"));
    await user.clear(field());
    expect(Object.keys(sessionStorage)).toEqual([]);
  });
});

describe("due dates and notes", () => {
  it("are written in an edit, shown in the row, and sent alone", async () => {
    const server = await open(["a"]);
    await user.click(button("Edit a"));
    fireEvent.change(screen.getByLabelText("Due date"), { target: { value: "2026-01-05" } });
    await user.type(screen.getByRole("textbox", { name: "Notes" }), "two{Enter}lines");
    await user.click(button("Save"));
    expect(screen.getByText(/^Overdue: /)).toBeVisible();
    expect(tick("a")).toHaveAccessibleDescription(/^Overdue: /);
    expect(screen.getByText(/two\s+lines/)).toBeVisible();
    await waitFor(() =>
      expect(server.items[0]).toMatchObject({ due_date: "2026-01-05", notes: "two\nlines" }),
    );
    expect(server.sent("PUT")[0]).not.toContain("position");
    await user.type(screen.getByRole("searchbox"), "LINES");
    expect(texts()).toEqual(["a"]);
  });

  it("are named by the day that it is, also when a page stays open over midnight", async () => {
    vi.useFakeTimers({
      toFake: ["setInterval", "clearInterval", "Date"],
      now: new Date(2026, 11, 31, 23, 59, 30),
    });
    const server = await open([]);
    server.items = [{ id: idOf(1), item: "a", completed: false, version: 1, due_date: "2026-12-31" }];
    await list.client.invalidateQueries();
    expect(await screen.findByText("Due today")).toBeVisible();
    act(() => void vi.advanceTimersByTime(60_000));
    expect(screen.getByText("Overdue: yesterday")).toBeVisible();
  });

  it("a completed task is not overdue", async () => {
    const server = await open([]);
    server.items = [{ id: idOf(1), item: "a", completed: true, version: 1, due_date: "2026-01-05" }];
    await list.client.invalidateQueries();
    expect(await screen.findByText(/^Due /)).toBeVisible();
  });
});

describe("hints for the first visit", () => {
  it("stand below the first tasks until they have been seen, and never again", async () => {
    await open([]);
    await screen.findByText("A clean page");
    expect(screen.queryByText("Good to know")).not.toBeInTheDocument();
    await user.type(field(), "first{Enter}");
    expect(screen.getByText("Good to know")).toBeVisible();
    expect(screen.getByText(/^Press \?/)).toBeVisible();
    await user.click(button("Got it"));
    expect(screen.queryByText("Good to know")).not.toBeInTheDocument();
    expect(screen.getByRole("heading", { name: "To do" })).toHaveFocus();
    cleanup();
    await open(["another list"]);
    expect(screen.queryByText("Good to know")).not.toBeInTheDocument();
  });

  it("do not speak of keys that are switched off, and leave people with many tasks alone", async () => {
    prefer({ singleKeys: false });
    await open(Array.from({ length: 10 }, (_, n) => `task ${n}`));
    expect(screen.getByText("Good to know")).toBeVisible();
    expect(screen.queryByText(/^Press \?/)).not.toBeInTheDocument();
    await user.type(field(), "eleventh{Enter}");
    expect(screen.queryByText("Good to know")).not.toBeInTheDocument();
  });
});

describe("the person's own order", () => {
  it("by Alt and the arrows; the focus goes along, and only the moved one is written", async () => {
    const server = await open(["a", "b", "c"]);
    tick("c").focus();
    await user.keyboard("{Alt>}{ArrowUp}{/Alt}");
    expect(texts()).toEqual(["a", "c", "b"]);
    expect(tick("c")).toHaveFocus();
    expect(status()).toBe("Moved to 2 of 3. 3 tasks left");
    await user.keyboard("{Alt>}{ArrowUp}{ArrowUp}{/Alt}");
    expect(texts()).toEqual(["c", "a", "b"]);
    await waitFor(() => expect(list.queue().wishes).toEqual([]));
    expect(server.items.map(({ position }) => position !== undefined)).toEqual([false, false, true]);
  });

  it("by the buttons of an edit, which goes on", async () => {
    await open(["a", "b", "c"]);
    await user.click(button("Edit a"));
    await user.keyboard("!");
    await user.click(button("Move down"));
    expect(texts()).toEqual(["b", undefined, "c"]);
    expect(screen.getByRole("textbox", { name: "Edit task" })).toHaveValue("a!");
    await user.click(button("Save"));
    expect(texts()).toEqual(["b", "a!", "c"]);
  });

  it("a new task comes last", async () => {
    await open(["a", "b"]);
    tick("a").focus();
    await user.keyboard("{Alt>}{ArrowDown}{/Alt}");
    await user.type(field(), "new{Enter}");
    expect(texts()).toEqual(["b", "a", "new"]);
  });

  it("where there is no room between two tasks, those around them are written too", async () => {
    const server = await open(["a", "b", "c", "d"]);
    for (const index of [0, 1, 2]) server.change(idOf(index), { position: "V" });
    await list.client.invalidateQueries();
    tick("d").focus();
    await user.keyboard("{Alt>}{ArrowUp}{/Alt}");
    expect(texts()).toEqual(["a", "b", "d", "c"]);
    expect(tick("d")).toHaveFocus();
    await waitFor(() => expect(list.queue().wishes).toEqual([]));
    await list.client.invalidateQueries();
    expect(texts()).toEqual(["a", "b", "d", "c"]);
    expect(new Set(server.items.map(({ position }) => position)).size).toBe(4);
  });

  it("a move is no reason to ask anybody anything", async () => {
    const server = await open(["a", "b"]);
    server.change(idOf(1), { item: "b elsewhere" });
    tick("b").focus();
    await user.keyboard("{Alt>}{ArrowUp}{/Alt}");
    await waitFor(() => expect(texts()).toEqual(["b elsewhere", "a"]));
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });
});
