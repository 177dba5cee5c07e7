import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { Reel } from "../src/features/ledger/reel.svelte";
import SentPage from "../src/pages/SentPage.svelte";
import { layOut, session, stage } from "./stage";

test("a long ledger is read page by page, each line once and in order", async () => {
  const { session: on } = await session("full");
  const reel = new Reel(on);
  await reel.restart();
  await reel.more();
  await reel.more();
  const ids = reel.lines.map((line) => line.id);
  expect(ids).toEqual(Array.from({ length: 600 }, (_, i) => 100_000 - i));
});

test("what is written meanwhile appears on top, and nothing is listed twice", async () => {
  const { session: on, backend } = await session("full");
  const reel = new Reel(on);
  await reel.restart();
  await reel.more();
  const check = await backend.prepareCheck(on.vendors[0]?.key ?? "", "KEY");
  await backend.sendCheck(check.preview);
  await reel.refresh();
  const ids = reel.lines.map((line) => line.id);
  expect(ids[0]).toBe(100_001);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(401);
});

test("the answer to an older question is dropped", async () => {
  const { session: on } = await session("full");
  const reel = new Reel(on);
  const first = reel.restart();
  reel.show = "not_sent";
  await Promise.all([first, reel.restart()]);
  expect(reel.lines.every((line) => line.outcome === "not_sent")).toBe(true);
});

test("the chosen request shows its bytes; erased, it keeps its line", async () => {
  layOut();
  const { session: on } = await session();
  stage(on, SentPage, { entry: 38 });
  await waitFor(() => expect(document.querySelector("pre")?.textContent).toContain("HTTP/1.1"));
  await fireEvent.click(screen.getByRole("button", { name: "Erase these bytes" }));
  await screen.findByText("You erased these bytes.");
  expect(document.querySelector("pre")).toBeNull();
  await waitFor(() => expect(document.querySelector('[data-id="38"]')).not.toBeNull());
});

test("a line says what its request did, and for whom", async () => {
  layOut();
  stage((await session()).session, SentPage, { entry: 38 });
  const lines = await screen.findAllByRole("link", { name: /Sleeve Audio/ });
  const deeds = new Set(lines.map((line) => line.querySelector("strong")?.textContent));
  for (const deed of ["Check license", "Take a seat", "Fetch the license file", "Seat released"]) expect(deeds).toContain(deed);
});

test("the record says that it is intact only after it was checked", async () => {
  layOut();
  stage((await session()).session, SentPage, { entry: null });
  expect(screen.queryByText(/intact/)).toBeNull();
  await fireEvent.click(screen.getByRole("button", { name: "Check the record" }));
  expect(await screen.findByText("The record is intact: 42 lines.")).toBeTruthy();
});
