import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { expect, test, vi } from "vitest";
import { products, sleeve } from "../src/backend/memory/demo";
import { REFUSALS } from "../src/backend/memory/refusals";
import GoingOn from "../src/features/going/GoingOn.svelte";
import { Everything } from "../src/features/license/everything.svelte";
import EverythingPage from "../src/pages/EverythingPage.svelte";
import LibraryPage from "../src/pages/LibraryPage.svelte";
import { layOut, session, stage } from "./stage";

const full = REFUSALS.find(({ code }) => code === "network.unreachable");

async function prepared(): Promise<Awaited<ReturnType<typeof session>> & { everything: Everything }> {
  const made = await session();
  const { backend } = made;
  const everything = new Everything(made.session, { at: "#/deactivate-all", words: "off", prepare: () => backend.prepareReleaseOfAll(), send: (preview) => backend.sendReleaseOfAll(preview) });
  await everything.begin();
  return { ...made, everything };
}

test("everything is shown as one, and done one after another", async () => {
  const { session: on, backend } = await session();
  stage(on, EverythingPage, { errand: { page: "deactivate-all" } });
  const before = (await backend.sentToday()).requests;
  expect(await screen.findByText(/9 licenses, 8 requests to one vendor/)).toBeTruthy();
  expect(screen.getByText("nothing is sent")).toBeTruthy();
  await fireEvent.click(await screen.findByRole("button", { name: "Send and deactivate all" }));
  expect(await screen.findByText("Everything is deactivated.")).toBeTruthy();
  expect((await backend.sentToday()).requests - before).toBe(8);
  expect((await backend.library()).products.flatMap((card) => card.licenses)).toEqual([]);
});

