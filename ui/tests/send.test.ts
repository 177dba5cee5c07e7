import { fireEvent, screen } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import { products, sleeve, tidewater } from "../src/backend/memory/demo";
import { UNREACHABLE } from "../src/backend/memory/said";
import { REFUSALS } from "../src/backend/memory/refusals";
import GoingOn from "../src/features/going/GoingOn.svelte";
import AddPage from "../src/pages/AddPage.svelte";
import ProductPage from "../src/pages/ProductPage.svelte";
import SendPage from "../src/pages/SendPage.svelte";
import { session, stage } from "./stage";

const bound = products.find((product) => product.vendor === tidewater.key)?.licenses[0]?.id ?? "";
const seat = products.find((product) => product.name === "Blocks")?.licenses[0]?.machineId ?? "";
const suspended = REFUSALS.find(({ code }) => code === "keygen.suspended");

test("a license without seats is deactivated here alone, and it is said that nothing is sent", async () => {
  const { session: on, backend } = await session();
  const before = await backend.sentToday();
  stage(on, SendPage, { errand: { page: "release", id: bound } });
  expect(await screen.findByText(/Tidewater Instruments does not bind this license to a computer/)).toBeTruthy();
  expect(document.body.textContent).not.toMatch(/seat/i);
  expect(screen.getAllByText("Nothing is sent.")).toHaveLength(2);
  await fireEvent.click(screen.getByRole("button", { name: "Deactivate" }));
  expect(await screen.findByText("Harbor Upright is deactivated here.")).toBeTruthy();
  expect(document.body.textContent).not.toMatch(/seat/i);
  // The same ways on, in the same places, as from what was activated.
  expect(screen.getAllByRole("link").map((link) => link.textContent?.trim()).slice(-2)).toEqual(["Back to the library", "Open Harbor Upright"]);
  expect(await backend.sentToday()).toEqual(before);
});

test("of a license that is bound to no computer nothing is said of an account where nobody is signed in", async () => {
  const { session: on } = await session();
  expect(on.vendor(tidewater.key)?.account).toBeNull();
  const harbor = products.find((product) => product.vendor === tidewater.key)?.id ?? "";
  stage(on, ProductPage, { vendor: tidewater.key, product: harbor });
  expect(await screen.findByText("Activated here")).toBeTruthy();
  expect(screen.getByText("Not bound to it")).toBeTruthy();
  expect(document.body.textContent).not.toMatch(/your account/);
});

test("where the vendor refuses, a license can be removed here alone, and the vendor be reached", async () => {
  const { session: on, backend } = await session();
  stage(on, SendPage, { errand: { page: "release", id: seat } });
  if (suspended) backend.refusing = { failure: suspended, step: null };
  await fireEvent.click(await screen.findByRole("button", { name: "Send and deactivate" }));
  expect(await screen.findByRole("link", { name: "How to reach Sleeve Audio" })).toBeTruthy();
  const removed = vi.spyOn(backend, "removeHere");
  await fireEvent.click(screen.getByRole("button", { name: "Remove it from this computer alone" }));
  expect(removed).toHaveBeenCalledWith(seat);
});

test("without a vendor there is a way to one", async () => {
  const { session: on } = await session("first");
  stage(on, AddPage, { vendor: null, license: null });
  expect(screen.getByText("No vendor is added yet")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Add a vendor file" })).toBeTruthy();
  expect(screen.getByRole("link", { name: "Open the library" }).getAttribute("href")).toBe("#/library");
});

test("what was sent and failed is laid out as sent, by the record, with the way there", async () => {
  const { session: on, backend } = await session();
  const license = products.find((product) => product.name === "Blocks")?.licenses[0]?.id ?? "";
  if (suspended) backend.refusing = { failure: suspended, step: null };
  stage(on, SendPage, { errand: { page: "refresh", vendor: sleeve.key, license } });
  await fireEvent.click(await screen.findByRole("button", { name: "Send and refresh" }));
  expect(await screen.findByRole("heading", { level: 1, name: "Refresh Blocks: not done" })).toBeTruthy();
  expect(screen.getByRole("heading", { name: "What was sent, and what was not" })).toBeTruthy();
  expect(screen.queryByText("What will be sent")).toBeNull();
  expect(screen.queryByText(/This asks Sleeve Audio how the license stands/)).toBeNull();
  expect(screen.getByRole("link", { name: "See what was sent" }).getAttribute("href")).toBe("#/sent");
  // Another look begins anew.
  backend.refusing = null;
  await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("heading", { name: "What will be sent" })).toBeTruthy();
});

