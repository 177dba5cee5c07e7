import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import { REFUSALS } from "../src/backend/memory/refusals";
import { sleeve } from "../src/backend/memory/demo";
import { Activation } from "../src/features/license/activation.svelte";
import Again from "../src/features/shell/Again.svelte";
import AddPage from "../src/pages/AddPage.svelte";
import { session, stage } from "./stage";

const notByKey = REFUSALS.find(({ code }) => code === "keygen.not_allowed");
const press = async (name: string): Promise<void> => {
  const button = await screen.findByRole("button", { name });
  await waitFor(() => expect(button.hasAttribute("disabled")).toBe(false));
  await fireEvent.click(button);
};
const type = (label: string, value: string): Promise<boolean> => fireEvent.input(screen.getByLabelText(label), { target: { value } });

test("what the key does not open is opened by the sign-in: signed in on the way, shown anew, sent", async () => {
  const { session: on, backend } = await session();
  stage(on, AddPage, { vendor: sleeve.key, license: null });
  await type("License key", "SLEEVE-DEMO-0000-SGNN");
  await press("Show what will be sent");
  await press("Send to Sleeve Audio");
  if (notByKey) backend.refusing = { failure: notByKey, step: "seat" };
  await press("Send and activate");
  await press("Sign in at Sleeve Audio");
  backend.refusing = null;
  await type("E-mail", "demo@example.com");
  await type("Password", "demo-password");
  await press("Show what will be sent");
  await press("Send and sign in");
  expect(await screen.findByText("The key alone does not open it; your sign-in does")).toBeTruthy();
  await press("Send and activate");
  expect(await screen.findByRole("heading", { name: "Halo Plate is ready" })).toBeTruthy();
});

test("an answer that nobody waits for any more is put away", async () => {
  const { session: on, backend } = await session();
  const activation = new Activation(on);
  Object.assign(activation, { vendor: sleeve.key, key: "SLEEVE-DEMO-0000-7H3K" });
  await activation.prepare();
  const discard = vi.spyOn(backend, "discard");
  const checking = activation.sendCheck();
  await activation.back();
  expect(activation.checkLeft).toBe(true);
  await checking;
  expect(activation.stage).toBe("enter");
  expect(activation.checked).toBeNull();
  expect(discard).toHaveBeenCalledTimes(2);
});

test("a pause that the server asks for is waited out, and counted down", async () => {
  vi.useFakeTimers();
  const pressed = vi.fn();
  const { session: on } = await session();
  stage(on, Again, { failure: { code: "keygen.throttled", message: "", hint: "", retryAfterSecs: 2 }, onclick: pressed });
  await vi.advanceTimersByTimeAsync(0);
  expect(screen.getByRole("button", { name: "Try again in 2 seconds" }).hasAttribute("disabled")).toBe(true);
  await vi.advanceTimersByTimeAsync(1_100);
  expect(screen.getByRole("button", { name: "Try again in 1 second" })).toBeTruthy();
  await vi.advanceTimersByTimeAsync(1_100);
  await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(pressed).toHaveBeenCalledOnce();
  vi.useRealTimers();
});
