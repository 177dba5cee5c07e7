import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { sleeve } from "../src/backend/memory/demo";
import type { Failure } from "../src/backend/types";
import AddPage from "../src/pages/AddPage.svelte";
import EverythingPage from "../src/pages/EverythingPage.svelte";
import { session, stage } from "./stage";

const SUSPENDED: Failure = { code: "keygen.suspended", message: "The vendor has suspended this license.", hint: "" };
const press = async (name: string): Promise<void> => {
  const button = await screen.findByRole("button", { name });
  await waitFor(() => expect(button.hasAttribute("disabled")).toBe(false));
  await fireEvent.click(button);
};
/** What is said of each request, in order. */
async function said(title: string): Promise<[string, string][]> {
  const page = (await screen.findByRole("heading", { level: 2, name: title })).closest("section")!;
  await waitFor(() => expect(within(page).queryAllByRole("listitem").length).toBeGreaterThan(0));
  return within(page).getAllByRole("listitem").map((row) => [row.firstElementChild?.textContent ?? "", row.querySelector(".state")?.textContent ?? ""]);
}

async function byAccount(): ReturnType<typeof session> {
  const made = await session();
  const { session: on, backend } = made;
  const { preview } = await backend.prepareSignIn(sleeve.key, "demo@example.com", "demo-password", null);
  await backend.sendSignIn(preview);
  await Promise.all([on.loadVendors(), on.loadLibrary()]);
  const license = (await backend.library()).owned[0]!.id;
  stage(on, EverythingPage, { errand: { page: "activate-all", license } });
  return made;
}

test("after all of it was sent the page reads from the record", async () => {
  const { backend } = await byAccount();
  await press("Send and activate");
  const rows = await said("What was sent");
  expect(rows.filter(([, state]) => state === "Sent")).toHaveLength(3);
  expect(rows.filter(([, state]) => state !== "Sent").every(([, state]) => state === "Not needed")).toBe(true);
  const entries = screen.getAllByRole("link").filter((link) => /#\/sent\/\d/.test(link.getAttribute("href") ?? ""));
  const newest = await backend.ledgerPage({ vendor: null, necessity: null, outcome: null, items: [], since: null, search: "", before: null, limit: 3 });
  expect(entries.map((link) => link.getAttribute("href"))).toEqual(newest.reverse().map(({ id }) => `#/sent/${id}`));
  expect(screen.queryByRole("button", { name: "Show the requests" })).toBeNull();
});

test("after a refusal each request says whether it left", async () => {
  const { backend } = await byAccount();
  await screen.findByRole("button", { name: "Send and activate" });
  // The question alone leaves.
  backend.sendActivationOfAll = async (preview) => {
    const { preview: check } = await backend.prepareCheck(sleeve.key, "SLEEVE-DEMO-0000-7H3K");
    backend.refusing = { failure: SUSPENDED, step: null };
    await backend.sendCheck(check).catch(() => undefined);
    return [{ preview, licenseId: (await backend.library()).owned[0]!.id, state: "failed", failure: SUSPENDED, entries: [], copies: [] }];
  };
  await press("Send and activate");
  const rows = await said("What was sent, and what was not");
  expect(rows[0]?.[1]).toBe("Sent, and refused");
  expect(rows.slice(1).every(([, state]) => state === "Not sent")).toBe(true);
  expect(rows.length).toBeGreaterThan(2);
});

test("an activation that was stopped says which of its requests left", async () => {
  const { session: on, backend } = await session();
  stage(on, AddPage, { vendor: sleeve.key, license: null });
  await fireEvent.input(screen.getByLabelText("License key"), { target: { value: "SLEEVE-DEMO-0000-7H3K" } });
  await press("Show what will be sent");
  await press("Send to Sleeve Audio");
  await screen.findByRole("button", { name: "Send and activate" });
  backend.on("step", ({ preview, step, state }) => {
    if (step === "seat" && state === "running") void backend.cancel(preview);
  });
  await press("Send and activate");
  // The user's own doing is no failure.
  expect(await screen.findByRole("heading", { level: 1, name: "The activation of Halo Plate was stopped" })).toBeTruthy();
  expect(screen.queryByRole("alert")).toBeNull();
  expect(screen.queryByText(/^Two requests|^3 requests/)).toBeNull();
  const rows = await said("What was sent, and what was not");
  expect(rows.map(([, state]) => state)).toEqual(["Sent", ...rows.slice(1).map(() => "Not sent")]);
  expect(rows[0]?.[0]).toMatch(/seat/i);
  expect(rows.length).toBeGreaterThan(1);
});

test("of several licenses each has its own requests under its name, before and after they were sent", async () => {
  const { session: on, backend } = await session();
  const { preview } = await backend.prepareSignIn(sleeve.key, "demo@example.com", "demo-password", null);
  await backend.sendSignIn(preview);
  await Promise.all([on.loadVendors(), on.loadLibrary()]);
  const owned = (await backend.library()).owned.map(({ product }) => product);
  expect(owned.length).toBeGreaterThan(1);
  stage(on, EverythingPage, { errand: { page: "activate-all", license: null } });
  /** The rows under each heading of the right page. */
  const under = (): Map<string, string[]> => new Map(screen.getAllByRole("heading", { level: 3 }).flatMap((head) => {
    const rows = [...(head.nextElementSibling?.matches("ol") ? head.nextElementSibling.children : [])];
    return rows.length ? [[head.textContent?.trim() ?? "", rows.map((row) => row.querySelector(".state")?.textContent ?? "")] as const] : [];
  }));
  await press("Show the requests");
  expect([...under().keys()]).toEqual(owned);
  // The first is refused; the question about it has left, and what followed it has not.
  backend.refusing = { failure: SUSPENDED, step: null };
  await press("Send and activate all");
  await screen.findByRole("heading", { level: 2, name: "What was sent, and what was not" });
  await waitFor(() => expect([...under().keys()]).toEqual(owned));
  const [first, second] = [...under().values()];
  expect(first).toContain("Sent, and refused");
  expect(second?.every((state) => state === "Sent" || state === "Not needed")).toBe(true);
  expect(second).toContain("Sent");
});
