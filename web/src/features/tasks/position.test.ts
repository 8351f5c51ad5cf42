import { describe, expect, it } from "vitest";
import { between, inOrder, placeOf, positionAt } from "./position.ts";
import type { Task } from "./task.ts";

/** A millisecond after the tasks of these tests were added. */
const later = 0x0190a0000001;

const form = /^[0-9A-Za-z]*[1-9A-Za-z]$/;

function task(index: number, position = ""): Task {
  const id = `0190a000-0000-7000-8000-${String(index).padStart(12, "0")}`;
  return { id, text: String(index), completed: false, due: "", notes: "", position, version: 1 };
}

describe("a place between two", () => {
  it.each([
    ["", "", "V"],
    ["", "V", "F"],
    ["V", "", "k"],
    ["V", "W", "VV"],
    ["V", "V1", "V0V"],
    ["z", "", "zV"],
    ["", "1", "0V"],
    ["Az", "B", "AzV"],
    ["V", "V", "k"],
  ])("%j and %j is %j", (before, after, want) => {
    expect(between(before, after)).toBe(want);
  });

  it("can be found a hundred times at the same spot", () => {
    for (const side of ["before", "after"] as const) {
      let [low, high] = ["V", "W"];
      for (let n = 0; n < 100; n++) {
        const middle = between(low, high);
        expect(middle).toMatch(form);
        expect(low < middle && middle < high).toBe(true);
        if (side === "before") high = middle;
        else low = middle;
      }
      expect(between(low, high).length).toBeLessThan(128);
    }
  });
});

it("tasks that were never moved are in the order of their ids, and new ones come last", () => {
  const tasks = [task(1), task(2), task(3)];
  expect(inOrder(tasks)).toBe(tasks);
  const moved = { ...task(1), position: positionAt(tasks, task(1), 2, later) };
  expect(moved.position).toMatch(form);
  expect(moved.position > placeOf(task(3))).toBe(true);
  const added = { ...task(4), id: "0190a000-0001-7000-8000-000000000004" };
  expect(inOrder([moved, ...tasks.slice(1), added]).map(({ text }) => text)).toEqual(["2", "3", "1", "4"]);
});

it.each([
  [0, 2, ["1", "2", "0", "3"]],
  [3, 0, ["3", "0", "1", "2"]],
  [1, 1, ["0", "1", "2", "3"]],
  [0, 3, ["1", "2", "3", "0"]],
])("moving the one at %i to %i writes it alone", (from, to, want) => {
  const tasks = [0, 1, 2, 3].map((index) => task(index));
  const moving = tasks[from] as Task;
  const position = positionAt(tasks, moving, to, later);
  const after = tasks.map((each) => (each === moving ? { ...each, position } : each));
  expect(inOrder(after).map(({ text }) => text)).toEqual(want);
});
