import { fireEvent, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { license, products, sleeve } from "../src/backend/memory/demo";
import { REFUSALS } from "../src/backend/memory/refusals";
import type { LicenseCard, ProductCard, Standing } from "../src/backend/types";
import { musicOf } from "../src/features/library/music";
import AddPage from "../src/pages/AddPage.svelte";
import ProductPage from "../src/pages/ProductPage.svelte";
import SendPage from "../src/pages/SendPage.svelte";
import { session, stage } from "./stage";

const blocks = products.find((product) => product.name === "Blocks")!;
const suspended = REFUSALS.find(({ code }) => code === "keygen.suspended")!;
const press = async (name: string): Promise<void> => void (await fireEvent.click(await screen.findByRole("button", { name })));
const LAPSED = "In a session that is open Blocks plays on; started anew it is without a license.";

test("each standing says whether the plug-in goes on playing here, and which", () => {
  const check = (standing: Standing, expected: string, end: string | null = null): void =>
    expect(musicOf({ ...blocks, licenses: [{ ...license(1, "perpetual", standing), expiresAt: end, refreshBy: null }] })).toBe(expected);
  check("active", "Blocks goes on playing on this computer.");
  check("active", "Blocks goes on playing on this computer until 1 April 2027.", "2027-04-01T09:00:00.000Z");
  // When grace ends the reason says, in days.
  check("grace", "Blocks goes on playing on this computer.", "2026-11-01T09:00:00.000Z");
  check("clock_behind", "Blocks plays on this computer once the clock is right.");
  for (const standing of ["expired", "revoked", "unlicensed"] as const) check(standing, LAPSED);
  check("wrong_machine", "Blocks is without a license on this computer.");
  expect(musicOf({ ...blocks, licenses: [] })).toBeNull();
});

test("one that counts no more says so of the product, unless another license of it counts", () => {
  const [good, bad]: LicenseCard[] = [license(1, "perpetual", "active"), license(2, "perpetual", "revoked")] as [LicenseCard, LicenseCard];
  const both: ProductCard = { ...blocks, licenses: [bad, good] };
  expect(musicOf(both, bad)).toBe("Blocks goes on playing on this computer, by another license.");
  expect(musicOf(both, good)).toMatch(/^Blocks goes on playing on this computer/);
});

test("a license that is suspended says on its product's page what that means for it", async () => {
  const { session: on, backend } = await session();
  const library = await backend.library();
  library.products.find(({ id }) => id === blocks.id)!.licenses = [license(1, "perpetual", "revoked")];
  on.library = { is: "ready", value: library };
  stage(on, ProductPage, { vendor: sleeve.key, product: blocks.id });
  expect(await screen.findByText(LAPSED)).toBeTruthy();
});

test("what the vendor refuses of a license that is here says whether its plug-in plays on, as the library has it then", async () => {
  const { session: on, backend } = await session();
  backend.refusing = { failure: suspended, step: null };
  stage(on, SendPage, { errand: { page: "refresh", vendor: sleeve.key, license: blocks.licenses[0]!.id } });
  await press("Send and refresh");
  expect((await screen.findByRole("alert")).textContent).toMatch(/Blocks goes on playing on this computer/);
  const library = structuredClone(await backend.library());
  library.products.find(({ id }) => id === blocks.id)!.licenses = [license(1, "perpetual", "revoked")];
  on.library = { is: "ready", value: library };
  expect(await screen.findByText(LAPSED)).toBeTruthy();
});

test("a key that is refused changes nothing for what plays here", async () => {
  const { session: on, backend } = await session();
  stage(on, AddPage, { vendor: sleeve.key, license: null });
  await fireEvent.input(screen.getByLabelText("License key"), { target: { value: "SLEEVE-DEMO-0000-7H3K" } });
  await press("Show what will be sent");
  backend.refusing = { failure: suspended, step: null };
  await press("Send to Sleeve Audio");
  expect((await screen.findByRole("alert")).textContent).toContain("What plays on this computer goes on playing.");
});
