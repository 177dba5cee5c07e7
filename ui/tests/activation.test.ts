import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import { REFUSALS } from "../src/backend/memory/refusals";
import { license, products, sleeve, tidewater } from "../src/backend/memory/demo";
import type { CheckedKey, Failure, StepName, StepState } from "../src/backend/types";
import { Activation } from "../src/features/license/activation.svelte";
import { isFull, noneLeft } from "../src/features/license/full";
import PlanTerms from "../src/features/license/PlanTerms.svelte";
import Tracks from "../src/features/license/Tracks.svelte";
import { waysOut, type About } from "../src/features/license/ways";
import AddPage from "../src/pages/AddPage.svelte";
import { choose, session, stage } from "./stage";

const KEY = "SLEEVE-DEMO-0000-7H3K";
const press = async (name: string | RegExp): Promise<void> => {
  const button = await screen.findByRole("button", { name });
  await waitFor(() => expect(button.hasAttribute("disabled")).toBe(false));
  await fireEvent.click(button);
};

async function page(): Promise<Awaited<ReturnType<typeof session>>> {
  const made = await session();
  stage(made.session, AddPage, { vendor: sleeve.key, license: null });
  await fireEvent.input(screen.getByLabelText("License key"), { target: { value: KEY } });
  await press("Show what will be sent");
  return made;
}

async function planned(): Promise<Awaited<ReturnType<typeof session>> & { activation: Activation }> {
  const made = await session();
  const activation = new Activation(made.session);
  Object.assign(activation, { vendor: sleeve.key, key: KEY });
  activation.listen();
  await activation.prepare();
  await activation.sendCheck();
  expect(activation.stage).toBe("plan");
  return { ...made, activation };
}

test("from the pasted key to the record out of its sleeve, each sending by its own press", async () => {
  const { backend } = await page();
  const before = (await backend.sentToday()).requests;
  expect(await screen.findByText("First, a question about the key")).toBeTruthy();
  await press("Send to Sleeve Audio");
  await press("Send and activate");
  await screen.findByRole("heading", { name: "Halo Plate is ready" });
  expect((await backend.sentToday()).requests - before).toBe(3);
  expect(screen.getAllByRole("link", { name: /seat|file/ }).map((link) => link.getAttribute("href"))).toEqual(["#/sent/44", "#/sent/45"]);
});

test("under a clock that is behind the record stays in its sleeve, and the clock is told of once", async () => {
  const { backend } = await page();
  const reason = { code: "license.clock_behind", message: "This computer's clock is behind the time at which the vendor signed this: by 2 years at least.", hint: "Set the clock; the license then counts by itself." };
  const send = backend.sendActivation;
  backend.sendActivation = async (preview) => ({ ...(await send(preview)), standing: "clock_behind", reason });
  const shelf = backend.library;
  backend.library = async () => ({ ...(await shelf()), clock: "This computer's clock is 2 years behind the server's." });
  await press("Send to Sleeve Audio");
  await press("Send and activate");
  await screen.findByRole("heading", { name: "Halo Plate waits for your clock" });
  expect(screen.queryByText(/is ready|out of its sleeve|From now on/)).toBeNull();
  expect(screen.getByRole("heading", { name: "Once it counts" })).toBeTruthy();
  expect(document.querySelector(".record")).toBeNull();
  expect(screen.getAllByText(/clock is/).map((said) => said.textContent)).toEqual([reason.message]);
});

test("a refusal takes a focus that was lost, and leaves one that is elsewhere", async () => {
  const { session: on, backend } = await session();
  stage(on, AddPage, { vendor: sleeve.key, license: null });
  const key = screen.getByLabelText("License key");
  // A button that is pressed and cannot be pressed meanwhile loses the focus.
  backend.prepareCheck = async () => {
    (document.activeElement as HTMLElement).blur();
    throw REFUSALS[0];
  };
  await fireEvent.input(key, { target: { value: "no key" } });
  await press("Show what will be sent");
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("alert")));
  backend.prepareCheck = async () => Promise.reject(REFUSALS[1]);
  key.focus();
  await fireEvent.submit(key.closest("form")!);
  await screen.findByText(REFUSALS[1]!.code);
  expect(document.activeElement).toBe(key);
});

