// What the first user of the window stumbled over, in words.

import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { lineOf } from "../src/backend/memory/ledger";
import { license, products, sleeve } from "../src/backend/memory/demo";
import { REFUSALS } from "../src/backend/memory/refusals";
import type { Activated, CheckedKey, LedgerLine } from "../src/backend/types";
import Network from "../src/features/settings/Network.svelte";
import { deedOf } from "../src/features/ledger/deed";
import Placed from "../src/features/license/Placed.svelte";
import PlanTerms from "../src/features/license/PlanTerms.svelte";
import ProductPage from "../src/pages/ProductPage.svelte";
import ReviewPage from "../src/pages/ReviewPage.svelte";
import SendPage from "../src/pages/SendPage.svelte";
import SentPage from "../src/pages/SentPage.svelte";
import SettingsPage from "../src/pages/SettingsPage.svelte";
import { layOut, session, stage } from "./stage";

const checked = { product: products[0]!, terms: "subscription", seats: null, offline: "until 2027-11-30", offlineUntil: "2027-11-30T00:00:00.000Z", forEver: false, keyHint: "7H3K" } as CheckedKey;

test("a day is written as everywhere, also where an activation is ready", async () => {
  const { session: on } = await session();
  const done: Activated = { product: "Halo Plate", licenseId: "", standing: "active", reason: license(1, "subscription", "active").reason, entries: [] };
  stage(on, Placed, { checked, done, vendor: sleeve.name });
  expect(screen.getByText("It works offline until 30 November 2027.")).toBeTruthy();
  expect(document.body.textContent).not.toContain("2027-11-30");
});

test("a trial is not renewed, and nothing says so", async () => {
  const { session: on, backend } = await session();
  const plan = stage(on, PlanTerms, { checked: { ...checked, terms: "trial" }, vendor: sleeve.name });
  expect(screen.getByText("Then the trial has ended")).toBeTruthy();
  plan.unmount();
  const library = await backend.library();
  library.products[0]!.licenses = [license(1, "trial", "active", "2027-11-30T00:00:00.000Z")];
  on.library = { is: "ready", value: library };
  stage(on, ProductPage, { vendor: sleeve.key, product: products[0]!.id });
  expect(screen.getByText("Then the trial has ended")).toBeTruthy();
  expect(screen.queryByText(/Renewed, it is fetched again/)).toBeNull();
});

test("a vendor file that cannot be used is the title of its page", async () => {
  const { session: on } = await session();
  on.reviewFailure = { code: "vendor.altered", message: "The vendor file was altered.", hint: "" };
  stage(on, ReviewPage, {});
  expect(screen.getByRole("heading", { level: 1, name: "This file cannot be used" })).toBeTruthy();
  expect(screen.queryByText("No vendor file is open")).toBeNull();
});

test("after a refusal the line below the title does not speak of what would be sent", async () => {
  const { session: on, backend } = await session();
  stage(on, SendPage, { errand: { page: "release", id: products[2]!.licenses[0]!.machineId ?? "" } });
  const send = await screen.findByRole("button", { name: "Send and deactivate" });
  expect(screen.getByText(/This is everything in it/)).toBeTruthy();
  backend.refusing = { failure: REFUSALS.find(({ code }) => code === "keygen.suspended")!, step: null };
  await fireEvent.click(send);
  await screen.findByRole("alert");
  expect(screen.queryByText(/This is everything in it/)).toBeNull();
  expect(screen.getByText(/It stopped before all of it was done/)).toBeTruthy();
});

test("a proxy that is none is said to be none as long as it stands there, with what is used until then and the way back", async () => {
  const { session: on } = await session();
  stage(on, Network, { proxy: "http://proxy.example:3128" });
  const field = screen.getByLabelText<HTMLInputElement>("Proxy");
  await fireEvent.input(field, { target: { value: "proxy.example" } });
  await fireEvent.click(screen.getByRole("button", { name: "Use this proxy" }));
  expect(await screen.findByText("That is not a proxy. Write it as http://HOST:PORT. Until then http://proxy.example:3128 is used.")).toBeTruthy();
  expect(field.getAttribute("aria-invalid")).toBe("true");
  await fireEvent.input(field, { target: { value: "proxy.example:3" } });
  expect(screen.queryByText(/That is not a proxy/)).toBeNull();
  await fireEvent.click(screen.getByRole("button", { name: "Leave it as it was" }));
  expect(field.value).toBe("http://proxy.example:3128");
  expect(screen.queryByRole("button", { name: "Use this proxy" })).toBeNull();
});

test("the proxy is said to need its button, and what is not asked through it", async () => {
  const { session: on } = await session();
  const page = stage(on, SettingsPage, { shortcuts: () => undefined });
  expect(screen.getByText(/a proxy once you press its button/)).toBeTruthy();
  page.unmount();
  stage(on, Network, { proxy: null });
  expect(screen.getByText(/Addresses of this computer itself are not asked through it/)).toBeTruthy();
});

test("what was saved has a title in the record, and is said until something else is looked at", async () => {
  layOut();
  const line: LedgerLine = { ...lineOf(9, "2026-11-30T10:00:00.000Z", { purpose: "", label: "", deed: null, method: "", url: "", items: [], wireBytes: 9 } as never, "answered", null), label: "", file: "gatefold-record-2026-11-30.har" };
  expect(deedOf(line)).toBe("Save a file");
  const { session: on } = await session();
  const page = stage(on, SentPage, { entry: 38 });
  await fireEvent.click(await screen.findByRole("button", { name: "Export" }));
  await fireEvent.click(await screen.findByRole("menuitem", { name: /As HAR/ }));
  expect(await screen.findByText(/^Saved as/)).toBeTruthy();
  await page.rerender({ session: on, part: SentPage as never, props: { entry: 39 } });
  await waitFor(() => expect(screen.queryByText(/^Saved as/)).toBeNull());
});
