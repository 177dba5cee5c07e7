import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { computers, products, sleeve } from "../src/backend/memory/demo";
import { REFUSALS } from "../src/backend/memory/refusals";
import { UNREACHABLE } from "../src/backend/memory/said";
import type { Failure, LedgerLine } from "../src/backend/types";
import { Sending } from "../src/features/errand/sending.svelte";
import GoingOn from "../src/features/going/GoingOn.svelte";
import { onPage } from "../src/features/going/going.svelte";
import { outcomeOf } from "../src/features/ledger/outcome";
import ProductPage from "../src/pages/ProductPage.svelte";
import SendPage from "../src/pages/SendPage.svelte";
import { session, stage } from "./stage";

const FAILED = REFUSALS.find(({ code }) => code === "keygen.server_error")!;
const blocks = products.find((product) => product.name === "Blocks");
const [, laptop] = computers().computers;
const press = async (name: string): Promise<void> => void (await fireEvent.click(await screen.findByRole("button", { name })));

async function refused(failure: Failure): Promise<void> {
  const { session: on, backend } = await session();
  backend.refusing = { failure, step: null };
  stage(on, SendPage, { errand: { page: "release", id: laptop!.machineId } });
  await press("Give the seat back");
}

test("a server that failed refused nothing, and it is not known whether the seat is free", async () => {
  await refused(FAILED);
  expect(await screen.findByRole("heading", { level: 1, name: /: outcome unknown$/ })).toBeTruthy();
  expect(screen.getByText(/^No answer says what became of it/)).toBeTruthy();
  expect(await screen.findByText("Sent, and the server failed")).toBeTruthy();
  expect(screen.queryByText(/refused/i)).toBeNull();
  expect(outcomeOf({ carrier: "https", outcome: "answered", status: 503, refused: false, failed: true, url: "x" } as LedgerLine).text).toBe("Server failed");
});

test("what never left is known not to be done", async () => {
  await refused(UNREACHABLE);
  expect(await screen.findByRole("heading", { level: 1, name: /: not done$/ })).toBeTruthy();
});

test("what failed on another page is told until the list is read, and no longer", async () => {
  const { session: on, backend } = await session();
  const release = new Sending(on, { page: "release", id: laptop!.machineId });
  release.title = "Give back the seat";
  await release.prepare();
  backend.refusing = { failure: FAILED, step: null };
  const leave = onPage(on, release);
  const sent = release.send();
  leave();
  await sent;
  backend.refusing = null;
  stage(on, GoingOn, {});
  expect(await screen.findByText(/Give back the seat: outcome unknown/)).toBeTruthy();
  // Another license's list says nothing of it.
  const other = new Sending(on, { page: "seats", license: products.find(({ name }) => name === "Low Tide")!.licenses[0]!.id });
  await other.prepare();
  await other.send();
  expect(screen.queryByText(/outcome unknown/)).toBeTruthy();
  const read = new Sending(on, { page: "seats", license: computers().licenseId });
  await read.prepare();
  await read.send();
  await waitFor(() => expect(screen.queryByText(/outcome unknown/)).toBeNull());
});

test("while it is not known whether the seat is free, the license's page says so, and how it is found out", async () => {
  const { session: on, backend } = await session();
  const library = await backend.library();
  library.products.find(({ id }) => id === blocks?.id)!.licenses[0]!.releaseAskedAt = "2026-11-29T10:00:00.000Z";
  on.library = { is: "ready", value: library };
  stage(on, ProductPage, { vendor: sleeve.key, product: blocks?.id ?? "" });
  expect(await screen.findByText("Whether it still has a seat is not known")).toBeTruthy();
  expect(screen.getByText(/Read the list of the computers below, or refresh the license, to find out/)).toBeTruthy();
  expect(screen.queryByText("Takes one seat of the license")).toBeNull();
});
