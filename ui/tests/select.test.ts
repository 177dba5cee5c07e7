import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import { tidewater } from "../src/backend/memory/demo";
import Select from "../src/kit/Select.svelte";
import AddPage from "../src/pages/AddPage.svelte";
import { session, stage } from "./stage";

const choices = ["one", "two", "three"].map((id) => ({ id, name: id }));

test.each(["input", "change", "keyUp", "blur"] as const)("what the list shows is what it has, also where no more than this tells: %s", async (told) => {
  const onchange = vi.fn();
  render(Select, { props: { label: "Which", choices, value: "one", onchange } });
  const select = screen.getByLabelText<HTMLSelectElement>("Which");
  for (const index of [1, 2]) {
    select.selectedIndex = index;
    await fireEvent[told](select);
  }
  expect(onchange.mock.calls).toEqual([["two"], ["three"]]);
  expect(select.value).toBe("three");
  // What was told is not told again.
  for (const more of ["input", "change", "keyUp", "blur"] as const) await fireEvent[more](select);
  expect(onchange).toHaveBeenCalledTimes(2);
});

test("the second vendor down is the one that is asked, though the list has lost a line since", async () => {
  const { session: on, backend } = await session();
  stage(on, AddPage, { vendor: null, license: null });
  const from = screen.getByLabelText<HTMLSelectElement>("From");
  await fireEvent.input(screen.getByLabelText("License key"), { target: { value: "KEY" } });
  from.selectedIndex = 1;
  await fireEvent.change(from);
  // The line that asked to choose is gone, and the web view tells of the next choice by its key alone.
  await vi.waitFor(() => expect([...from.options].map(({ value }) => value)).not.toContain(""));
  from.selectedIndex = [...from.options].findIndex(({ value }) => value === tidewater.key);
  await fireEvent.keyUp(from, { key: "ArrowDown" });
  const asked = vi.spyOn(backend, "prepareCheck");
  await fireEvent.click(screen.getByRole("button", { name: "Show what will be sent" }));
  expect(asked).toHaveBeenCalledWith(tidewater.key, "KEY");
});
