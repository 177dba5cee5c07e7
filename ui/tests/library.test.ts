import { fireEvent, screen, within } from "@testing-library/svelte";
import type { Component } from "svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { computers, fullLibrary, inDays, license, owned, products, sleeve, tidewater } from "../src/backend/memory/demo";
import type { ProductCard, Standing, UnreadableFile } from "../src/backend/types";
import { counts, shelf } from "../src/features/library/shelf";
import { best, endOf, fileEnds, statusOf, statusOfLicense } from "../src/features/library/standing";
import { view } from "../src/features/library/view.svelte";
import AddPage from "../src/pages/AddPage.svelte";
import KeysPage from "../src/pages/KeysPage.svelte";
import LeftOpen from "../src/features/license/LeftOpen.svelte";
import LibraryPage from "../src/pages/LibraryPage.svelte";
import ProductPage from "../src/pages/ProductPage.svelte";
import RegisterPage from "../src/pages/RegisterPage.svelte";
import SendPage from "../src/pages/SendPage.svelte";
import SignInPage from "../src/pages/SignInPage.svelte";
import TransferPage from "../src/pages/TransferPage.svelte";
import TrialPage from "../src/pages/TrialPage.svelte";
import { Session } from "../src/session.svelte";
import { choose, layOut, session, stage } from "./stage";

beforeEach(() => Object.assign(view, { search: "", filter: "all", vendor: "", sort: "name" }));
const names = (query: Partial<Parameters<typeof shelf>[1]>): string[] =>
  shelf(products, { search: "", filter: "all", vendor: "", sort: "name", ...query }).map((product) => product.name);

test("search takes every word, in any order and case", () => {
  expect(names({ search: "tape" })).toEqual(["Offset", "Paper Moon"]);
  expect(names({ search: "ECHO  tape" })).toEqual(["Paper Moon"]);
  expect(names({ search: "tidewater" })).toEqual(["Harbor Upright"]);
  expect(names({ search: "zzz" })).toEqual([]);
});

test("filters part the shelf, and attention is a view across it", () => {
  const count = counts(products);
  expect(count.here + count.not).toBe(products.length);
  for (const filter of ["here", "not", "attention"] as const) expect(names({ filter })).toHaveLength(count[filter]);
  expect(names({ filter: "not" })).toContain("Halo Plate");
  expect(names({ filter: "attention" })).not.toContain("Blocks");
});

test("what asks for attention comes first when sorted by standing", () => {
  const sorted = shelf(products, { search: "", filter: "all", vendor: "", sort: "standing" }).map((product) => statusOf(product).attention);
  expect(sorted.lastIndexOf(true)).toBeLessThan(sorted.indexOf(false));
});

test("each standing has words, and only three of them play", () => {
  const all: Standing[] = ["active", "grace", "clock_behind", "expired", "revoked", "incomplete", "wrong_product", "wrong_kind", "wrong_machine", "unlicensed"];
  const here = all.filter((standing) => statusOfLicense(license(1, "perpetual", standing)).here);
  expect(here).toEqual(["active", "grace", "clock_behind"]);
  expect(new Set(all.map((standing) => statusOfLicense(license(1, "perpetual", standing)).text)).size).toBe(all.length);
  expect(best([license(1, "perpetual", "expired"), license(2, "perpetual", "grace"), license(3, "perpetual", "active")])?.standing).toBe("active");
});

test("what ends is told by the program's word, with its days", () => {
  const at = (days: number): string => statusOfLicense(license(1, "subscription", "active", inDays(days))).text;
  expect(at(12)).toBe("Ends in 12 days");
  expect(at(1)).toBe("Ends in 1 day");
  expect(at(400)).toBe("Activated here");
  expect(statusOfLicense(license(1, "subscription", "grace", inDays(40))).text).toBe("File has ended, 9 days of grace");
  const file = { code: "license.file_ends_soon", message: "", hint: "" };
  expect(statusOfLicense({ ...license(1, "perpetual", "active"), reason: file, daysLeft: 12 }).text).toBe("Fetch its file within 12 days");
});