test("a key of another product than the page's is said to be one before anything of the activation is sent", async () => {
  const { session: on } = await session();
  const blocks = products.find(({ name }) => name === "Blocks")!.id;
  stage(on, AddPage, { vendor: sleeve.key, product: blocks, license: null });
  await fireEvent.input(screen.getByLabelText("License key"), { target: { value: KEY } });
  await press("Show what will be sent");
  await press("Send to Sleeve Audio");
  expect(await screen.findByText("This key is for Halo Plate")).toBeTruthy();
  expect(screen.getByText(/It is not for Blocks/)).toBeTruthy();
});

test("a key of the page's own product is no news", async () => {
  const { session: on } = await session();
  const halo = products.find(({ name }) => name === "Halo Plate")!.id;
  stage(on, AddPage, { vendor: sleeve.key, product: halo, license: null });
  await fireEvent.input(screen.getByLabelText("License key"), { target: { value: KEY } });
  await press("Show what will be sent");
  await press("Send to Sleeve Audio");
  await screen.findByRole("button", { name: "Send and activate" });
  expect(screen.queryByText(/This key is for/)).toBeNull();
});

test("looking at a preview and going back sends nothing", async () => {
  const { backend } = await page();
  const before = await backend.sentToday();
  await press("Show the requests");
  expect(screen.getByText(/validate-key/)).toBeTruthy();
  await press("Cancel");
  expect(screen.getByLabelText("License key")).toBeTruthy();
  expect(await backend.sentToday()).toEqual(before);
});

test.each(REFUSALS.map((failure) => [failure.code, failure] as const))("%s is told with its sentence, its next step and a way out", async (_code, failure) => {
  const { backend } = await page();
  backend.refusing = { failure, step: null };
  await press("Send to Sleeve Audio");
  const alert = await screen.findByRole("alert");
  for (const words of [failure.message, failure.hint, failure.code]) expect(alert.textContent).toContain(words);
  expect(alert.querySelectorAll("button, a").length).toBeGreaterThan(0);
  expect(screen.queryByRole("button", { name: "Send to Sleeve Audio" })).toBeNull();

  backend.refusing = null;
  const again = screen.queryByRole("button", { name: "Try again" });
  if (again) {
    await fireEvent.click(again);
    expect(await screen.findByRole("button", { name: "Send to Sleeve Audio" })).toBeTruthy();
  }
});

test.each(["seat", "file"] as const)("a refusal at the step %s keeps the steps before it and marks its own", async (step: StepName) => {
  const { backend, activation } = await planned();
  const failure = REFUSALS.find(({ code }) => code === "network.cut_off");
  if (!failure) throw new Error("no such refusal");
  backend.refusing = { failure, step };
  await activation.send();
  expect(activation.stage).toBe("plan");
  expect(activation.steps[step]).toBe("failed");
  expect(activation.steps.seat).toBe(step === "seat" ? "failed" : "done");
  expect(activation.openSeat === null).toBe(step === "seat");
});

test("stopping after the seat was taken offers to give it back: never a silent seat", async () => {
  const { backend, activation } = await planned();
  backend.on("step", ({ step, state }) => {
    if (step === "seat" && state === "done") void activation.stop();
  });
  await activation.send();
  expect(activation.failure?.code).toBe("license.stopped");
  expect(activation.openSeat).not.toBeNull();
  expect(waysOut({ code: "license.stopped", message: "", hint: "" }, { openSeat: activation.openSeat !== null, account: true, signedIn: false })).toEqual(["finish", "release"]);
});

test("a failure that names its seat needs no looking for it", async () => {
  const { session: on, backend, activation } = await planned();
  backend.refusing = { failure: { code: "license.seat_without_file", message: "A seat is held.", hint: "", seat: "b1f6" }, step: "seat" };
  const library = vi.spyOn(on.backend, "library");
  await activation.send();
  expect(activation.openSeat).toBe("b1f6");
  expect(library).not.toHaveBeenCalled();
});

