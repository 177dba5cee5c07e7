import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import type { BoughtField } from "../src/backend/types";
import type { MemoryBackend } from "../src/backend/memory";
import { sleeve, tidewater } from "../src/backend/memory/demo";
import { Registration } from "../src/features/registration/registration.svelte";
import RegisterPage from "../src/pages/RegisterPage.svelte";
import AddPage from "../src/pages/AddPage.svelte";
import type { Session } from "../src/session.svelte";
import { session, stage } from "./stage";

const press = async (name: string): Promise<void> => {
  const button = await screen.findByRole("button", { name });
  await waitFor(() => expect(button.hasAttribute("disabled")).toBe(false));
  await fireEvent.click(button);
};
const type = (label: string, value: string): Promise<boolean> => fireEvent.input(screen.getByLabelText(label), { target: { value } });

/** Signed in at Tidewater, who asks for this. */
async function asked(...registersWith: BoughtField[]): Promise<{ on: Session; backend: MemoryBackend }> {
  const { session: on, backend } = await session();
  const { preview } = await backend.prepareSignIn(tidewater.key, "demo@example.com", "demo-password", null);
  await backend.sendSignIn(preview);
  const vendors = backend.vendors;
  vi.spyOn(backend, "vendors").mockImplementation(async () => (await vendors()).map((vendor) => ({ ...vendor, registersWith })));
  await on.loadVendors();
  return { on, backend };
}

test("a product is registered: typed, shown with its secrets striped, sent, then offered to be activated", async () => {
  const { on } = await asked("product_serial", "unlock_code");
  stage(on, RegisterPage, { vendor: tidewater.key });
  expect((await screen.findByRole("button", { name: "Show what will be sent" })).hasAttribute("disabled")).toBe(true);
  await type("Serial number", "DEMO-SERIAL-REGA");
  await type("Unlock code", "DEMO-CODE-REGA");
  expect(screen.queryByLabelText("Product")).toBeNull();
  await press("Show what will be sent");
  expect(await screen.findByRole("heading", { name: "For demo@example.com" })).toBeTruthy();
  expect(document.body.textContent).not.toContain("DEMO-SERIAL-REGA");
  await press("Send and register");
  expect(await screen.findByRole("link", { name: "Activate Harbor Upright" })).toBeTruthy();
});

test("where the product alone is asked for, it is chosen", async () => {
  const { on, backend } = await asked("product");
  const prepare = vi.spyOn(backend, "prepareRegistration");
  stage(on, RegisterPage, { vendor: tidewater.key });
  const card = on.library.is === "ready" ? on.library.value.products.find(({ vendor }) => vendor === tidewater.key) : undefined;
  expect((await screen.findByLabelText("Product")).textContent).toContain(card?.name);
  expect(screen.queryByLabelText("Serial number")).toBeNull();
  // happy-dom does not say which option is chosen.
  const registration = new Registration(on, tidewater.key, "#/register");
  expect(registration.ready).toBe(false);
  registration.given = { product: card?.id ?? "", product_serial: "typed elsewhere", unlock_code: "" };
  expect(registration.ready).toBe(true);
  await registration.prepare();
  expect(prepare).toHaveBeenCalledWith(tidewater.key, card?.id, null, null);
});

test("a refusal keeps what was typed, and what nobody knows leads to the list", async () => {
  const { on, backend } = await asked("product_serial");
  stage(on, RegisterPage, { vendor: tidewater.key });
  await screen.findByLabelText("Serial number");
  await type("Serial number", "DEMO-SERIAL-NONE");
  await press("Show what will be sent");
  backend.refusing = { failure: { code: "keygen.serial_unknown", message: "The vendor knows no such serial number.", hint: "" }, step: null };
  await press("Send and register");
  expect(await screen.findByText("The vendor knows no such serial number.")).toBeTruthy();
  expect((screen.getByLabelText("Serial number") as HTMLInputElement).value).toBe("DEMO-SERIAL-NONE");
  backend.refusing = null;
  await press("Show what will be sent");
  backend.refusing = { failure: { code: "registration.unknown", message: "It is not known whether the product is registered now.", hint: "" }, step: null };
  await press("Send and register");
  expect(await screen.findByRole("link", { name: "Read my licenses" })).toBeTruthy();
});

test("who is not signed in signs in first; a vendor that takes no registration says so", async () => {
  const { session: on } = await session();
  const page = stage(on, RegisterPage, { vendor: tidewater.key });
  expect(await screen.findByLabelText("Password")).toBeTruthy();
  page.unmount();
  stage(on, RegisterPage, { vendor: sleeve.key });
  expect(await screen.findByText(/takes no registration here/)).toBeTruthy();
});

test("adding a license leads to registering where the vendor takes that", async () => {
  const { session: on } = await session();
  stage(on, AddPage, { vendor: tidewater.key, license: null });
  expect(await screen.findByRole("link", { name: /register a product/ })).toBeTruthy();
});