test("what fails after the page was left is told on the next one", async () => {
  const { session: on, backend } = await session();
  const page = stage(on, SendPage, { errand: { page: "release", id: seat } });
  if (suspended) backend.refusing = { failure: suspended, step: null };
  backend.pace = 20;
  await fireEvent.click(await screen.findByRole("button", { name: "Send and deactivate" }));
  page.unmount();
  stage(on, GoingOn, {});
  expect(await screen.findByText(`Deactivate Blocks here: not done. ${suspended?.message}`)).toBeTruthy();
  expect(screen.getByText("keygen.suspended")).toBeTruthy();
});

test("a sign-out whose vendor is gone is tried again, or forgotten here alone", async () => {
  const { session: on, backend } = await session();
  stage(on, SendPage, { errand: { page: "sign-out", vendor: tidewater.key } });
  backend.refusing = { failure: UNREACHABLE, step: null };
  await fireEvent.click(await screen.findByRole("button", { name: "Send and sign out" }));
  await fireEvent.click(await screen.findByRole("button", { name: "Try again" }));
  await fireEvent.click(await screen.findByRole("button", { name: "Send and sign out" }));
  const forgotten = vi.spyOn(backend, "forgetSignIn");
  await fireEvent.click(await screen.findByRole("button", { name: "Forget it on this computer alone" }));
  expect(forgotten).toHaveBeenCalledWith(tidewater.key);
  expect(await screen.findByText(/is forgotten on this computer/)).toBeTruthy();
  expect(screen.queryByText(/revoked this sign-in/)).toBeNull();
});

test("a sign-out says whether the vendor revoked it", async () => {
  const { session: on, backend } = await session();
  vi.spyOn(backend, "sendSignOut").mockResolvedValue("before");
  stage(on, SendPage, { errand: { page: "sign-out", vendor: sleeve.key } });
  await fireEvent.click(await screen.findByRole("button", { name: "Send and sign out" }));
  expect(await screen.findByText(/had ended before, so it revoked nothing/)).toBeTruthy();
});

test("what is on its way is not called back by a button; before it left it can be kept", async () => {
  const { session: on, backend } = await session();
  vi.spyOn(backend, "sendRelease").mockReturnValue(new Promise(() => undefined));
  stage(on, SendPage, { errand: { page: "release", id: seat } });
  await fireEvent.click(await screen.findByRole("button", { name: "Send and deactivate" }));
  // A dialog of the system may still ask.
  expect(screen.getByRole("heading", { name: "What will be sent" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Keep it" })).toBeTruthy();
  on.ledgerTick += 1;
  expect(await screen.findByRole("heading", { name: "What is being sent" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Keep it" })).toBeNull();
  expect(screen.getByText(/It is on its way, and cannot be stopped here/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Do not wait for the answer" })).toBeTruthy();
});

test("a record looks out of the sleeve only while a license of it is activated here", async () => {
  const { session: on } = await session();
  const shown = async (id: string): Promise<boolean> => {
    const page = stage(on, SendPage, { errand: { page: "release", id } });
    await screen.findByRole("button", { name: /^Send and|^Deactivate/ });
    const record = document.querySelector(".sleeve .record") !== null;
    page.unmount();
    return record;
  };
  const of = (name: string): string => products.find((product) => product.name === name)?.licenses[0]?.machineId ?? "";
  expect(await shown(of("Blocks"))).toBe(true);
  // It has ended.
  expect(await shown(of("Constellate"))).toBe(false);
});
