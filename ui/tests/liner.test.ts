import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";
import Liner from "../src/features/preview/Liner.svelte";
import { rowsFor } from "../src/backend/memory/rows";

afterEach(cleanup);

const ids = ["0b9c0000-0000-4000-8000-000000000910", "0b9c0000-0000-4000-8000-000000000911", "0b9c0000-0000-4000-8000-000000000912"].join(", ");

test("a value that is cut is shown in full at a press, and again in short", async () => {
  render(Liner, { props: { rows: rowsFor({ machine_id: ids, device_name: "rack" }), vendor: "Sleeve Audio" } });
  const cut = screen.getByRole("button", { name: /0b9c0000…0910/ });
  expect([cut.getAttribute("aria-expanded"), cut.title]).toEqual(["false", "Show it in full"]);
  await fireEvent.click(cut);
  expect([cut.textContent?.trim(), cut.getAttribute("aria-expanded")]).toEqual([ids, "true"]);
  await fireEvent.click(cut);
  expect(cut.textContent).toContain("…");
  // A short one is no button, and nothing that is hidden opens.
  expect(screen.getByText("rack").tagName).toBe("SPAN");
});

test("what is hidden is not opened by a press", () => {
  render(Liner, { props: { rows: rowsFor({ machine_id: ids }), vendor: "Sleeve Audio", hide: true } });
  expect(document.querySelector("[aria-expanded]")).toBeNull();
  expect(document.body.textContent).not.toContain("0b9c");
});

test("the number of a line stays beside its word", () => {
  const [row] = rowsFor({ device_name: "rack" });
  if (!row) throw new Error("no row");
  render(Liner, { props: { rows: [{ ...row, source: "policy, line 14", basis: "Contract (policy, lines 18 to 19)" }], vendor: "Sleeve Audio" } });
  expect(document.body.textContent).toContain("policy, line\u00a014)");
  expect(document.body.textContent).toContain("policy, lines\u00a018 to 19)");
});

test("of a secret it is said that its value is not kept, so that nobody looks for it in the record", () => {
  const rows = rowsFor({ account_email: "demo@example.com", password: null, license_key: "••••TEST" });
  const props = { rows, vendor: "Sleeve Audio" };
  const said = (): (string | undefined)[] => screen.queryAllByText("A secret: striped in the record, and not kept there").map((words) => words.closest("li")?.dataset.item);
  const { unmount } = render(Liner, { props });
  expect(said()).toEqual(["password", "license_key"]);
  unmount();
  // Beside the bytes the stripes say so, and without values there is nothing to be kept.
  render(Liner, { props: { ...props, compact: true } });
  render(Liner, { props: { ...props, values: false } });
  expect(said()).toEqual([]);
});