test("it works offline until its file or its license ends, and a file has a line of its own where it ends sooner", () => {
  const of = (refreshBy: string | null, expiresAt: string | null) => {
    const card = { ...license(1, "subscription", "active"), refreshBy, expiresAt };
    return [endOf(card), fileEnds(card)];
  };
  const [april, may] = ["2027-04-01T09:00:00.000Z", "2027-05-01T09:00:00.000Z"];
  expect(of(null, null)).toEqual([null, null]);
  expect(of(april, null)).toEqual([april, april]);
  expect(of(null, april)).toEqual([april, null]);
  expect(of(april, may)).toEqual([april, april]);
  expect(of(may, april)).toEqual([april, null]);
  expect(of(april, "2027-04-01T09:00:01.000Z")).toEqual([april, null]);
});

test("what ends soon stands above the shelf, and is shown alone at once", async () => {
  layOut();
  const { session: on } = await session();
  stage(on, LibraryPage, {});
  expect(screen.getByText("Low Tide and Sunwheel need a fresh license file, or end soon.")).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Show them" }));
  expect(view.filter).toBe("attention");
});

test("asking by itself has a switch, on by a yes in the system's dialog alone", async () => {
  const { session: on, backend } = await session();
  const [lowTide, sunwheel] = [products[1], products[8]];
  stage(on, ProductPage, { vendor: sleeve.key, product: sunwheel?.id ?? "" });
  const toggle = () => screen.getByRole("switch", { name: "Ask again by itself" });
  expect(toggle().getAttribute("aria-checked")).toBe("false");
  backend.agrees = false;
  await fireEvent.click(toggle());
  await vi.waitFor(() => expect(toggle().getAttribute("aria-checked")).toBe("false"));
  backend.agrees = true;
  await fireEvent.click(toggle());
  await vi.waitFor(() => expect(toggle().getAttribute("aria-checked")).toBe("true"));
  await on.letRenew(null, false);
  await vi.waitFor(() => expect(screen.queryByRole("switch", { name: "Ask again by itself" })).toBeNull());
  expect(screen.getByText("Switched off for all licenses in the settings.")).toBeTruthy();
  expect(lowTide?.licenses[0]?.renews).toBe(true);
});

test("the page filters as one types, and offers the way back", async () => {
  layOut();
  const { session: on } = await session();
  stage(on, LibraryPage, {});
  expect((await screen.findAllByRole("listitem")).length).toBeGreaterThan(3);
  await fireEvent.input(screen.getByLabelText("Search"), { target: { value: "nothing like it" } });
  expect(screen.queryAllByRole("link", { name: /Blocks/ })).toHaveLength(0);
  await fireEvent.click(screen.getByRole("button", { name: "Show all products" }));
  expect(screen.getByRole("link", { name: /Blocks/ })).toBeTruthy();
});

test("the next start has the order and the filter, and not what was searched for", async () => {
  layOut();
  const { session: on, backend } = await session();
  const page = stage(on, LibraryPage, {});
  await choose(screen.getByLabelText("Order"), "standing");
  await fireEvent.click(screen.getByRole("button", { name: /^On this computer/ }));
  await fireEvent.input(screen.getByLabelText("Search"), { target: { value: "tape" } });
  const left = { sort: "standing", filter: "here", vendor: null };
  await vi.waitFor(async () => expect((await backend.settings()).library).toEqual(left));
  page.unmount();
  Object.assign(view, { search: "", filter: "all", vendor: "", sort: "name" });
  await new Session(backend).open();
  expect(view).toEqual({ search: "", filter: "here", vendor: "", sort: "standing" });
});

test("first run, empty shelf and failure each say what to do", async () => {
  const first = stage((await session("first")).session, LibraryPage, {});
  expect(screen.getByRole("button", { name: "Look at the file of Sleeve Audio" })).toBeTruthy();
  first.unmount();
  const empty = stage((await session("empty")).session, LibraryPage, {});
  expect(screen.getByText("The shelf is empty")).toBeTruthy();
  empty.unmount();
  stage((await session("error")).session, LibraryPage, {});
  expect(screen.getByRole("alert").textContent).toContain("store.locked");
  expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
});

test("five hundred products make only the rows in sight", async () => {
  layOut();
  expect(fullLibrary().products).toHaveLength(500);
  stage((await session("full")).session, LibraryPage, {});
  expect((await screen.findAllByRole("listitem")).length).toBeLessThan(100);
});

