import { fireEvent, screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import { computers, license, owned, products, sleeve } from "../src/backend/memory/demo";
import { UNREACHABLE } from "../src/backend/memory/said";
import { waysOut } from "../src/features/license/ways";
import AddPage from "../src/pages/AddPage.svelte";
import ProductPage from "../src/pages/ProductPage.svelte";
import SendPage from "../src/pages/SendPage.svelte";
import { session, stage } from "./stage";

const blocks = products.find((product) => product.name === "Blocks");
const list = computers();
const [here, laptop, nameless] = list.computers;

const section = async (): Promise<ReturnType<typeof within>> => within(await screen.findByRole("region", { name: "Computers" }));

test("who holds the seats: limit and use, names, last files, which one is this, and who else sees it", async () => {
  const { session: on } = await session();
  stage(on, ProductPage, { vendor: sleeve.key, product: blocks?.id ?? "" });
  const page = await section();
  expect(page.getByText("3 of 3 seats in use")).toBeTruthy();
  const rows = page.getAllByRole("listitem").map((row: HTMLElement) => row.textContent);
  expect(rows).toHaveLength(3);
  expect(rows[0]).toMatch(/studio-desk\s*this computer\s*Last file fetched/);
  expect(rows[1]).toMatch(/old laptop\s*Last file fetched/);
  expect(rows[2]).toMatch(/a computer without a name\s*No file fetched yet/);
  expect(page.getByText(/seen by Sleeve Audio, and by everybody who has the license key/)).toBeTruthy();
  expect(page.getByRole("link", { name: "Give back the seat of old laptop" }).getAttribute("href")).toBe(`#/release/${laptop?.machineId}`);
  expect(page.getByRole("link", { name: "Read the list again" }).getAttribute("href")).toBe(`#/seats/${list.licenseId}`);
});

test("a file of this computer's seat that is not the one here is told, with the two things that it may be", async () => {
  const { session: on, backend } = await session();
  const library = await backend.library();
  const elsewhere = list.computers.map((computer) => ({ ...computer, fetchedElsewhere: computer.isHere }));
  on.library = { is: "ready", value: { ...library, computers: [{ ...list, computers: elsewhere }] } };
  stage(on, ProductPage, { vendor: sleeve.key, product: blocks?.id ?? "" });
  const rows = (await section()).getAllByRole("listitem").map((row: HTMLElement) => row.textContent);
  expect(rows[0]).toMatch(/later than the one on this computer.*a refresh mends it.*a copy of this system/);
  expect(rows[1]).not.toMatch(/later than/);
});

test("what was not read yet is offered, and a list that may have changed says so", async () => {
  const { session: on, backend } = await session();
  const low = products.find((product) => product.name === "Low Tide");
  const page = stage(on, ProductPage, { vendor: sleeve.key, product: low?.id ?? "" });
  expect((await section()).getByRole("link", { name: "See the computers" }).getAttribute("href")).toBe(`#/seats/${low?.licenses[0]?.id}`);
  page.unmount();
  const library = await backend.library();
  on.library = { is: "ready", value: { ...library, computers: [{ ...list, changed: true }] } };
  stage(on, ProductPage, { vendor: sleeve.key, product: blocks?.id ?? "" });
  expect((await section()).getByText(/it may have changed since$/)).toBeTruthy();
});

test("a list from before the activation says that this computer's seat is not in it", async () => {
  const { session: on, backend } = await session();
  const library = await backend.library();
  const before = { ...list, computers: list.computers.filter(({ isHere }) => !isHere), seats: { used: 2, limit: 3 }, changed: true };
  on.library = { is: "ready", value: { ...library, computers: [before] } };
  stage(on, ProductPage, { vendor: sleeve.key, product: blocks?.id ?? "" });
  expect((await section()).getByText(/This computer's own seat is not in it: it was taken after that/)).toBeTruthy();
});

test("of a list that goes on it is said that there are more, and where they are seen", async () => {
  const { session: on, backend } = await session();
  const library = await backend.library();
  on.library = { is: "ready", value: { ...library, computers: [{ ...list, seats: { used: 3, limit: 5000 }, cut: true }] } };
  stage(on, ProductPage, { vendor: sleeve.key, product: blocks?.id ?? "" });
  const page = await section();
  expect(page.getByText("At least 3 of 5000 seats in use")).toBeTruthy();
  expect(page.getByText(/goes on after these 3.*on the pages of Sleeve Audio/)).toBeTruthy();
});

test("what the key does not open is read by the sign-in, shown anew", async () => {
  const { session: on, backend } = await session();
  await backend.sendSignIn((await backend.prepareSignIn(sleeve.key, "demo@example.com", "demo-password", null)).preview);
  on.vendors = await backend.vendors();
  backend.refusing = { failure: { code: "keygen.not_allowed", message: "The vendor does not allow this way in.", hint: "" }, step: null };
  stage(on, SendPage, { errand: { page: "seats", license: list.licenseId } });
  await fireEvent.click(await screen.findByRole("button", { name: "Send and read" }));
  await fireEvent.click(await screen.findByRole("button", { name: "Use the sign-in of demo@example.com" }));
  expect(await screen.findByText("Sign-in token")).toBeTruthy();
  backend.refusing = null;
  await fireEvent.click(screen.getByRole("button", { name: "Send and read" }));
  expect(await screen.findByText("3 of 3 seats in use")).toBeTruthy();
});

test("a name is typed on the page, shown, and sent", async () => {
  const { session: on, backend } = await session();
  const page = stage(on, ProductPage, { vendor: sleeve.key, product: blocks?.id ?? "" });
  await fireEvent.click((await section()).getByRole("button", { name: "Rename old laptop" }));
  await fireEvent.input(screen.getByLabelText("New name of old laptop"), { target: { value: "rack" } });
  await fireEvent.click(screen.getByRole("button", { name: "Look at the request" }));
  expect(location.hash).toBe(`#/rename/${laptop?.machineId}/rack`);
  page.unmount();
  stage(on, SendPage, { errand: { page: "rename", id: laptop?.machineId ?? "", name: "rack" } });
  expect(await screen.findByText("Sleeve Audio will list old laptop as rack.")).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Send the name" }));
  expect(await screen.findByText("It has its new name.")).toBeTruthy();
  expect((await backend.library()).computers[0]?.computers[1]?.name).toBe("rack");
});

test("another computer's seat is given back only after the system asked; a no sends nothing and loses nothing", async () => {
  const { session: on, backend } = await session();
  stage(on, SendPage, { errand: { page: "release", id: nameless?.machineId ?? "" } });
  expect(await screen.findByText(/cannot be recalled/)).toBeTruthy();
  backend.agrees = false;
  const before = await backend.sentToday();
  await fireEvent.click(screen.getByRole("button", { name: "Give the seat back" }));
  await vi.waitFor(() => expect(screen.getByRole("button", { name: "Give the seat back" })).toHaveProperty("disabled", false));
  expect(await backend.sentToday()).toEqual(before);
  backend.agrees = true;
  await fireEvent.click(screen.getByRole("button", { name: "Give the seat back" }));
  expect(await screen.findByText("The seat is free.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Remove it from this computer alone" })).toBeNull();
  expect((await backend.library()).computers[0]?.computers.map(({ machineId }) => machineId)).toEqual([here?.machineId, laptop?.machineId]);
});

test("the list is read anew, and where nobody answers it stays", async () => {
  const { session: on, backend } = await session();
  stage(on, SendPage, { errand: { page: "seats", license: list.licenseId } });
  backend.refusing = { failure: UNREACHABLE, step: null };
  await fireEvent.click(await screen.findByRole("button", { name: "Send and read" }));
  expect(await screen.findByRole("button", { name: "Try again" })).toBeTruthy();
  expect((await backend.library()).computers[0]?.readAt).toBe(list.readAt);
  backend.refusing = null;
  await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await fireEvent.click(await screen.findByRole("button", { name: "Send and read" }));
  // It is shown there and then.
  expect((await section()).getByText("3 of 3 seats in use")).toBeTruthy();
  expect((await backend.library()).computers[0]?.readAt).not.toBe(list.readAt);
});

test("where a seat was made free for a license that is not here, its activation goes on", async () => {
  const { session: on, backend } = await session();
  const [waiting, card] = [license(1, "perpetual", "active").id, products[0]];
  const library = await backend.library();
  on.library = { is: "ready", value: { ...library, computers: [{ ...list, licenseId: waiting, productId: card?.id ?? "" }] } };
  stage(on, SendPage, { errand: { page: "release", id: laptop?.machineId ?? "" } });
  await fireEvent.click(await screen.findByRole("button", { name: "Give the seat back" }));
  expect((await screen.findByRole("link", { name: "Go on with the activation" })).getAttribute("href")).toBe(`#/finish/${waiting}`);
});

test("of a license of the account, by the account", async () => {
  const { session: on, backend } = await session();
  const [waiting, card] = [owned[0], products[0]];
  const library = await backend.library();
  on.library = { is: "ready", value: { ...library, owned: structuredClone(owned), computers: [{ ...list, licenseId: waiting?.id ?? "", productId: card?.id ?? "" }] } };
  stage(on, SendPage, { errand: { page: "release", id: laptop?.machineId ?? "" } });
  await fireEvent.click(await screen.findByRole("button", { name: "Give the seat back" }));
  expect((await screen.findByRole("link", { name: "Go on with the activation" })).getAttribute("href")).toBe(`#/activate-all/${waiting?.id}`);
});

test("where all seats are in use, they can be looked at before and after the vendor says no", async () => {
  expect(waysOut({ code: "keygen.seats_full", message: "", hint: "" }, { openSeat: false, account: true, signedIn: false, showsSeats: true })).toEqual(["computers", "account", "again"]);
  expect(waysOut({ code: "keygen.seats_full", message: "", hint: "" }, { openSeat: false, account: false, signedIn: false })).toEqual(["contacts", "again"]);
  const { session: on, backend } = await session();
  backend.seats = { used: 3, limit: 3 };
  stage(on, AddPage, { vendor: sleeve.key, license: license(1, "perpetual", "active").id });
  await fireEvent.click(await screen.findByRole("button", { name: "Send to Sleeve Audio" }));
  expect((await screen.findByRole("link", { name: "See the computers" })).getAttribute("href")).toBe(`#/seats/${license(1, "perpetual", "active").id}`);
});

test("a seat that the vendor called gone is said with the license", async () => {
  const { session: on, backend } = await session();
  const library = await backend.library();
  const card = library.products.find((product) => product.name === "Blocks");
  if (card?.licenses[0]) card.licenses[0].seatGoneAt = "2026-11-29T10:00:00.000Z";
  on.library = { is: "ready", value: library };
  stage(on, ProductPage, { vendor: sleeve.key, product: blocks?.id ?? "" });
  expect(await screen.findByText(/By Sleeve Audio’s word of 29 November 2026 this computer has no seat any more/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Activate again" }).getAttribute("href")).toBe(`#/finish/${card?.licenses[0]?.id ?? ""}`);
});
