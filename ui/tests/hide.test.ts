import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import type { Component } from "svelte";
import { expect, test } from "vitest";
import { products, sleeve } from "../src/backend/memory/demo";
import AddPage from "../src/pages/AddPage.svelte";
import EverythingPage from "../src/pages/EverythingPage.svelte";
import KeysPage from "../src/pages/KeysPage.svelte";
import LibraryPage from "../src/pages/LibraryPage.svelte";
import ProductPage from "../src/pages/ProductPage.svelte";
import SendPage from "../src/pages/SendPage.svelte";
import SettingsPage from "../src/pages/SettingsPage.svelte";
import SignInPage from "../src/pages/SignInPage.svelte";
import TransferPage from "../src/pages/TransferPage.svelte";
import { layOut, session, stage } from "./stage";

const blocks = products[2]!;
const license = blocks.licenses[0]!;
/** What is the user's, their computers' or their keys' in the demo. */
const THEIRS = ["studio-desk", "old laptop", "demo@example.com", license.id, license.machineId ?? "", license.keyHint, "7H3K", "FREE", "YEAR"];

async function hiding(hideValues: boolean): Promise<Awaited<ReturnType<typeof session>>["session"]> {
  const { session: on, backend } = await session();
  const { preview } = await backend.prepareSignIn(sleeve.key, "demo@example.com", "demo-password", null);
  await backend.sendSignIn(preview);
  await Promise.all([on.loadVendors(), on.loadLibrary()]);
  await on.change({ hideValues });
  return on;
}
function seen(): string[] {
  const attributes = [...document.body.querySelectorAll("[aria-label], [placeholder], [title]")].flatMap((part) => ["aria-label", "placeholder", "title"].map((name) => part.getAttribute(name) ?? ""));
  const page = [document.body.textContent ?? "", ...attributes].join("\n");
  return THEIRS.filter((value) => page.includes(value));
}

const pages: [string, Component<never>, Record<string, unknown>][] = [
  ["the product", ProductPage as Component<never>, { vendor: sleeve.key, product: blocks.id }],
  ["another's product", ProductPage as Component<never>, { vendor: sleeve.key, product: products[0]!.id }],
  ["the library", LibraryPage as Component<never>, {}],
  ["my keys", KeysPage as Component<never>, {}],
  ["the settings", SettingsPage as Component<never>, {}],
  ["giving away", TransferPage as Component<never>, { license: license.id }],
];

test.each(pages)("while somebody looks on, nothing of the user stands on the page: %s", async (_name, page, props) => {
  layOut();
  const open = stage(await hiding(false), page as unknown as Component<Record<string, unknown>>, props);
  await waitFor(() => expect(seen().length).toBeGreaterThan(0));
  open.unmount();
  stage(await hiding(true), page as unknown as Component<Record<string, unknown>>, props);
  await screen.findAllByRole("heading");
  expect(seen()).toEqual([]);
});

test("what is typed is veiled, too: a key, a name of a computer, an address", async () => {
  const on = await hiding(true);
  const veiled = (label: string | RegExp): boolean => screen.getByLabelText(label).classList.contains("veiled");
  const add = stage(on, AddPage, { vendor: sleeve.key, license: null });
  expect(veiled("License key")).toBe(true);
  await fireEvent.input(screen.getByLabelText("License key"), { target: { value: "SLEEVE-DEMO-0000-7H3K" } });
  await fireEvent.click(await screen.findByRole("button", { name: "Show what will be sent" }));
  await fireEvent.click(await screen.findByRole("button", { name: "Send to Sleeve Audio" }));
  await screen.findByLabelText(/Name of this computer/);
  expect(veiled(/Name of this computer/)).toBe(true);
  add.unmount();
  const product = stage(on, ProductPage, { vendor: sleeve.key, product: blocks.id });
  await fireEvent.click(screen.getAllByRole("button", { name: /^Rename/ })[1]!);
  expect(document.querySelector(".rename input")?.classList.contains("veiled")).toBe(true);
  product.unmount();
  stage(on, SignInPage, { vendor: sleeve.key, product: null } as never);
  await screen.findByLabelText("E-mail");
  expect(veiled("E-mail")).toBe(true);
});

const previews: [string, Component<never>, Record<string, unknown>][] = [
  ["a seat", SendPage as Component<never>, { errand: { page: "release", id: license.machineId } }],
  ["the computers", SendPage as Component<never>, { errand: { page: "seats", license: license.id } }],
  ["a refresh", SendPage as Component<never>, { errand: { page: "refresh", vendor: sleeve.key, license: license.id } }],
  ["everything off", EverythingPage as Component<never>, { errand: { page: "deactivate-all" } }],
  ["everything on", EverythingPage as Component<never>, { errand: { page: "activate-all", license: null } }],
];

async function bothSides(): Promise<void> {
  expect(seen()).toEqual([]);
  await fireEvent.click(await screen.findByRole("button", { name: "Show the requests" }));
  expect(seen()).toEqual([]);
}

test.each(previews)("no preview ends a key as it ends, in its notes or beside its bytes: %s", async (_name, page, props) => {
  stage(await hiding(true), page as unknown as Component<Record<string, unknown>>, props);
  await screen.findAllByText("License key");
  await bothSides();
});

test("a key that was typed is nowhere on the pages after it", async () => {
  stage(await hiding(true), AddPage, { vendor: sleeve.key, license: null });
  await fireEvent.input(screen.getByLabelText("License key"), { target: { value: "SLEEVE-DEMO-0000-FREE" } });
  await fireEvent.click(await screen.findByRole("button", { name: "Show what will be sent" }));
  await bothSides();
  await fireEvent.click(screen.getByRole("button", { name: "Send to Sleeve Audio" }));
  await screen.findByLabelText(/Name of this computer/);
  expect(seen()).toEqual([]);
});
