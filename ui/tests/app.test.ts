import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";
import App from "../src/App.svelte";
import { Session } from "../src/session.svelte";
import { MemoryBackend } from "../src/backend/memory";
import { products, sleeve } from "../src/backend/memory/demo";
import type { Link, Offered } from "../src/backend/types";
// What the app loads later is compiled before the clock of a test runs.
import "../src/pages/OtherPages.svelte";
import { layOut } from "./stage";

beforeEach(() => {
  layOut();
  location.hash = "";
});

class Told extends MemoryBackend {
  readonly hearers = new Map<string, (what: never) => void>();
  override on(event: string, hear: (what: never) => void): () => void {
    this.hearers.set(event, hear);
    return super.on(event, hear);
  }
  tell(event: "review" | "open" | "bundle", what: Offered | Link | null): void {
    this.hearers.get(event)?.(what as never);
  }
}

const altered = { code: "vendor.altered", message: "The vendor file was altered.", hint: "Get it again." };

test("a link names a vendor by its id and opens the product's page", async () => {
  const backend = new Told();
  const product = products.find((card) => card.vendor === sleeve.key);
  if (!product) throw new Error("no product");
  const start = await backend.start();
  backend.start = async () => ({ ...start, link: { vendor: sleeve.id, product: product.code } });
  render(App, { props: { session: new Session(backend) } });
  expect(await screen.findByRole("heading", { level: 1, name: product.name })).toBeTruthy();
});

test("a vendor file that came unasked is shown, or why it cannot be; never both", async () => {
  const backend = new Told("first");
  render(App, { props: { session: new Session(backend) } });
  await screen.findByRole("heading", { level: 1, name: "Welcome" });
  backend.tell("review", await backend.reviewBundled("sleeve"));
  await screen.findByRole("button", { name: "Add Sleeve Audio" });
  backend.tell("review", altered);
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("vendor.altered");
  await waitFor(() => expect(screen.queryByRole("button", { name: "Add Sleeve Audio" })).toBeNull());
});

test("what is half typed stays when a vendor file or a link is opened, until the user goes there", async () => {
  const backend = new Told();
  const product = products.find((card) => card.vendor === sleeve.key);
  if (!product) throw new Error("no product");
  render(App, { props: { session: new Session(backend) } });
  await screen.findByRole("heading", { level: 1, name: "Library" });
  await fireEvent.keyDown(window, { key: "n", ctrlKey: true });
  const key = await screen.findByLabelText<HTMLInputElement>("License key");
  await fireEvent.input(key, { target: { value: "SLEEVE-HALF" } });
  backend.tell("review", await backend.reviewBundled("sleeve"));
  expect(await screen.findByText("The file of Sleeve Audio was opened")).toBeTruthy();
  backend.tell("open", { vendor: sleeve.id, product: product.code });
  expect(await screen.findByText(`${product.name} was asked for`)).toBeTruthy();
  expect(key.isConnected).toBe(true);
  expect(key.value).toBe("SLEEVE-HALF");
  // One that cannot be used says so beside it.
  backend.tell("review", altered);
  expect((await screen.findByRole("alert")).textContent).toContain("vendor.altered");
  expect(key.isConnected).toBe(true);
  backend.tell("review", await backend.reviewBundled("sleeve"));
  await fireEvent.click(await screen.findByRole("button", { name: "Look at it" }));
  await screen.findByRole("heading", { level: 1, name: "Sleeve Audio" });
  expect(screen.queryByText("The file of Sleeve Audio was opened")).toBeNull();
});

test("where nothing is typed any more, or a search alone, an opened vendor file is shown at once", async () => {
  const backend = new Told();
  render(App, { props: { session: new Session(backend) } });
  await screen.findByRole("heading", { level: 1, name: "Library" });
  await fireEvent.input(screen.getByLabelText("Search"), { target: { value: "halo" } });
  backend.tell("review", await backend.reviewBundled("sleeve"));
  await screen.findByRole("heading", { level: 1, name: "Sleeve Audio" });
  await fireEvent.keyDown(window, { key: "n", ctrlKey: true });
  const key = await screen.findByLabelText<HTMLInputElement>("License key");
  await fireEvent.input(key, { target: { value: "SLEEVE" } });
  await fireEvent.input(key, { target: { value: "" } });
  backend.tell("review", await backend.reviewBundled("sleeve"));
  await screen.findByRole("heading", { level: 1, name: "Sleeve Audio" });
});

