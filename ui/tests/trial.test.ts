import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import { products, sleeve, tidewater } from "../src/backend/memory/demo";
import GoingOn from "../src/features/going/GoingOn.svelte";
import { pieces } from "../src/features/giving/pieces";
import ProductPage from "../src/pages/ProductPage.svelte";
import TransferPage from "../src/pages/TransferPage.svelte";
import TrialPage from "../src/pages/TrialPage.svelte";
import { session, stage } from "./stage";

const press = async (name: string): Promise<void> => {
  const button = await screen.findByRole("button", { name });
  await waitFor(() => expect(button.hasAttribute("disabled")).toBe(false));
  await fireEvent.click(button);
};
const type = (label: string, value: string): Promise<boolean> => fireEvent.input(screen.getByLabelText(label), { target: { value } });
const halo = products[0]!;
const upright = products[9]!;

test("a product is tried: offered on its page, shown whole, begun by one yes", async () => {
  const { session: on, backend } = await session();
  const page = stage(on, ProductPage, { vendor: sleeve.key, product: halo.id });
  expect(await screen.findByRole("link", { name: "Try it for 14 days" })).toBeTruthy();
  page.unmount();
  const send = vi.spyOn(backend, "sendTrial");
  stage(on, TrialPage, { vendor: sleeve.key, product: halo.id });
  expect(await screen.findByRole("heading", { name: "It begins now and ends after 14 days" })).toBeTruthy();
  expect(screen.getByText("One trial for this computer. Its license is activated in the same step.")).toBeTruthy();
  expect(send).not.toHaveBeenCalled();
  await press("Send and begin the trial");
  expect(await screen.findByText(/14 days are left/)).toBeTruthy();
  expect(send).toHaveBeenCalledTimes(1);
});

test("the name of this computer can be another before the trial is sent, and the preview follows it", async () => {
  const { session: on, backend } = await session();
  stage(on, TrialPage, { vendor: sleeve.key, product: halo.id });
  const name = await screen.findByLabelText<HTMLInputElement>("Name of this computer, as Sleeve Audio will list it");
  expect(name.value).toBe("studio-desk");
  await fireEvent.input(name, { target: { value: " " } });
  await fireEvent.blur(name);
  await waitFor(() => expect(screen.getByRole("button", { name: "Send and begin the trial" }).hasAttribute("disabled")).toBe(true));
  await fireEvent.input(name, { target: { value: "Rehearsal room" } });
  await fireEvent.blur(name);
  expect(await screen.findByText("Rehearsal room")).toBeTruthy();
  await press("Send and begin the trial");
  expect(await screen.findByText(/14 days are left/)).toBeTruthy();
  const held = (await backend.library()).products.find(({ id }) => id === halo.id)?.licenses[0];
  expect(held?.deviceName).toBe("Rehearsal room");
});

test("a trial that was used up says when, and one that is open can be asked for again", async () => {
  const { session: on, backend } = await session();
  stage(on, TrialPage, { vendor: sleeve.key, product: halo.id });
  await screen.findByRole("button", { name: "Send and begin the trial" });
  backend.refusing = { failure: { code: "keygen.trial_ended", message: "The one trial of this product was used before, and has ended: it ended on 2026-01-02.", hint: "" }, step: null };
  await press("Send and begin the trial");
  expect(await screen.findByText(/it ended on 2026-01-02/)).toBeTruthy();

  const library = backend.library;
  vi.spyOn(backend, "library").mockImplementation(async () => {
    const read = await library();
    for (const card of read.products) if (card.id === halo.id && card.trial) card.trial.openSince = "2026-11-01T00:00:00.000Z";
    return read;
  });
  await on.loadLibrary();
  stage(on, ProductPage, { vendor: sleeve.key, product: halo.id });
  expect(await screen.findByText(/A trial may have begun here/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Ask again" }).getAttribute("href")).toBe(`#/trial/${encodeURIComponent(sleeve.key)}/${halo.id}`);
});

test("a license is given away: asked about first, then shown, with whose address it is, then confirmed", async () => {
  const { session: on, backend } = await session();
  const { preview } = await backend.prepareSignIn(sleeve.key, "demo@example.com", "demo-password", null);
  await backend.sendSignIn(preview);
  await on.loadVendors();
  const license = products[3]!.licenses[0]!.id;
  stage(on, TransferPage, { license });
  expect(await screen.findByText("30 days after the purchase")).toBeTruthy();
  await type("E-mail address of who gets it", "friend");
  await press("Show what will be sent");
  expect(await screen.findByText(/it is no e-mail address/)).toBeTruthy();
  await type("E-mail address of who gets it", "friend@example.com");
  await press("Show what will be sent");
  await press("Ask");
  expect(await screen.findByText(/That address is another person’s/)).toBeTruthy();
  backend.agrees = false;
  await press("Give it away");
  await waitFor(() => expect(screen.getByRole("button", { name: "Give it away" }).hasAttribute("disabled")).toBe(false));
  backend.agrees = true;
  await press("Give it away");
  expect(await screen.findByRole("heading", { name: "Paper Moon is given to friend@example.com" })).toBeTruthy();
});

test("where the vendor wants a message it is written, its facts marked, and nothing is sent", async () => {
  const { session: on, backend } = await session();
  const sent = vi.spyOn(backend, "sendTransfer");
  stage(on, TransferPage, { license: upright.licenses[0]!.id });
  await type(await screen.findByLabelText("E-mail address of who gets it").then(() => "E-mail address of who gets it"), "friend@example.com");
  await press("Write the message");
  expect(await screen.findByText("licenses@tidewater.example")).toBeTruthy();
  expect([...document.querySelectorAll("mark")].map((mark) => mark.textContent)).toContain("friend@example.com");
  await press("Copy the message");
  expect(await screen.findByRole("button", { name: "Copied" })).toBeTruthy();
  expect(backend.copied[0]).toContain("Harbor Upright");
  expect(sent).not.toHaveBeenCalled();
  expect(tidewater.giving?.by).toBe("message");
});

test("a text is cut at its facts, the longer before the shorter", () => {
  expect(pieces("Tone and Tone Two", ["Tone", "Tone Two"])).toEqual([{ text: "Tone", fact: true }, { text: " and ", fact: false }, { text: "Tone Two", fact: true }]);
  expect(pieces("nothing", [""])).toEqual([{ text: "nothing", fact: false }]);
});

test("a trial on its way cannot be canceled, goes on when its page is left, and its failure is told elsewhere", async () => {
  const { session: on, backend } = await session();
  let fail: (why: unknown) => void = () => undefined;
  vi.spyOn(backend, "sendTrial").mockImplementation(() => {
    on.ledgerTick += 1;
    return new Promise((_done, no) => (fail = no));
  });
  const page = stage(on, TrialPage, { vendor: sleeve.key, product: halo.id });
  await press("Send and begin the trial");
  expect(await screen.findByText(/They are on their way, and cannot be stopped here/)).toBeTruthy();
  expect(screen.queryByRole("link", { name: "Cancel" })).toBeNull();
  page.unmount();
  stage(on, GoingOn, {});
  expect(await screen.findByText("Try Halo Plate: on its way")).toBeTruthy();
  fail({ code: "network.cut_off", message: "No answer came.", hint: "" });
  expect(await screen.findByText("Try Halo Plate: not done. No answer came.")).toBeTruthy();
});