test("before the computer is sold it is said what is still on it: each sign-in with its way out, and the record", async () => {
  const { session: on } = await signedIn();
  const page = stage(on, EverythingPage, { errand: { page: "deactivate-all" } });
  await fireEvent.click(await screen.findByRole("button", { name: "Send and deactivate all" }));
  expect(await screen.findByText("Everything is deactivated.")).toBeTruthy();
  expect(screen.getByText("The sign-in of demo@example.com at Sleeve Audio")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Sign out of Sleeve Audio" }).getAttribute("href")).toBe(`#/sign-out/${encodeURIComponent(sleeve.key)}`);
  expect(screen.getByText("/home/you/.local/share/gatefold/ledger")).toBeTruthy();
  expect(screen.getByRole("link", { name: "What was sent" }).getAttribute("href")).toBe("#/sent");
  page.unmount();
  // Also where nothing was to be deactivated; and none who is not signed in.
  on.vendors = on.vendors.map((vendor) => ({ ...vendor, account: null }));
  stage(on, EverythingPage, { errand: { page: "deactivate-all" } });
  expect(await screen.findByText("Nothing is activated here")).toBeTruthy();
  expect(screen.getByText("Still on this computer")).toBeTruthy();
  expect(screen.queryByRole("link", { name: /Sign out/ })).toBeNull();
});

test("what is refused is listed with its words, stops none of the others, and can be tried again", async () => {
  const { backend, everything } = await prepared();
  if (full) backend.refusing = { failure: full, step: null };
  await everything.send();
  expect([everything.count("done"), everything.count("failed")]).toEqual([8, 1]);
  expect(Object.values(everything.progress).find(({ state }) => state === "failed")?.failure).toEqual(full);
  await everything.prepare();
  expect(everything.batch?.deeds).toHaveLength(1);
  await everything.send();
  expect(everything.count("done")).toBe(1);
});

test("the user stops between two", async () => {
  const { backend, everything } = await prepared();
  let done = 0;
  backend.on("progress", ({ state }) => {
    done += state === "done" ? 1 : 0;
    if (done === 2) void everything.stop();
  });
  await everything.send();
  expect([everything.count("done"), everything.count("cancelled")]).toEqual([2, 7]);
  expect(everything.stage).toBe("done");
});

test("a no in the dialog of the system changes nothing", async () => {
  const { session: on, backend } = await session();
  const everything = new Everything(on, { at: "#/deactivate-all", words: "off", prepare: () => backend.prepareReleaseOfAll(), send: async () => null });
  await everything.prepare();
  await everything.send();
  expect(everything.stage).toBe("ready");
  expect((await backend.library()).products.flatMap((card) => card.licenses)).toHaveLength(9);
});

async function signedIn(): Promise<Awaited<ReturnType<typeof session>>> {
  const made = await session();
  const { preview } = await made.backend.prepareSignIn(sleeve.key, "demo@example.com", "demo-password", null);
  await made.backend.sendSignIn(preview);
  await Promise.all([made.session.loadVendors(), made.session.loadLibrary()]);
  return made;
}

test("what the account owns and this computer has not is activated at once, under one name", async () => {
  const { session: on, backend } = await signedIn();
  stage(on, EverythingPage, { errand: { page: "activate-all", license: null } });
  expect(await screen.findByText("2 licenses, 6 requests to one vendor, and 2 more only if answers ask for them. This is everything in them.")).toBeTruthy();
  const name = screen.getByLabelText("Name of this computer, as Sleeve Audio will list it");
  await fireEvent.input(name, { target: { value: " " } });
  await fireEvent.blur(name);
  expect(await screen.findByText(/A device name needs at least one visible character\..*stays in what will be sent/)).toBeTruthy();
  await fireEvent.input(name, { target: { value: "Rehearsal room" } });
  await fireEvent.blur(name);
  await fireEvent.click(screen.getByRole("button", { name: "Show the requests" }));
  await waitFor(() => expect(document.body.textContent).toContain('"name":"Rehearsal room"'));
  await tick();
  if (full) backend.refusing = { failure: full, step: null };
  await fireEvent.click(screen.getByRole("button", { name: "Send and activate all" }));
  // Nobody need look for it: what became of them is said in the requests' place.
  expect(await screen.findByText("One license was activated, 1 not.")).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Look at the rest again" }));
  await fireEvent.click(await screen.findByRole("button", { name: "Send and activate" }));
  expect(await screen.findByText("It is activated on this computer.")).toBeTruthy();
  expect((await backend.library()).owned).toEqual([]);
});

test("the library names what is yours and not here, and a list that was not read", async () => {
  layOut();
  const { session: on, backend } = await signedIn();
  stage(on, LibraryPage, {});
  expect(await screen.findByText("2 of your licenses can be activated here")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Activate all on this computer" }).getAttribute("href")).toBe("#/activate-all");
  await fireEvent.click(screen.getByRole("button", { name: /Yours, not here/ }));
  await waitFor(() => expect(screen.getAllByRole("listitem")).toHaveLength(2));

  const vendors = await backend.vendors();
  const account = vendors[0]?.account;
  if (account) account.licensesReadAt = null;
  on.vendors = vendors;
  on.unread = full ?? null;
  expect(await screen.findByText("Which licenses are yours at Sleeve Audio is not known yet")).toBeTruthy();
  expect(screen.getByText(/could not be reached/)).toBeTruthy();
});

test("what goes on is told on every other page, and nothing else begins beside it", async () => {
  const { session: on, backend } = await session();
  backend.pace = 30;
  const first = stage(on, EverythingPage, { errand: { page: "deactivate-all" } });
  await fireEvent.click(await screen.findByRole("button", { name: "Send and deactivate all" }));
  first.unmount();
  const prepared = vi.spyOn(backend, "prepareActivationOfAll");
  const second = stage(on, EverythingPage, { errand: { page: "activate-all", license: null } });
  expect(screen.getByText(/Something else is still being done/)).toBeTruthy();
  expect(prepared).not.toHaveBeenCalled();
  second.unmount();
  const elsewhere = stage(on, GoingOn, {});
  expect(await screen.findByText(/Deactivating: \d of 9 done/)).toBeTruthy();
  expect(await screen.findByText("Everything is deactivated.", {}, { timeout: 3_000 })).toBeTruthy();
  expect(screen.getByRole("link", { name: "See each of them" }).getAttribute("href")).toBe("#/deactivate-all");
  elsewhere.unmount();
  // Looked at, it is over.
  stage(on, EverythingPage, { errand: { page: "deactivate-all" } }).unmount();
  expect(on.going).toEqual([]);
});

test("while the system asks nothing is said to be sent, here or on another page", async () => {
  const { session: on, backend } = await session();
  let answer: (all: null) => void = () => undefined;
  vi.spyOn(backend, "sendReleaseOfAll").mockReturnValue(new Promise((done) => (answer = done)));
  stage(on, EverythingPage, { errand: { page: "deactivate-all" } });
  stage(on, GoingOn, {});
  await fireEvent.click(await screen.findByRole("button", { name: "Send and deactivate all" }));
  expect(screen.getByRole("heading", { name: "What will be sent" })).toBeTruthy();
  expect(screen.queryByText(/Deactivating/)).toBeNull();
  answer(null);
  await waitFor(() => expect(screen.getByRole("button", { name: "Send and deactivate all" }).hasAttribute("disabled")).toBe(false));
});

test("at the last one there is no next one to stop before", async () => {
  const { backend, everything, session: on } = await prepared();
  on.going = [everything];
  stage(on, GoingOn, {});
  const stops: boolean[] = [];
  backend.on("progress", ({ state }) => {
    if (state === "running") stops.push(!everything.atLast);
  });
  await everything.send();
  expect(stops).toEqual([...Array(8).fill(true), false]);
});

test("what is done for one speaks of one, and what is left out is counted, with why", async () => {
  const { session: on, backend } = await session();
  const batch = await backend.prepareReleaseOfAll();
  const why = { code: "vendor.unknown", message: "The vendor is not there.", hint: "Add it." };
  const one = batch.deeds.find(({ requests }) => requests > 0);
  if (!one) throw new Error("no deed");
  const parts = batch.parts.map((part) => ({ ...part, requests: part.requests.slice(0, 1) }));
  vi.spyOn(backend, "prepareReleaseOfAll").mockResolvedValue({ ...batch, parts, deeds: [one], leftOut: [{ product: "Drift", licenseId: "", why }] });
  const page = stage(on, EverythingPage, { errand: { page: "deactivate-all" } });
  expect(await screen.findByText("One license, one request to one vendor. This is everything in it. One more is left out; why stands beside it.")).toBeTruthy();
  expect(screen.getByText(/The plug-in stops when it is next started/)).toBeTruthy();
  expect(screen.getByRole("button", { name: "Send and deactivate" })).toBeTruthy();
  expect(screen.getByRole("link", { name: "Keep it" })).toBeTruthy();
  expect(screen.getByText(/The vendor is not there/)).toBeTruthy();
  page.unmount();
  // Of a license of the account nothing need be sent.
  vi.spyOn(backend, "prepareReleaseOfAll").mockResolvedValue({ ...batch, parts: [], deeds: [{ ...one, requests: 0 }], leftOut: [] });
  stage(on, EverythingPage, { errand: { page: "deactivate-all" } });
  expect(await screen.findByRole("button", { name: "Deactivate it" })).toBeTruthy();
});

test("no seat is spoken of where a license is bound to the account", async () => {
  const { session: on } = await session();
  on.vendors = on.vendors.map((vendor) => (vendor.key === sleeve.key ? { ...vendor, binding: "account" as const } : vendor));
  stage(on, EverythingPage, { errand: { page: "deactivate-all" } });
  await fireEvent.click(await screen.findByRole("button", { name: "Send and deactivate all" }));
  expect(await screen.findByText("No license file is left on this computer.")).toBeTruthy();
  expect(screen.queryByText(/every seat/i)).toBeNull();
});

test("nor where such a license is about to be activated", async () => {
  const { session: other, backend: theirs } = await signedIn();
  const license = (await theirs.library()).owned[0]!.id;
  const means = async (): Promise<string> => (await screen.findByText(/is asked about this license of yours/)).parentElement?.textContent ?? "";
  const machine = stage(other, EverythingPage, { errand: { page: "activate-all", license } });
  expect(await means()).toMatch(/a seat is taken.*What is refused takes no seat/);
  machine.unmount();
  other.vendors = other.vendors.map((vendor) => ({ ...vendor, binding: "account" as const }));
  stage(other, EverythingPage, { errand: { page: "activate-all", license } });
  expect(await means()).not.toMatch(/seat/);
});

test("a second license of a product that is active here is said to be one before it is sent", async () => {
  const { session: on, backend } = await signedIn();
  const [second] = (await backend.library()).owned;
  const blocks = products[2]!;
  const owned = { ...second!, product: blocks.name, productId: blocks.id };
  if (on.library.is !== "ready") throw new Error("no library");
  on.library = { is: "ready", value: { ...on.library.value, owned: [owned] } };
  const page = stage(on, EverythingPage, { errand: { page: "activate-all", license: owned.id } });
  expect(await screen.findByText("Another license of Blocks counts on this computer")).toBeTruthy();
  expect(screen.getByText(/This one takes a seat of its own/)).toBeTruthy();
  page.unmount();
  // Halo Plate is not here.
  on.library = { is: "ready", value: { ...on.library.value, owned: [second!] } };
  stage(on, EverythingPage, { errand: { page: "activate-all", license: second!.id } });
  await screen.findByRole("button", { name: "Send and activate" });
  expect(screen.queryByText(/counts on this computer/)).toBeNull();
});

test("one license that was not activated is spoken of as one", async () => {
  const { session: on, backend } = await signedIn();
  const license = (await backend.library()).owned[0]!.id;
  stage(on, EverythingPage, { errand: { page: "activate-all", license } });
  await screen.findByRole("button", { name: "Send and activate" });
  backend.refusing = { failure: { code: "keygen.suspended", message: "The vendor has suspended this license.", hint: "" }, step: null };
  await fireEvent.click(screen.getByRole("button", { name: "Send and activate" }));
  expect(await screen.findByText("It was not activated.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Look at it again" })).toBeTruthy();
});