test.each<[string, Partial<Record<StepName, StepState>>, boolean, string[]]>([
  ["all that may come", {}, true, ["Take a seat", "Fetch", "Check"]],
  ["a vendor without seats", {}, false, ["Fetch", "Check"]],
  ["a seat that is held already", { file: "running" }, true, ["Fetch", "Check"]],
  ["an answer about the seat that was lost", { seat: "unclear", look: "running" }, true, ["Take a seat", "Ask", "Fetch", "Check"]],
])("the steps are those that happen: %s", (_name, steps, seats, names) => {
  render(Tracks, { props: { steps, seats } });
  const shown = screen.getAllByRole("listitem").map((track) => track.querySelector(".name")?.textContent ?? "");
  expect(shown.map((name, i) => name.startsWith(names[i] ?? "-"))).toEqual(names.map(() => true));
  expect(shown).toHaveLength(names.length);
});

test("the ways out follow from the code", () => {
  const check = (code: string, account: boolean, expected: string[], more: Partial<Failure & About> = {}): void =>
    expect(waysOut({ code, message: "", hint: "", ...more }, { openSeat: false, account, signedIn: false, ...more })).toEqual(expected);
  check("keygen.seats_full", true, ["account", "again"]);
  check("keygen.seats_full", false, ["contacts", "again"]);
  check("keygen.suspended", true, ["contacts", "account"]);
  check("keygen.wrong_key", true, ["key"]);
  check("license.key_shape", true, ["key"]);
  check("keygen.signed_out", true, ["sign-in", "again"]);
  check("network.unreachable", true, ["again"]);
  check("account.foreign", true, ["settings", "again"]);
  check("license.seat_elsewhere", true, ["product", "again"]);
  check("vendor.no_issuer", true, ["settings", "contacts"]);
  check("license.stopped", true, ["finish", "release"], { openSeat: true });
  check("keygen.not_allowed", true, ["key"]);
  check("keygen.not_allowed", true, ["sign-in", "key"], { bySignIn: 7 });
  check("keygen.not_allowed", true, ["by-sign-in", "key"], { bySignIn: 7, signedIn: true });
  check("license.seat_without_file", true, ["by-sign-in", "release"], { bySignIn: 7, signedIn: true, openSeat: true });
  check("account.not_signed_in", true, ["sign-in", "again"], { bySignIn: 7 });
});

test("another device name changes the bytes; a name that cannot be sent changes nothing", async () => {
  const { activation } = await planned();
  const before = activation.checked?.plan.preview;
  activation.naming.type("Rehearsal room");
  await activation.naming.catchUp();
  expect(activation.checked?.plan.requests[0]?.text).toContain('"name":"Rehearsal room"');
  expect(activation.checked?.plan.preview).not.toBe(before);
  const kept = activation.checked;
  activation.naming.type("   ");
  await activation.naming.catchUp();
  expect(activation.naming.failure?.code).toBe("machine.device_name_empty");
  expect(activation.checked).toBe(kept);
  await activation.send();
  expect(activation.stage).toBe("plan");
});

test("nothing is sent twice with one preview", async () => {
  const { session: on, activation } = await planned();
  const preview = activation.checked?.plan.preview ?? 0;
  await activation.send();
  await expect(on.backend.sendActivation(preview)).rejects.toMatchObject({ code: "app.preview_gone" });
});

test("the key does not stay on the page once it is done", async () => {
  const { activation } = await planned();
  await activation.send();
  await waitFor(() => expect(activation.stage).toBe("done"));
  expect(activation.key).toBe("");
});

