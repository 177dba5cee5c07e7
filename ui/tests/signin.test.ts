import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import { REFUSALS } from "../src/backend/memory/refusals";
import { owned, products, sleeve } from "../src/backend/memory/demo";
import { Activation } from "../src/features/license/activation.svelte";
import { view } from "../src/features/library/view.svelte";
import Owned from "../src/features/library/Owned.svelte";
import Accounts from "../src/features/settings/Accounts.svelte";
import Again from "../src/features/shell/Again.svelte";
import AddPage from "../src/pages/AddPage.svelte";
import SignInPage from "../src/pages/SignInPage.svelte";
import { parse, router } from "../src/route.svelte";
import { session, stage } from "./stage";

const notByKey = REFUSALS.find(({ code }) => code === "keygen.not_allowed");
const press = async (name: string): Promise<void> => {
  const button = await screen.findByRole("button", { name });
  await waitFor(() => expect(button.hasAttribute("disabled")).toBe(false));
  await fireEvent.click(button);
};
const type = (label: string, value: string): Promise<boolean> => fireEvent.input(screen.getByLabelText(label), { target: { value } });

test("an address that is none is told of in our own words, and nothing is prepared of it", async () => {
  const { session: on, backend } = await session();
  const prepared = vi.spyOn(backend, "prepareSignIn");
  stage(on, SignInPage, { vendor: sleeve.key });
  await type("E-mail", "demo");
  await type("Password", "demo-password");
  const email = screen.getByLabelText("E-mail");
  // The web view has nothing to say of it.
  expect(email.closest("form")?.noValidate).toBe(true);
  await press("Show what will be sent");
  expect(await screen.findByText("An e-mail address looks like name@example.com.")).toBeTruthy();
  expect(email.getAttribute("aria-invalid")).toBe("true");
  expect(document.activeElement).toBe(email);
  expect(prepared).not.toHaveBeenCalled();
  await type("E-mail", "demo@example.com");
  expect(screen.queryByText("An e-mail address looks like name@example.com.")).toBeNull();
  await press("Show what will be sent");
  await screen.findByRole("button", { name: "Send and sign in" });
});

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

test("a one-time code has a field of its own once it is asked for, and what to do about a wrong one is said", async () => {
  const { session: on, backend } = await session();
  const wrong = { code: "keygen.otp_invalid", message: "The one-time code is wrong, too old or already used.", hint: "Wait for the next code of your second factor, and type that one." };
  backend.refusing = { failure: wrong, step: null };
  const prepared = vi.spyOn(backend, "prepareSignIn");
  stage(on, SignInPage, { vendor: sleeve.key });
  await type("E-mail", "demo@example.com");
  await type("Password", "demo-password");
  await press("Show what will be sent");
  await press("Send and sign in");
  const field = await screen.findByLabelText<HTMLInputElement>("One-time code");
  expect([field.autocomplete, field.inputMode, document.activeElement]).toEqual(["one-time-code", "numeric", field]);
  expect(screen.getByText(/Spaces and dashes do no harm/)).toBeTruthy();
  expect(screen.getByText(/Wait for the next code of your second factor/)).toBeTruthy();
  await type("One-time code", " 123 - 456 ");
  await press("Show what will be sent");
  expect(prepared).toHaveBeenLastCalledWith(sleeve.key, "demo@example.com", "demo-password", "123 - 456");
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

test("a sign-in that went with the last quit is not told as one, and none of its licenses is offered", async () => {
  const { session: on, backend } = await session();
  backend.secrets = "memory";
  const account = { email: "demo@example.com", signedInAt: "2026-11-22T10:00:00.000Z", expiresAt: null, licensesReadAt: "2026-11-22T10:00:00.000Z", ended: "quit" as const };
  on.vendors = on.vendors.map((vendor) => (vendor.key === sleeve.key ? { ...vendor, account } : vendor));
  if (on.library.is === "ready") on.library = { is: "ready", value: { ...on.library.value, owned } };
  const page = stage(on, Owned, {});
  expect(screen.getByText("Your sign-in at Sleeve Audio ended with the last quit")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Sign in at Sleeve Audio" })).toBeTruthy();
  expect(screen.queryByRole("link", { name: /Activate/ })).toBeNull();
  page.unmount();
  stage(on, Accounts, {});
  expect(screen.getByText("The sign-in of demo@example.com ended with the last quit")).toBeTruthy();
  expect(screen.queryByText(/Signed in as/)).toBeNull();
});

test("who signed in is said in the library, with what became of the earlier sign-in and how much of the list was read", async () => {
  const { session: on } = await session();
  const account = { email: "demo@example.com", signedInAt: "2026-11-22T10:00:00.000Z", expiresAt: null, licensesReadAt: null, ended: null };
  on.welcomed = { vendor: { ...sleeve, account }, licenses: { count: 2000, cut: true }, unread: null, earlier: { email: "old@example.com", ended: "before" } };
  const page = stage(on, Owned, {});
  expect(screen.getByText("Signed in at Sleeve Audio as demo@example.com")).toBeTruthy();
  expect(screen.getByText(/The account has 2,000 licenses\. The list goes on after that/)).toBeTruthy();
  expect(screen.getByText(/The earlier sign-in of old@example.com had ended before/)).toBeTruthy();
  page.unmount();
  stage(on, Owned, {});
  expect(screen.queryByText(/Signed in at Sleeve Audio/)).toBeNull();
});

test("what is kept of a vendor and cannot be read can be taken away", async () => {
  const { session: on, backend } = await session();
  on.damaged = [{ key: "broken@00", id: "broken", fingerprint: "00 11" }];
  stage(on, Accounts, {});
  const removed = vi.spyOn(backend, "removeVendor");
  await press("Take away the vendor broken");
  expect(removed).toHaveBeenCalledWith("broken@00");
});

test.each<[string, string, string | undefined, string]>([
  ["the library", "#/library", undefined, "#/library"],
  ["the settings", "#/settings", undefined, "#/library"],
  ["my keys", "#/keys", undefined, "#/keys"],
  ["a product", "#/library", products[0]?.id, `#/product/${encodeURIComponent(sleeve.key)}/${products[0]?.id}`],
])("signed in from %s, one lands there or in the library, and nothing there is hidden", async (_from, before, product, lands) => {
  router.before = parse(before);
  location.hash = "#/elsewhere";
  Object.assign(view, { search: "zzz", filter: "here", vendor: "" });
  const { session: on } = await session();
  expect(on.vendors.length).toBeGreaterThan(1);
  stage(on, SignInPage, { vendor: sleeve.key, product });
  await type("E-mail", "demo@example.com");
  await type("Password", "demo-password");
  await press("Show what will be sent");
  await press("Send and sign in");
  await waitFor(() => expect(location.hash).toBe(lands));
  if (lands === "#/library") expect(view).toMatchObject({ search: "", filter: "all", vendor: "" });
  router.before = null;
});

test("after a wrong password the way to another is offered once", async () => {
  const { session: on, backend } = await session();
  stage(on, SignInPage, { vendor: sleeve.key });
  await type("E-mail", "demo@example.com");
  await type("Password", "wrong");
  expect(screen.getAllByRole("button", { name: "Forgot the password" })).toHaveLength(1);
  await press("Show what will be sent");
  backend.refusing = { failure: { code: "keygen.credentials", message: "E-mail or password is wrong.", hint: "" }, step: null };
  await press("Send and sign in");
  expect(await screen.findByText("E-mail or password is wrong.")).toBeTruthy();
  expect(screen.getAllByRole("button", { name: "Forgot the password" })).toHaveLength(1);
});
