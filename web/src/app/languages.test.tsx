import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, expect, it } from "vitest";
import { locales } from "../i18n/locale.ts";
import { plural } from "../i18n/plural.ts";
import { speak } from "../i18n/speech.ts";
import { network } from "../testing/network.ts";
import { keepSession, SignInServer } from "../testing/sign-in-server.ts";
import { TaskServer } from "../testing/task-server.ts";
import { begin } from "./beginning.ts";
import { boot } from "./boot.tsx";
import { de } from "./locales/de.ts";

beforeEach(() => {
  network.use(
    http.get("*/config.json", () =>
      HttpResponse.json({
        APP_API_URL: "http://api.test/prod",
        APP_ISSUER: "http://auth.test/local_abc123",
        APP_AUTH_URL: "http://auth.test",
        APP_CLIENT_ID: "client",
      }),
    ),
  );
});

afterEach(async () => {
  cleanup();
  await speak("en");
});

it("the language is changed at once, kept, and changed back", async () => {
  keepSession(new SignInServer().idToken());
  new TaskServer(["Buy milk"]);
  render(await boot(begin(), () => {}));
  await screen.findByRole("checkbox", { name: "Buy milk" });
  await userEvent.click(screen.getByRole("button", { name: "Settings" }));
  await userEvent.selectOptions(await screen.findByRole("combobox", { name: "Language" }), "Deutsch");
  expect(await screen.findByRole("combobox", { name: "Sprache" })).toHaveValue("de");
  expect(document.documentElement).toHaveAttribute("lang", "de");
  expect(screen.getByText(/1 Aufgabe offen/)).toBeInTheDocument();
  expect(screen.getByRole("button", { name: de.tasks.delete("Buy milk") })).toBeInTheDocument();
  expect(localStorage.getItem("todo.language")).toBe("de");
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Sprache" }), "العربية");
  expect(await screen.findByRole("combobox", { name: "اللغة" })).toBeVisible();
  expect(document.documentElement).toHaveAttribute("dir", "rtl");
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "اللغة" }), "English");
  expect(await screen.findByRole("combobox", { name: "Language" })).toBeVisible();
  expect(document.documentElement).toHaveAttribute("dir", "ltr");
});

it("the app speaks the language of the page from the start, and asks for it at the sign-in pages", async () => {
  document.documentElement.lang = "fr";
  let left = "";
  render(
    await boot(begin(), (address) => {
      left = address;
    }),
  );
  await userEvent.click(screen.getByRole("button", { name: "Se connecter" }));
  await expect.poll(() => new URL(left || "about:blank").searchParams.get("lang")).toBe("fr");
});

it.each(Object.keys(locales))("%s has a name of its own", (tag) => {
  expect(new Intl.DisplayNames(tag, { type: "language" }).of(tag)?.toLocaleLowerCase()).toContain(
    locales[tag as keyof typeof locales].split(" ")[0]?.toLocaleLowerCase(),
  );
});

it("a phrase has the form that its number needs", () => {
  const left = plural("ar", { one: "واحد", two: "اثنان", few: "# قليل", many: "# كثير", other: "#" });
  expect([1, 2, 3, 11, 100].map(left)).toEqual(["واحد", "اثنان", "3 قليل", "11 كثير", "100"]);
  expect(plural("en", { one: "# task", other: "# tasks" })(1234)).toBe("1,234 tasks");
});