test("a bundle that comes unasked is looked at; what is half typed stays until the user goes there", async () => {
  const backend = new Told();
  render(App, { props: { session: new Session(backend) } });
  await screen.findByRole("heading", { level: 1, name: "Library" });
  await backend.pickBundle();
  backend.tell("bundle", null);
  await screen.findByRole("heading", { level: 1, name: "A bundle" });
  await fireEvent.keyDown(window, { key: "n", ctrlKey: true });
  const key = await screen.findByLabelText<HTMLInputElement>("License key");
  await fireEvent.input(key, { target: { value: "SLEEVE-HALF" } });
  backend.tell("bundle", null);
  await fireEvent.click(await screen.findByRole("button", { name: "Look at it" }));
  await screen.findByRole("heading", { level: 1, name: "A bundle" });
  expect(screen.queryByText("A diagnostic bundle came to be looked at")).toBeNull();
});

test("a bundle that a start is given is looked at", async () => {
  const backend = new Told();
  const start = await backend.start();
  await backend.pickBundle();
  backend.start = async () => ({ ...start, bundle: true });
  render(App, { props: { session: new Session(backend) } });
  await screen.findByRole("heading", { level: 1, name: "A bundle" });
});

test("a key of the keyboard quits", async () => {
  const backend = new Told();
  render(App, { props: { session: new Session(backend) } });
  await screen.findByRole("heading", { level: 1, name: "Library" });
  await fireEvent.keyDown(window, { key: "q", ctrlKey: true });
  expect(backend.ended).toBe(true);
});

test("Ctrl and N begins the next where one was added, and leaves alone what goes on", async () => {
  const backend = new MemoryBackend();
  const typed = (): HTMLInputElement => screen.getByLabelText<HTMLInputElement>("License key");
  const again = (): Promise<boolean> => fireEvent.keyDown(window, { key: "n", ctrlKey: true });
  const press = async (name: string): Promise<void> => {
    const button = await screen.findByRole("button", { name });
    await waitFor(() => expect(button.hasAttribute("disabled")).toBe(false));
    await fireEvent.click(button);
  };
  render(App, { props: { session: new Session(backend) } });
  await screen.findByRole("heading", { level: 1, name: "Library" });
  await again();
  await screen.findByRole("heading", { level: 1, name: "Add a license" });
  await fireEvent.input(typed(), { target: { value: "SLEEVE-DEMO-0000-7H3K" } });
  await again();
  expect(typed().value).toBe("SLEEVE-DEMO-0000-7H3K");
  await press("Show what will be sent");
  await press("Send to Sleeve Audio");
  backend.pace = 40;
  await press("Send and activate");
  await screen.findByRole("button", { name: "Stop before the next step" });
  await again();
  expect(screen.getByRole("heading", { level: 1, name: "Activate Halo Plate" })).toBeTruthy();
  await screen.findByRole("heading", { level: 1, name: "Halo Plate is ready" });
  await again();
  await screen.findByRole("heading", { level: 1, name: "Add a license" });
  expect(typed().value).toBe("");
});

test("the side bar marks the page that a sign-in was reached from", async () => {
  render(App, { props: { session: new Session(new MemoryBackend()) } });
  await screen.findByRole("heading", { level: 1, name: "Library" });
  const go = async (hash: string, name: string): Promise<void> => {
    location.hash = hash;
    window.dispatchEvent(new HashChangeEvent("hashchange"));
    await screen.findByRole("heading", { level: 1, name });
  };
  const marked = (): string | undefined => document.querySelector("nav [aria-current]")?.textContent?.replace(/\d+/, "").trim();
  const signIn = `#/sign-in/${encodeURIComponent(sleeve.key)}`;
  await go(signIn, "Sign in at Sleeve Audio");
  expect(marked()).toBe("Library");
  await go("#/settings", "Settings");
  await go(signIn, "Sign in at Sleeve Audio");
  expect(marked()).toBe("Settings");
});
