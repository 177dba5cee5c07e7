import { fireEvent, screen } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";
import { fullLibrary, license, products, sleeve } from "../src/backend/memory/demo";
import type { Standing } from "../src/backend/types";
import { counts, shelf } from "../src/features/library/shelf";
import { best, statusOf, statusOfLicense } from "../src/features/library/standing";
import { view } from "../src/features/library/view.svelte";
import KeysPage from "../src/pages/KeysPage.svelte";
import LeftOpen from "../src/features/license/LeftOpen.svelte";
import LibraryPage from "../src/pages/LibraryPage.svelte";
import { layOut, session, stage } from "./stage";

beforeEach(() => Object.assign(view, { search: "", filter: "all", sort: "name" }));
const names = (query: Partial<Parameters<typeof shelf>[1]>): string[] =>
  shelf(products, { search: "", filter: "all", sort: "name", ...query }).map((product) => product.name);

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
  const sorted = shelf(products, { search: "", filter: "all", sort: "standing" }).map((product) => statusOf(product).attention);
  expect(sorted.lastIndexOf(true)).toBeLessThan(sorted.indexOf(false));
});

test("each standing has words, and only three of them play", () => {
  const all: Standing[] = ["active", "grace", "clock_behind", "expired", "revoked", "incomplete", "wrong_product", "wrong_kind", "wrong_machine", "unlicensed"];
  const here = all.filter((standing) => statusOfLicense(license(1, "perpetual", standing)).here);
  expect(here).toEqual(["active", "grace", "clock_behind"]);
  expect(new Set(all.map((standing) => statusOfLicense(license(1, "perpetual", standing)).text)).size).toBe(all.length);
  expect(best([license(1, "perpetual", "expired"), license(2, "perpetual", "grace"), license(3, "perpetual", "active")])?.standing).toBe("active");
});

test("a subscription says so only when its end is near", () => {
  const now = new Date("2026-11-22T12:00:00Z");
  const at = (day: string): string => statusOfLicense(license(1, "subscription", "active", day), now).text;
  expect(at("2026-12-04T12:00:00Z")).toBe("Renews in 12 days");
  expect(at("2027-12-04T12:00:00Z")).toBe("Activated here");
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
  const now = new Date("2026-11-22T12:00:00Z");
  const at = (day: string) => statusOfLicense(license(1, "trial", "active", day), now);
  expect(at("2026-12-06T12:00:00Z")).toMatchObject({ text: "Trial: 14 days left", attention: false });
  expect(at("2026-11-24T12:00:00Z").attention).toBe(true);
});

test("a lost license file is told once", async () => {
  const { session: on } = await session();
  if (on.library.is !== "ready") throw new Error("not there");
  const why = { code: "license.file_malformed", message: "That is not a license file, or it was cut.", hint: "" };
  const file = { path: "/home/you/one.lic", licenseId: "one", why };
  const open = { vendor: sleeve.key, product: "Blocks", licenseId: "one", machineId: "seat", fileIsLost: true, seatIsGone: false };
  on.library = { is: "ready", value: { ...on.library.value, unreadable: [file, { ...file, path: "/home/you/two.lic", licenseId: "two" }], unfinished: [open] } };
  stage(on, LibraryPage, {});
  expect(screen.getByText("The license file of Blocks is lost or spoilt")).toBeTruthy();
  expect(screen.queryByText("/home/you/one.lic")).toBeNull();
  expect(screen.getByText("/home/you/two.lic")).toBeTruthy();
});

test("a seat that the vendor called gone is taken anew or forgotten, and not called this computer's", async () => {
  const { session: on } = await session();
  const open = { vendor: sleeve.key, product: "Blocks", licenseId: "one", machineId: "seat", fileIsLost: true, seatIsGone: true };
  stage(on, LeftOpen, { open });
  expect(screen.getByText(/lost or spoilt, and its seat is gone/)).toBeTruthy();
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

test("without keys there is a way to one", async () => {
  const { session: on } = await session("empty");
  stage(on, KeysPage, {});
  expect(screen.getByRole("link", { name: "Add a license" })).toBeTruthy();
});
