import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import App from "../src/App.svelte";
import { MemoryBackend } from "../src/backend/memory";
import { products, sleeve, tidewater } from "../src/backend/memory/demo";
import type { Link } from "../src/backend/types";
import GoingOn from "../src/features/going/GoingOn.svelte";
// What the app loads later is compiled before the clock of a test runs.
import "../src/pages/OtherPages.svelte";
import ProductPage from "../src/pages/ProductPage.svelte";
import RegisterPage from "../src/pages/RegisterPage.svelte";
import SendPage from "../src/pages/SendPage.svelte";
import TransferPage from "../src/pages/TransferPage.svelte";
import TrialPage from "../src/pages/TrialPage.svelte";
import { Session } from "../src/session.svelte";
import { layOut, session, stage } from "./stage";

const KEY = "SLEEVE-DEMO-0000-7H3K";
const halo = products[0]!;
const blocks = products[2]!;

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
  tell(link: Link): void {
    this.hearers.get("open")?.(link as never);
  }
}
const press = async (name: string | RegExp): Promise<void> => {
  const button = await screen.findByRole("button", { name });
  await waitFor(() => expect(button.hasAttribute("disabled")).toBe(false));
  await fireEvent.click(button);
};
const heading = (name: string): Promise<HTMLElement> => screen.findByRole("heading", { level: 1, name }, { timeout: 3_000 });
async function go(hash: string): Promise<void> {
  location.hash = hash;
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

/** An activation that is being sent, each step by the word of the test. */
async function activating(): Promise<{ backend: Told; on: Session; next: () => void }> {
  const backend = new Told();
  const on = new Session(backend);
  render(App, { props: { session: on } });
  await heading("Library");
  await go("#/add");
  await heading("Add a license");
  await fireEvent.input(screen.getByLabelText("License key"), { target: { value: KEY } });
  await press("Show what will be sent");
  await press("Send to Sleeve Audio");
  await screen.findByRole("button", { name: "Send and activate" });
  let next: () => void = () => undefined;
  vi.spyOn(backend as unknown as { wait: () => Promise<void> }, "wait").mockImplementation(() => new Promise((done) => (next = done)));
  await press("Send and activate");
  await screen.findByRole("button", { name: "Stop before the next step" });
  return { backend, on, next: () => next() };
}

test("an activation that goes on is said on other pages, with the way back to its steps, where it can be stopped", async () => {
  const { backend, next } = await activating();
  await go("#/");
  await heading("Library");
  expect(await screen.findByText("Activate Halo Plate: on its way")).toBeTruthy();
  await fireEvent.click(screen.getByRole("link", { name: "See its steps" }));
  await go("#/add");
  await heading("Activate Halo Plate");
  expect(screen.getByText("Take a seat").closest("li")?.getAttribute("aria-current")).toBe("step");
  expect(screen.queryByText("Activate Halo Plate: on its way")).toBeNull();
  const stopped = vi.spyOn(backend, "cancel");
  await press("Stop before the next step");
  expect(stopped).toHaveBeenCalledTimes(1);
  next();
});

test("beside it the product's page offers no second one, and its end waits to be seen", async () => {
  const { backend, on, next } = await activating();
  await go(`#/product/${encodeURIComponent(sleeve.key)}/${halo.id}`);
  await heading("Halo Plate");
  expect(screen.queryByRole("link", { name: "Activate with a key" })).toBeNull();
  expect(screen.queryByRole("link", { name: "Try it for 14 days" })).toBeNull();
  expect(screen.getAllByRole("link", { name: "See its steps" }).length).toBe(2);
  vi.restoreAllMocks();
  layOut();
  backend.pace = 0;
  next();
  expect(await screen.findByText("Halo Plate is ready", {}, { timeout: 3_000 })).toBeTruthy();
  await fireEvent.click(screen.getByRole("link", { name: "See its steps" }));
  await go("#/add");
  await heading("Halo Plate is ready");
  await go("#/");
  await heading("Library");
  expect(on.going).toEqual([]);
  expect(screen.queryByText("Halo Plate is ready")).toBeNull();
});

test("a good end is not told on its own product's page, nor for ever on others", async () => {
  const finish = async (): Promise<Session> => {
    const { backend, on, next } = await activating();
    await go("#/");
    await heading("Library");
    vi.restoreAllMocks();
    layOut();
    backend.pace = 0;
    next();
    expect(await screen.findByText("Halo Plate is ready", {}, { timeout: 3_000 })).toBeTruthy();
    return on;
  };
  await finish();
  await go("#/settings");
  await heading("Settings");
  expect(screen.getByText("Halo Plate is ready")).toBeTruthy();
  await go("#/privacy");
  await heading("Privacy");
  expect(screen.queryByText("Halo Plate is ready")).toBeNull();
  cleanup();
  location.hash = "";
  await finish();
  await go(`#/product/${encodeURIComponent(sleeve.key)}/${halo.id}`);
  await heading("Halo Plate");
  expect(screen.queryByText("Halo Plate is ready")).toBeNull();
});

test("what has ended is in nobody's way: the next license is added anew", async () => {
  const { backend, on, next } = await activating();
  await go("#/");
  await heading("Library");
  vi.restoreAllMocks();
  layOut();
  backend.pace = 0;
  next();
  expect(await screen.findByText("Halo Plate is ready", {}, { timeout: 3_000 })).toBeTruthy();
  await go("#/add");
  await heading("Add a license");
  expect(on.going).toEqual([]);
});

test("a link that arrives while something is being sent waits for the user", async () => {
  const { backend, next } = await activating();
  backend.tell({ vendor: sleeve.id, product: blocks.code });
  expect(await screen.findByText("Blocks was asked for")).toBeTruthy();
  await heading("Activate Halo Plate");
  await press("Open Blocks");
  await heading("Blocks");
  expect(screen.queryByText("Blocks was asked for")).toBeNull();
  expect(screen.getByText("Activate Halo Plate: on its way")).toBeTruthy();
  // Nothing is being sent on this page, so the next one is followed.
  backend.tell({ vendor: sleeve.id, product: halo.code });
  await heading("Halo Plate");
  next();
});

/** Pages that send one thing, up to the press that sends it. */
const ones: [string, string, (on: Session, backend: MemoryBackend) => Promise<{ again: () => void; unmount: () => void }>][] = [
  ["a refresh", "Refresh Blocks", async (on) => {
    const errand = { page: "refresh" as const, vendor: sleeve.key, license: blocks.licenses[0]!.id };
    const page = stage(on, SendPage, { errand });
    await press("Send and refresh");
    return { unmount: () => page.unmount(), again: () => stage(on, SendPage, { errand }) };
  }],
  ["a release", "Deactivate Blocks here", async (on) => {
    const errand = { page: "release" as const, id: blocks.licenses[0]!.machineId ?? "" };
    const page = stage(on, SendPage, { errand });
    await press("Send and deactivate");
    return { unmount: () => page.unmount(), again: () => stage(on, SendPage, { errand }) };
  }],
  ["a trial", "Try Halo Plate", async (on) => {
    const page = stage(on, TrialPage, { vendor: sleeve.key, product: halo.id });
    await press(/egin the trial/);
    return { unmount: () => page.unmount(), again: () => stage(on, TrialPage, { vendor: sleeve.key, product: halo.id }) };
  }],
  ["a transfer", "Give Paper Moon away", async (on, backend) => {
    const { preview } = await backend.prepareSignIn(sleeve.key, "demo@example.com", "demo-password", null);
    await backend.sendSignIn(preview);
    await on.loadVendors();
    const license = products[3]!.licenses[0]!.id;
    const page = stage(on, TransferPage, { license });
    await fireEvent.input(await screen.findByLabelText("E-mail address of who gets it"), { target: { value: "friend@example.com" } });
    await press("Show what will be sent");
    await press("Ask");
    await press("Give it away");
    return { unmount: () => page.unmount(), again: () => stage(on, TransferPage, { license }) };
  }],
  ["a registration", "Register a product at Tidewater Instruments", async (on, backend) => {
    const { preview } = await backend.prepareSignIn(tidewater.key, "demo@example.com", "demo-password", null);
    await backend.sendSignIn(preview);
    await on.loadVendors();
    on.vendors = on.vendors.map((vendor) => ({ ...vendor, registersWith: ["product_serial"] }));
    const page = stage(on, RegisterPage, { vendor: tidewater.key });
    await fireEvent.input(await screen.findByLabelText("Serial number"), { target: { value: "DEMO-SERIAL-0001" } });
    await press("Show what will be sent");
    await press("Send and register");
    return { unmount: () => page.unmount(), again: () => stage(on, RegisterPage, { vendor: tidewater.key }) };
  }],
];

test.each(ones)("what is one request goes on in sight, and what came of it is there when its page is looked at again: %s", async (_name, what, begin) => {
  const { session: on, backend } = await session();
  backend.pace = 40;
  const { unmount, again } = await begin(on, backend);
  unmount();
  const elsewhere = stage(on, GoingOn, {});
  expect(await screen.findByText(`${what}: on its way`)).toBeTruthy();
  expect(await screen.findByText(`${what}: done`, {}, { timeout: 3_000 })).toBeTruthy();
  await fireEvent.click(screen.getByRole("link", { name: "See its steps" }));
  elsewhere.unmount();
  again();
  expect((await screen.findAllByText(/The license file is fresh|The seat is free|days are left|Paper Moon is given to|Harbor Upright is registered|It is registered/)).length).toBe(1);
  expect(on.going).toEqual([]);
});

/** A sign-in that was sent and left, by the word of the test. */
async function signingIn(): Promise<{ backend: Told; on: Session }> {
  const backend = new Told();
  const on = new Session(backend);
  render(App, { props: { session: on } });
  await heading("Library");
  await go(`#/sign-in/${encodeURIComponent(sleeve.key)}`);
  await heading("Sign in at Sleeve Audio");
  await fireEvent.input(screen.getByLabelText("E-mail"), { target: { value: "demo@example.com" } });
  await fireEvent.input(screen.getByLabelText("Password"), { target: { value: "demo-password" } });
  await press("Show what will be sent");
  backend.pace = 60;
  await press("Send and sign in");
  await go("#/settings");
  await heading("Settings");
  expect(await screen.findByText("Sign in at Sleeve Audio: on its way")).toBeTruthy();
  return { backend, on };
}

test("a sign-in that is on its way is found again on its page, and leads nobody elsewhere once it is done", async () => {
  const { on } = await signingIn();
  await fireEvent.click(screen.getByRole("link", { name: "See its steps" }));
  await go(`#/sign-in/${encodeURIComponent(sleeve.key)}`);
  await heading("Sign in at Sleeve Audio");
  expect(screen.queryByLabelText("Password")).toBeNull();
  expect(screen.getByRole("heading", { level: 2, name: "demo@example.com" })).toBeTruthy();
  expect(on.going).toEqual([]);
  await heading("Library");
  expect(await screen.findByText("Signed in at Sleeve Audio as demo@example.com")).toBeTruthy();
});

test("what came of a sign-in that was left is said where the user is, and once", async () => {
  await signingIn();
  expect(await screen.findByText("Signed in at Sleeve Audio as demo@example.com", {}, { timeout: 3_000 })).toBeTruthy();
  await heading("Settings");
  expect(screen.queryByRole("link", { name: "See its steps" })).toBeNull();
  await go("#/");
  await heading("Library");
  await waitFor(() => expect(screen.getAllByText("Signed in at Sleeve Audio as demo@example.com")).toHaveLength(1));
  await go("#/settings");
  await heading("Settings");
  expect(screen.queryByText("Signed in at Sleeve Audio as demo@example.com")).toBeNull();
});

test("a sign-in that was left and refused says so, and keeps the address", async () => {
  const { backend } = await signingIn();
  backend.refusing = { failure: { code: "keygen.credentials", message: "E-mail or password is wrong.", hint: "" }, step: null };
  expect(await screen.findByText(/Sign in at Sleeve Audio: not done\. E-mail or password is wrong/, {}, { timeout: 3_000 })).toBeTruthy();
  await fireEvent.click(screen.getByRole("link", { name: "See its steps" }));
  await go(`#/sign-in/${encodeURIComponent(sleeve.key)}`);
  expect((await screen.findByLabelText<HTMLInputElement>("E-mail")).value).toBe("demo@example.com");
  expect(screen.getByLabelText<HTMLInputElement>("Password").value).toBe("");
  expect(screen.getByText("E-mail or password is wrong.")).toBeTruthy();
});

test("while a license is given back on another page its product's page does not offer it again", async () => {
  const { session: on, backend } = await session();
  backend.pace = 40;
  const page = stage(on, SendPage, { errand: { page: "release", id: blocks.licenses[0]!.machineId ?? "" } });
  await press("Send and deactivate");
  page.unmount();
  stage(on, ProductPage, { vendor: sleeve.key, product: blocks.id });
  expect(screen.getByRole("link", { name: "See its steps" })).toBeTruthy();
  expect(screen.queryByRole("link", { name: "Deactivate here" })).toBeNull();
  expect(screen.queryByRole("link", { name: "Refresh the license" })).toBeNull();
});
