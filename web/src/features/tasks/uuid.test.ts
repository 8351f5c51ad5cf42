import { expect, it } from "vitest";
import { createIds } from "./uuid.ts";

const form = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

it("an id is a UUID of version 7 that begins with its time", () => {
  const id = createIds(() => 0x0190_1234_5678)();
  expect(id).toMatch(form);
  expect(id.slice(0, 13)).toBe("01901234-5678");
});

it("ids are in the order of their making: in one millisecond, past the counter's end, with the clock set back", () => {
  let time = 1_700_000_000_000;
  const newId = createIds(() => time);
  const ids = Array.from({ length: 5000 }, newId);
  time -= 60_000;
  ids.push(newId());
  time += 120_000;
  ids.push(newId());
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(form);
});
