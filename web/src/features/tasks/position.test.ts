import { describe, expect, it } from "vitest";
import { between, inOrder, type Place, placesFor } from "./position.ts";
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
    ["V", "V0001", "V0000V"],
    ["V", "V", undefined],
    ["W", "V", undefined],
    ["V", "V00", undefined],
  ])("%j and %j is %j", (before, after, want) => {
    expect(between(before, after)).toBe(want);
  });

  it("can be found a hundred times at the same spot", () => {
    for (const side of ["before", "after"] as const) {
      let [low, high] = ["V", "W"];
      for (let n = 0; n < 100; n++) {
        const middle = between(low, high) ?? "";
        expect(middle).toMatch(form);
        expect(low < middle && middle < high).toBe(true);
        if (side === "before") high = middle;
        else low = middle;
      }
      expect(between(low, high)?.length).toBeLessThan(128);
    }
  });
});

/** The list once the places are taken, which have to be good ones. */
function placed(tasks: Task[], places: Place[]): Task[] {
  for (const { position } of places) {
    expect(position).toMatch(form);
    expect(position.length).toBeLessThanOrEqual(128);
  }
  const positions = new Map(places.map(({ base, position }) => [base.id, position]));
  return inOrder(tasks.map((each) => ({ ...each, position: positions.get(each.id) ?? each.position })));
}

const names = (tasks: Task[]) => tasks.map(({ text }) => text);

it("tasks that were never moved are in the order of their ids, and new ones come last", () => {
  const tasks = [task(1), task(2), task(3)];
  expect(inOrder(tasks)).toBe(tasks);
  const after = placed(tasks, placesFor(task(1), 2, tasks, tasks, later));
  const added = { ...task(4), id: "0190a000-0001-7000-8000-000000000004" };
  expect(names(inOrder([added, ...after]))).toEqual(["2", "3", "1", "4"]);
});

it.each([
  [0, 2, ["1", "2", "0", "3"]],
  [3, 0, ["3", "0", "1", "2"]],
  [1, 1, ["0", "1", "2", "3"]],
  [0, 3, ["1", "2", "3", "0"]],
])("moving the one at %i to %i writes it alone", (from, to, want) => {
  const tasks = [0, 1, 2, 3].map((index) => task(index));
  const moving = tasks[from] as Task;
  const places = placesFor(moving, to, tasks, tasks, later);
  expect(places.map(({ base }) => base)).toEqual([moving]);
  expect(names(placed(tasks, places))).toEqual(want);
});

it("among some of the tasks, the hidden ones stay where they are", () => {
  const tasks = [0, 1, 2, 3, 4].map((index) => task(index));
  const visible = tasks.filter((_, index) => index % 2 === 0);
  const up = placesFor(task(4), 1, visible, tasks, later);
  expect(names(placed(tasks, up))).toEqual(["0", "1", "4", "2", "3"]);
  const down = placesFor(task(0), 2, visible, tasks, later);
  expect(names(placed(tasks, down))).toEqual(["1", "2", "3", "4", "0"]);
});

describe("where there is no room between two tasks", () => {
  const full = (end: string) => `V${"0".repeat(126)}${end}`;

  it.each([
    ["that are at the same place", ["K", "V", "V", "V", "k"], 4, 2],
    ["whose places have all their digits", ["K", full("1"), full("2"), "k"], 3, 2],
    ["at the end, behind all that will be added", ["V", "z", "z".repeat(128)], 0, 2],
    ["at the beginning", [`${"0".repeat(127)}1`, "V", "k"], 2, 0],
  ])("%s, those around it move over", (_, positions, from, to) => {
    const tasks = positions.map((position, index) => task(index, position));
    const moving = tasks[from] as Task;
    const places = placesFor(moving, to, tasks, tasks, later);
    expect(places.length).toBeGreaterThan(1);
    const others = names(tasks).toSpliced(from, 1);
    expect(names(placed(tasks, places))).toEqual(others.toSpliced(to, 0, moving.text));
  });

  it("a thousand times at one spot, few are written", () => {
    let tasks = Array.from({ length: 200 }, (_, index) => task(index));
    let written = 0;
    for (let n = 0; n < 1000; n++) {
      const last = tasks.at(-1) as Task;
      const want = names(tasks).toSpliced(-1, 1).toSpliced(1, 0, last.text);
      const places = placesFor(last, 1, tasks, tasks, later);
      written += places.length;
      tasks = placed(tasks, places);
      expect(names(tasks)).toEqual(want);
    }
    expect(written).toBeLessThan(2000);
  });
});