test("a second license of a product that counts here is said to be one before it is sent, and takes a seat of its own", async () => {
  const { session: on, backend } = await page();
  await press("Send to Sleeve Audio");
  await screen.findByRole("button", { name: "Send and activate" });
  expect(screen.queryByText("Another license of Halo Plate counts on this computer")).toBeNull();
  const library = await backend.library();
  const halo = library.products.find(({ name }) => name === "Halo Plate");
  halo?.licenses.push(license(7, "perpetual", "active"));
  on.library = { is: "ready", value: { ...library } };
  expect(await screen.findByText("Another license of Halo Plate counts on this computer")).toBeTruthy();
  expect(screen.getByText(/takes a seat of its own/)).toBeTruthy();
  // One that counts no more is in nobody's way.
  halo!.licenses = [license(7, "perpetual", "revoked")];
  on.library = { is: "ready", value: { ...library, products: [...library.products] } };
  await waitFor(() => expect(screen.queryByText("Another license of Halo Plate counts on this computer")).toBeNull());
});

test("a full license says so before anything about this computer is sent; trying anyway comes second", async () => {
  const { backend } = await page();
  backend.seats = { used: 2, limit: 2 };
  await press("Send to Sleeve Audio");
  expect(await screen.findByText("All 2 seats are in use")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Send and activate" })).toBeNull();
  expect(screen.queryByText(/takes the third/)).toBeNull();
  const buttons = screen.getAllByRole("button").map((button) => button.textContent);
  expect(buttons.indexOf("Cancel")).toBeLessThan(buttons.indexOf("Try anyway"));
  await press("Try anyway");
  await screen.findByRole("heading", { name: "Halo Plate is ready" });
});

test("a seat that this computer may hold is none too many", () => {
  const seats = { used: 2, limit: 2 };
  expect(isFull({ seats, holdsSeat: false } as CheckedKey)).toBe(true);
  expect(isFull({ seats, holdsSeat: true } as CheckedKey)).toBe(false);
  expect(noneLeft({ used: 9, limit: null })).toBe(false);
  expect(noneLeft(null)).toBe(false);
});

test("after a refusal the heading and the steps say so", async () => {
  const { backend } = await page();
  await press("Send to Sleeve Audio");
  const full = REFUSALS.find(({ code }) => code === "keygen.seats_full");
  if (full) backend.refusing = { failure: full, step: "seat" };
  await press("Send and activate");
  expect(await screen.findByRole("heading", { level: 1, name: "Halo Plate is not activated" })).toBeTruthy();
  const steps: Partial<Record<StepName, StepState>> = { seat: "refused", look: "done" };
  render(Tracks, { props: { steps, seats: true } });
  expect(screen.getAllByText("refused").length).toBeGreaterThan(0);
});

test("a name that is not required has a field, may be left empty, and is sent once it is typed", async () => {
  const { backend } = await page();
  const renamed = vi.spyOn(backend, "renameDevice");
  const check = backend.sendCheck;
  vi.spyOn(backend, "sendCheck").mockImplementation(async (preview) => ({ ...(await check(preview)), deviceName: null }));
  await press("Send to Sleeve Audio");
  const field = await screen.findByLabelText<HTMLInputElement>("Name of this computer, as Sleeve Audio will list it");
  expect(field.value).toBe("");
  expect(screen.getByText("Not required. Left empty, no name is sent.")).toBeTruthy();
  await fireEvent.blur(field);
  expect(renamed).not.toHaveBeenCalled();
  await fireEvent.input(field, { target: { value: "desk" } });
  await fireEvent.blur(field);
  expect(renamed).toHaveBeenCalledWith(expect.any(Number), "desk");
});

test("a perpetual license whose file ends is not called always offline", async () => {
  const { session: on, activation } = await planned();
  const { checked } = activation;
  if (!checked) throw new Error("no plan");
  stage(on, PlanTerms, { checked: { ...checked, terms: "perpetual", forEver: false, offline: "the file lasts a year" }, vendor: "Sleeve Audio" });
  expect(screen.getByText("The file lasts a year")).toBeTruthy();
  expect(screen.queryByText("Always")).toBeNull();
});

test("it can be stopped before a step that comes, and at the last request it is said that nothing follows", async () => {
  const { backend } = await page();
  await press("Send to Sleeve Audio");
  await screen.findByRole("button", { name: "Send and activate" });
  backend.pace = 60;
  await press("Send and activate");
  expect(await screen.findByRole("button", { name: "Stop before the next step" })).toBeTruthy();
  const leave = await screen.findByRole("link", { name: "Do not wait for the answer" });
  expect(leave.getAttribute("href")).toBe("#/library");
  expect(screen.queryByRole("button", { name: "Stop before the next step" })).toBeNull();
  expect(screen.getByText(/This is the last request, and it cannot be called back/)).toBeTruthy();
  await screen.findByRole("heading", { name: "Halo Plate is ready" });
});

test("a vendor without seats is sent one request, which is the last from the start", async () => {
  const { activation } = await planned();
  expect(activation.atLast).toBe(false);
  activation.checked = activation.checked && { ...activation.checked, seats: null };
  expect(activation.atLast).toBe(true);
});

test("with several vendors the shape of a key says whose it is, and where it says nothing the user is asked", async () => {
  const { session: on } = await session();
  stage(on, AddPage, { vendor: null, license: null });
  const [key, from] = [screen.getByLabelText("License key"), screen.getByLabelText<HTMLSelectElement>("From")];
  await fireEvent.input(key, { target: { value: "another" } });
  expect(await screen.findByText(/Say whose key this is/)).toBeTruthy();
  await fireEvent.input(key, { target: { value: KEY } });
  expect(await screen.findByText("It has the shape of Sleeve Audio’s keys.")).toBeTruthy();
  expect(from.value).toBe(sleeve.key);
  await fireEvent.input(key, { target: { value: "another" } });
  expect(await screen.findByText(/Say whose key this is/)).toBeTruthy();
  // Who chose is not talked out of it.
  await choose(from, tidewater.key);
  await fireEvent.input(key, { target: { value: KEY } });
  expect(await screen.findByText("This looks like a key of Sleeve Audio, not of Tidewater Instruments.")).toBeTruthy();
  expect(from.value).toBe(tidewater.key);
  // But may follow it.
  await press("It is from Sleeve Audio");
  expect(from.value).toBe(sleeve.key);
  await waitFor(() => expect(screen.queryByText(/^This looks like a key of/)).toBeNull());
});

test("a key that may be one vendor's, and another's who does not say how keys look, is chosen by a press", async () => {
  const { session: on, backend } = await session();
  backend.vendorsOfKey = async (key) => ({ its: null, alike: key ? [sleeve.key] : [] });
  stage(on, AddPage, { vendor: null, license: null });
  await fireEvent.input(screen.getByLabelText("License key"), { target: { value: "SLEEVEDEMO00007H3K" } });
  expect(await screen.findByText("It may be a key of Sleeve Audio.")).toBeTruthy();
  await press("It is from Sleeve Audio");
  expect(screen.getByLabelText<HTMLSelectElement>("From").value).toBe(sleeve.key);
  await waitFor(() => expect(screen.queryByText(/^It may be a key of/)).toBeNull());
});

test("a key that could be another vendor's is not sent unsaid", async () => {
  const { session: on, backend } = await session();
  backend.vendorsOfKey = async () => ({ its: null, alike: [sleeve.key, tidewater.key] });
  stage(on, AddPage, { vendor: sleeve.key, license: null });
  await fireEvent.input(screen.getByLabelText("License key"), { target: { value: KEY } });
  await press("Show what will be sent");
  expect(await screen.findByText(/Keys of Tidewater Instruments look like this, too. Send it to Sleeve Audio only/)).toBeTruthy();
});

test("while the answer about the key is waited for, the step is seen to run", async () => {
  const { backend } = await page();
  let answer: () => void = () => undefined;
  const check = backend.sendCheck;
  vi.spyOn(backend, "sendCheck").mockImplementation(async (preview) => {
    await new Promise<void>((done) => (answer = done));
    return check(preview);
  });
  await press("Send to Sleeve Audio");
  expect(screen.getByText("Ask about the key").closest("li")?.getAttribute("aria-current")).toBe("step");
  expect(screen.getByRole("heading", { name: "What is being sent" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Send to Sleeve Audio" })).toBeNull();
  expect(screen.getByRole("button", { name: "Do not wait for the answer" })).toBeTruthy();
  answer();
  expect(await screen.findByRole("button", { name: "Send and activate" })).toBeTruthy();
});