test("a trial asks for attention on its last days alone", () => {
  const at = (days: number) => statusOfLicense(license(1, "trial", "active", inDays(days)));
  expect(at(14)).toMatchObject({ text: "Trial: 14 days left", attention: false });
  expect(at(2).attention).toBe(true);
});

test("a license of a vendor that is gone plays, asks for no attention, and says why", async () => {
  const reason = { code: "license.vendor_gone", message: "The vendor is gone, and this license stays yours.", hint: "Nothing need be done." };
  const gone = { ...license(3, "perpetual", "active"), reason };
  expect(statusOfLicense(gone)).toMatchObject({ text: "Activated here", tone: "calm", here: true, attention: false });
  const { session: on } = await session();
  if (on.library.is !== "ready") throw new Error("not there");
  const blocks = products.find((product) => product.name === "Blocks");
  if (!blocks) throw new Error("no such product");
  on.library = { is: "ready", value: { ...on.library.value, products: [{ ...blocks, licenses: [gone] }] } };
  stage(on, ProductPage, { vendor: blocks.vendor, product: blocks.id });
  expect(screen.getByText(reason.message).closest(".notice")?.getAttribute("data-tone")).toBe("calm");
});

test("a lost license file is told once", async () => {
  const { session: on } = await session();
  if (on.library.is !== "ready") throw new Error("not there");
  const why = { code: "license.file_malformed", message: "That is not a license file, or it was cut.", hint: "" };
  const file = { path: "/home/you/one.lic", licenseId: "one", product: null, why };
  const open = { vendor: sleeve.key, product: "Blocks", licenseId: "one", machineId: "seat", fileIsLost: true, seatIsGone: false };
  on.library = { is: "ready", value: { ...on.library.value, unreadable: [file, { ...file, path: "/home/you/two.lic", licenseId: "two" }], unfinished: [open] } };
  stage(on, LibraryPage, {});
  expect(screen.getByText("The license file of Blocks is missing or damaged")).toBeTruthy();
  expect(screen.queryByText("/home/you/one.lic")).toBeNull();
  expect(screen.getByText("/home/you/two.lic")).toBeTruthy();
});

test("licenses of the system before are told of once, each with its way out", async () => {
  const { session: on } = await session();
  if (on.library.is !== "ready") throw new Error("not there");
  const why = { code: "license.system_anew", message: "This looks like the computer of before.", hint: "Activate it here." };
  const file = (licenseId: string, product: string): UnreadableFile => ({ path: `/home/you/${licenseId}.lic`, licenseId, product, why });
  on.library = { is: "ready", value: { ...on.library.value, unreadable: [file("one", "Blocks"), file("two", "Halo Plate")] } };
  stage(on, LibraryPage, {});
  expect(screen.getByText("Blocks and Halo Plate: This looks like the computer of before.")).toBeTruthy();
  expect(screen.getAllByText("Activate it here.")).toHaveLength(1);
  expect(screen.getByText("Activate Halo Plate here").closest("a")?.getAttribute("href")).toContain("two");
  expect(screen.queryByText("/home/you/one.lic")).toBeNull();
});

