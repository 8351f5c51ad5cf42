import { render } from "@testing-library/react";
import { expect, it } from "vitest";
import { Dialog } from "./dialog.tsx";

const shown = (open: boolean) => (
  <>
    <button type="button">opener</button>
    <input aria-label="elsewhere" />
    {open && (
      <Dialog title="Settings" closeLabel="Close" onClose={() => {}}>
        <input aria-label="inside" />
      </Dialog>
    )}
  </>
);

it("begins with its own name", () => {
  const { getByRole } = render(shown(true));
  expect(getByRole("dialog", { name: "Settings" })).toHaveFocus();
});

it("gives the focus back, unless it has been moved on already", () => {
  const { getByText, getByLabelText, rerender } = render(shown(false));
  getByText("opener").focus();
  rerender(shown(true));
  getByLabelText("inside").focus();
  rerender(shown(false));
  expect(getByText("opener")).toHaveFocus();

  rerender(shown(true));
  getByLabelText("elsewhere").focus();
  rerender(shown(false));
  expect(getByLabelText("elsewhere")).toHaveFocus();
});
