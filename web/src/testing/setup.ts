import "@testing-library/jest-dom/vitest";
import "fake-indexeddb/auto";
import { cleanup, configure } from "@testing-library/react";
import { IDBFactory } from "fake-indexeddb";
import { afterAll, afterEach, beforeAll, beforeEach, expect, type MockInstance, vi } from "vitest";
import { FakeLocks } from "./locks.ts";
import { network } from "./network.ts";

// jsdom puts its own classes over Node's, so what Node's cryptography gives is an instance of neither.
Object.assign(globalThis, {
  Uint8Array: Object.getPrototypeOf(Buffer),
  ArrayBuffer: Buffer.alloc(1).buffer.constructor,
});

configure({ asyncUtilTimeout: 20_000 });

let complaints: MockInstance[] = [];

beforeAll(() => network.listen({ onUnhandledRequest: "error" }));

beforeEach(() => {
  // What jsdom lacks.
  Object.defineProperty(window, "isSecureContext", { value: true, configurable: true });
  Element.prototype.scrollIntoView = vi.fn();
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function (this: HTMLDialogElement) {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
  Object.defineProperty(navigator, "locks", { value: new FakeLocks(), configurable: true });
  // Whatever is complained about, React's own warnings included, fails the test that caused it.
  complaints = [vi.spyOn(console, "error"), vi.spyOn(console, "warn")];
});

afterEach(() => {
  cleanup();
  for (const complaint of complaints) expect(complaint).not.toHaveBeenCalled();
  vi.useRealTimers();
  network.resetHandlers();
  localStorage.clear();
  globalThis.indexedDB = new IDBFactory();
  sessionStorage.clear();
  history.replaceState(null, "", "/");
});

afterAll(() => network.close());