test("a seat that the vendor called gone is taken anew or forgotten, and not called this computer's", async () => {
  const { session: on } = await session();
  const open = { vendor: sleeve.key, product: "Blocks", licenseId: "one", machineId: "seat", fileIsLost: true, seatIsGone: true };
  stage(on, LeftOpen, { open });
  expect(screen.getByText(/missing or damaged, and its seat is gone/)).toBeTruthy();
  expect(screen.queryByText(/still this computer's/)).toBeNull();
  expect(screen.getByRole("link", { name: "Activate again" }).getAttribute("href")).toBe("#/finish/one");
  expect(screen.getByRole("link", { name: "Forget the seat" }).getAttribute("href")).toBe("#/release/seat");
});

test("signing in is one click from the shelf", async () => {
  const { session: on } = await session();
  on.vendors = on.vendors.map((vendor) => ({ ...vendor, account: null, hasLibrary: vendor.key === sleeve.key }));
  stage(on, LibraryPage, {});
  expect(screen.getByRole("link", { name: "Sign in" }).getAttribute("href")).toBe(`#/sign-in/${encodeURIComponent(sleeve.key)}`);
});

test("my keys name what the account owns and is not here, and where its key is seen", async () => {
  const { session: on, backend } = await session();
  const account = { email: "demo@example.com", signedInAt: inDays(-1), expiresAt: null, licensesReadAt: inDays(-1), ended: null };
  on.vendors = on.vendors.map((vendor) => (vendor.key === sleeve.key ? { ...vendor, account } : vendor));
  if (on.library.is === "ready") on.library = { is: "ready", value: { ...on.library.value, owned } };
  stage(on, KeysPage, {});
  const row = screen.getByText("••••FREE").closest("li");
  expect(row?.textContent).toContain("Halo Plate");
  expect(screen.getByRole("heading", { name: "In the account demo@example.com, and not on this computer" })).toBeTruthy();
  expect(within(row as HTMLElement).queryByRole("button", { name: "Show" })).toBeNull();
  await fireEvent.click(screen.getByRole("button", { name: "Open your account at Sleeve Audio" }));
  expect(backend.opened).toHaveLength(1);
});

test("my keys say which of the account's licenses are suspended, have ended, or have no free seat", async () => {
  const { session: on } = await session();
  if (on.library.is !== "ready") throw new Error("no library");
  const [one] = owned;
  if (!one) throw new Error("nothing owned");
  const spare = [null, "barred", "ended", "full"] as const;
  on.library = { is: "ready", value: { ...on.library.value, owned: spare.map((why, at) => ({ ...one, id: `${at}`, keyHint: `ROW${at}`, spare: why })) } };
  stage(on, KeysPage, {});
  const said = (at: number): string => screen.getByText(`••••ROW${at}`).closest("li")?.querySelector(".stands")?.textContent ?? "";
  expect(spare.map((_, at) => said(at))).toEqual(["", "Suspended by the vendor", "Ended", "No free seat"]);
});

test("a license that is the account's alone can be given away, unless its vendor never lets its kind go", async () => {
  const { session: on } = await session();
  const halo = products[0]?.id ?? "";
  if (on.library.is !== "ready") throw new Error("no library");
  const library = on.library.value;
  const giveAway = (): string | null | undefined => screen.queryByRole("link", { name: "Give it away" })?.getAttribute("href");
  on.library = { is: "ready", value: { ...library, owned: owned.slice(0, 1) } };
  const page = stage(on, ProductPage, { vendor: sleeve.key, product: halo });
  expect(giveAway()).toBe(`#/transfer/${owned[0]?.id}`);
  page.unmount();
  on.library = { is: "ready", value: { ...library, owned: owned.slice(0, 1).map((license) => ({ ...license, terms: "trial" as const })) } };
  stage(on, ProductPage, { vendor: sleeve.key, product: halo });
  expect(giveAway()).toBeUndefined();
});

test("without keys there is a way to one", async () => {
  const { session: on } = await session("empty");
  stage(on, KeysPage, {});
  expect(screen.getByRole("link", { name: "Add a license" })).toBeTruthy();
});

test("how long it works offline is said for each kind of license it may be sold on, and of the one that is here", async () => {
  const { session: on } = await session();
  const shown = (name: string): string => {
    const product = products.find((card) => card.name === name);
    const page = stage(on, ProductPage, { vendor: sleeve.key, product: product?.id ?? "" });
    const words = document.body.textContent ?? "";
    page.unmount();
    return words;
  };
  expect(shown("Halo Plate")).toContain("A perpetual license for good; a subscription or a trial until it ends");
  expect(shown("Blocks")).toContain("Its file has no end: the network is not needed again");
  expect(shown("Low Tide")).not.toContain("for good");
});

test("with several vendors one's products can be shown alone, which is said with the way back", async () => {
  layOut();
  const { session: on } = await session();
  stage(on, LibraryPage, {});
  await screen.findByRole("link", { name: /Blocks/ });
  const sentence = (): string => document.querySelector(".sub")?.textContent?.replace(/\s+/g, " ") ?? "";
  const all = on.library.is === "ready" ? on.library.value.products : [];
  expect(sentence()).toContain(`${all.length} products from`);
  await choose(screen.getByLabelText("Vendor"), tidewater.key);
  await vi.waitFor(() => expect(screen.queryByRole("link", { name: /Blocks/ })).toBeNull());
  expect(screen.getByRole("link", { name: /Harbor Upright/ })).toBeTruthy();
  // The sentence speaks of the same products as the chips.
  const its = all.filter((product) => product.vendor === tidewater.key).length;
  expect(sentence()).toContain(`${its} product${its === 1 ? "" : "s"} from ${tidewater.name}`);
  await fireEvent.click(screen.getByRole("button", { name: "Show all products" }));
  expect(screen.getByRole("link", { name: /Blocks/ })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Show all products" })).toBeNull();
});

test("of several vendors the one to sign in at is chosen in the library, by the keyboard too; and another is added there", async () => {
  const { session: on, backend } = await session();
  on.vendors = on.vendors.map((vendor) => ({ ...vendor, account: null, hasLibrary: true }));
  const picked = vi.spyOn(backend, "pickVendor");
  stage(on, LibraryPage, {});
  const menu = await screen.findByRole("button", { name: "Sign in" });
  menu.focus();
  await fireEvent.keyDown(menu, { key: "Enter" });
  const choice = await screen.findByRole("menuitem", { name: `Sign in at ${tidewater.name}` });
  await fireEvent.keyDown(choice, { key: "Enter" });
  await vi.waitFor(() => expect(location.hash).toBe(`#/sign-in/${encodeURIComponent(tidewater.key)}`));
  await fireEvent.click(screen.getByRole("button", { name: "Add a vendor file" }));
  expect(picked).toHaveBeenCalledOnce();
});

test("a page that was opened from a product names it, and leads back to it", async () => {
  const { session: on } = await session();
  const [halo, blocks] = [products[0], products.find(({ name }) => name === "Blocks")];
  const license = blocks?.licenses[0];
  if (!halo || !blocks || !license) throw new Error("no such product");
  const check = (page: Component<never>, props: object, product: ProductCard): void => {
    const shown = stage(on, page as Component<Record<string, unknown>>, props as Record<string, unknown>);
    const [title, back] = [screen.getByRole("heading", { level: 1 }), screen.getByRole("link", { name: product.name })];
    expect(title.textContent).toContain(page === SignInPage ? "Sign in" : product.name);
    expect(back.getAttribute("href")).toBe(`#/product/${encodeURIComponent(product.vendor)}/${product.id}`);
    shown.unmount();
  };
  check(TrialPage, { vendor: halo.vendor, product: halo.id }, halo);
  check(AddPage, { vendor: halo.vendor, product: halo.id, license: null }, halo);
  check(RegisterPage, { vendor: halo.vendor, product: halo.id }, halo);
  check(SignInPage, { vendor: halo.vendor, product: halo.id }, halo);
  check(TransferPage, { license: license.id }, blocks);
  for (const errand of [
    { page: "release", id: license.machineId }, { page: "refresh", vendor: blocks.vendor, license: license.id }, { page: "seats", license: license.id },
    { page: "rename", id: license.machineId, name: "rack" }, { page: "release", id: computers().computers[1]?.machineId },
  ]) check(SendPage, { errand }, blocks);
});

test("an account that may be removed is told in the library, with the way to its vendor's page", async () => {
  const { session: on } = await session();
  if (on.library.is !== "ready") throw new Error("no library");
  const says = "Sleeve Audio may remove an account without activity for 7 years, and for this computer that is near.";
  on.library = { is: "ready", value: { ...on.library.value, reminders: [{ vendor: sleeve.key, says }] } };
  stage(on, LibraryPage, {});
  expect(screen.getByText(says)).toBeTruthy();
  expect(screen.getByRole("link", { name: "See what Sleeve Audio was told" }).getAttribute("href")).toContain("#/privacy/");
});

test("a perpetual license whose file ran out needs a refresh, and has not ended", async () => {
  const reason = { code: "license.file_expired", message: "The license file has ended, although the license may go on.", hint: "Refresh the license when you are online." };
  const stale = { ...license(3, "perpetual", "expired"), reason, refreshBy: inDays(-3) };
  expect(statusOfLicense(stale)).toMatchObject({ text: "Needs a refresh", tone: "attention", here: false, attention: true });
  expect(statusOfLicense(license(3, "subscription", "expired", inDays(-3)))).toMatchObject({ text: "Ended", tone: "loss" });
  const { session: on } = await session();
  if (on.library.is !== "ready") throw new Error("not there");
  const blocks = products.find((product) => product.name === "Blocks")!;
  on.library = { is: "ready", value: { ...on.library.value, products: [{ ...blocks, licenses: [stale] }] } };
  stage(on, ProductPage, { vendor: blocks.vendor, product: blocks.id });
  expect(screen.getByText("Needs a refresh").getAttribute("data-tone")).toBe("attention");
  expect(screen.getByText("Its file ended")).toBeTruthy();
  expect(screen.queryByText("Ended")).toBeNull();
});

test.each([
  ["Suspended by the vendor", { spare: "barred" as const, ended: false }],
  ["Ended", { spare: "ended" as const, ended: true }],
])("a license of the account that is not good says so, and is asked about quietly: %s", async (words, more) => {
  const { session: on, backend } = await session();
  const { preview } = await backend.prepareSignIn(sleeve.key, "demo@example.com", "demo-password", null);
  await backend.sendSignIn(preview);
  await Promise.all([on.loadVendors(), on.loadLibrary()]);
  if (on.library.is !== "ready") throw new Error("not there");
  on.library = { is: "ready", value: { ...on.library.value, owned: [{ ...owned[0]!, ...more }] } };
  stage(on, ProductPage, { vendor: sleeve.key, product: products[0]!.id });
  expect(screen.getByText(words, { selector: "p" }).getAttribute("data-tone")).toBe("loss");
  expect(screen.queryByRole("link", { name: "Activate on this computer" })).toBeNull();
  expect(screen.getByRole("link", { name: "Ask again" }).getAttribute("data-kind")).toBe("quiet");
});

test("several licenses of one product are told apart, each with its notes; the page that gives one away names it", async () => {
  const { session: on, backend } = await session();
  if (on.library.is !== "ready") throw new Error("not there");
  const blocks = products.find((product) => product.name === "Blocks")!;
  const two = [license(3, "perpetual", "active"), { ...license(4, "perpetual", "revoked"), id: "second" }];
  const mine = { ...owned[0]!, productId: blocks.id, spare: "barred" as const };
  on.library = { is: "ready", value: { ...on.library.value, products: [{ ...blocks, licenses: two }], owned: [mine] } };
  const { library } = on;
  const page = stage(on, ProductPage, { vendor: blocks.vendor, product: blocks.id });
  const part = (name: string): HTMLElement => screen.getByRole("heading", { level: 2, name }).closest("section")!;
  expect(within(part("Perpetual, ••••LL4P")).getByText("Activated here")).toBeTruthy();
  expect(within(part("Perpetual, ••••ZC81")).getByText("Suspended by the vendor")).toBeTruthy();
  expect(within(part("Perpetual, ••••FREE")).getByText("Suspended by the vendor")).toBeTruthy();
  const notes = screen.getByRole("heading", { level: 3, name: "Perpetual, ••••ZC81" }).nextElementSibling;
  expect(notes?.textContent).toContain("second");
  expect(within(part("Perpetual, ••••ZC81")).getByRole("link", { name: "Give it away" }).getAttribute("href")).toBe("#/transfer/second");
  page.unmount();
  // While values are hidden no key tells them apart: they are numbered.
  await on.change({ hideValues: true });
  const hidden = stage(on, ProductPage, { vendor: blocks.vendor, product: blocks.id });
  const headings = (): (string | null)[] => screen.getAllByRole("heading", { level: 2 }).map((heading) => heading.textContent);
  expect(headings()).toEqual(expect.arrayContaining(["Perpetual, license 1", "Perpetual, license 2", "Perpetual, license 3"]));
  expect(hidden.container.innerHTML).not.toMatch(/LL4P|ZC81|FREE/);
  hidden.unmount();
  await on.change({ hideValues: false });
  const { preview } = await backend.prepareSignIn(sleeve.key, "demo@example.com", "demo-password", null);
  await backend.sendSignIn(preview);
  await on.loadVendors();
  on.library = library;
  stage(on, TransferPage, { license: "second" });
  expect(screen.getByText("The license: Perpetual, ••••ZC81")).toBeTruthy();
});
