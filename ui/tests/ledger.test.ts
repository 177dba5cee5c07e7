import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import type { LedgerCheck, LedgerLine } from "../src/backend/types";
import { outcomeOf } from "../src/features/ledger/outcome";
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

test("what was sent to a vendor that was removed is found by its name", async () => {
  const { session: on, backend } = await session("demo");
  backend.formers = [{ id: "gone", name: "Quarter Note" }];
  stage(on, SentPage, { entry: null });
  const choice = await screen.findByRole("option", { name: "Quarter Note (removed)" });
  expect((choice as HTMLOptionElement).value).toBe("gone");
});

test("what was refused is a view of its own, page by page, and with other words", async () => {
  const { session: on, backend } = await session("full");
  const reel = new Reel(on);
  reel.show = "refused";
  await reel.restart();
  const first = reel.lines.length;
  await reel.more();
  expect(first).toBeGreaterThan(0);
  expect(reel.lines.length).toBeGreaterThan(first);
  expect(reel.lines.every((line) => line.refused)).toBe(true);
  expect(new Set(reel.lines.map(({ id }) => id)).size).toBe(reel.lines.length);
  await reel.refresh();
  expect(reel.lines.every((line) => line.refused)).toBe(true);
  // The record is asked for the word that each such line has; other lines may have it, too, and are left out.
  const asked = vi.spyOn(backend, "ledgerPage");
  const [refused] = reel.lines;
  asked.mockResolvedValueOnce([{ ...refused!, id: 9, refused: false }, { ...refused!, id: 8 }]);
  reel.search = "blocks";
  await reel.restart();
  expect(asked.mock.calls[0]?.[0].search).toBe("refused blocks");
  expect(reel.lines.map(({ id }) => id)).toEqual([8]);
});

test("how many fit is said, and that nothing optional was sent", async () => {
  layOut();
  const { session: on, backend } = await session();
  stage(on, SentPage, { entry: null });
  await screen.findByText(/Every request, newest first/);
  expect(screen.queryByText(/ fits?\./)).toBeNull();
  await fireEvent.click(screen.getByRole("button", { name: "Refused" }));
  const refused = (await backend.ledgerPage({ vendor: null, necessity: null, outcome: null, items: [], since: null, search: "", before: null, limit: 200 })).filter((line) => line.refused);
  expect(await screen.findByText(refused.length === 1 ? "One fits." : `${refused.length} fit.`)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Optional" }));
  expect(await screen.findByRole("heading", { name: "Nothing optional was sent" })).toBeTruthy();
  expect(screen.queryByText(/Try fewer words/)).toBeNull();
  // Where words are looked for as well, they may be what nothing fits.
  await fireEvent.input(screen.getByLabelText("Search in what was sent"), { target: { value: "tape" } });
  expect(await screen.findByRole("heading", { name: "No request fits" })).toBeTruthy();
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
  await screen.findByText("These bytes were erased.");
  expect(document.querySelector("pre")).toBeNull();
  await waitFor(() => expect(document.querySelector('[data-id="38"]')).not.toBeNull());
});

test("a search for an e-mail address says why it finds none, and shows where one was", async () => {
  layOut();
  const { session: on } = await session();
  stage(on, SentPage, { entry: null, search: "me@example.com" });
  expect(await screen.findByText(/not what it was, so no search finds it/)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Show the requests with an e-mail address" }));
  expect(await screen.findByText(/Only those with: Account e-mail and Recipient's e-mail/)).toBeTruthy();
  expect(screen.queryByText(/no search finds it/)).toBeNull();
});

test("a search for what is not kept says so", async () => {
  const { session: on } = await session();
  stage(on, SentPage, { entry: null, search: "zzz-9999" });
  expect(await screen.findByText(/are not kept in the record/)).toBeTruthy();
});

test("what an entry did and of which product stays in its title when its bytes are erased", async () => {
  layOut();
  const { session: on } = await session();
  stage(on, SentPage, { entry: 38 });
  await waitFor(() => expect(document.querySelector("pre")).not.toBeNull());
  const title = (): string[] => ["article h2", "article .when span"].map((part) => document.querySelector(part)?.textContent ?? "");
  const before = title();
  expect(before.every(Boolean)).toBe(true);
  await fireEvent.click(screen.getByRole("button", { name: "Erase these bytes" }));
  await screen.findByText("These bytes were erased.");
  expect(title()).toEqual(before);
});

test("hidden, values are nowhere on the page, and what is copied or exported is said to have them", async () => {
  layOut();
  const { session: on, backend } = await session();
  await on.change({ hideValues: true });
  const page = stage(on, SentPage, { entry: 38 });
  await waitFor(() => expect(document.querySelector("pre")?.textContent).toContain("HTTP/1.1"));
  const { text, marks } = await backend.ledgerEntry(38);
  const values = marks.filter(({ kind }) => kind === "item").map(({ start, end }) => text?.slice(start, end) ?? "");
  expect(values.length).toBeGreaterThan(0);
  for (const value of values.filter((value) => value.length > 3)) expect(page.container.innerHTML).not.toContain(value);
  await fireEvent.click(screen.getByRole("button", { name: "Copy" }));
  expect(await screen.findByText("Copied, as it is kept, with the values that are hidden here.")).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Export" }));
  await fireEvent.click(screen.getByText("As JSON"));
  expect(await screen.findByText(/with the values that are hidden here\. The export/)).toBeTruthy();
});

test("a link opens what was sent with some items to one vendor, and all of it is one press away", async () => {
  layOut();
  stage((await session()).session, SentPage, { entry: null, of: { vendor: "sleeve", items: ["os"] } });
  expect(await screen.findByText(/Only those with: Operating system/)).toBeTruthy();
  const deeds = async (): Promise<Set<string | null | undefined>> => new Set((await screen.findAllByRole("link", { name: /Sleeve Audio/ })).map((line) => line.querySelector("strong")?.textContent));
  await waitFor(async () => expect([...(await deeds())]).toEqual(["Take a seat"]));
  await fireEvent.click(screen.getByRole("button", { name: "Show all" }));
  await waitFor(async () => expect((await deeds()).size).toBeGreaterThan(1));
  expect(screen.queryByText(/Only those with/)).toBeNull();
});

test("a link opens what was sent since a day, whatever else was sent before", async () => {
  layOut();
  const { session: on } = await session();
  const all = await on.backend.ledgerPage({ vendor: null, necessity: null, outcome: null, items: [], since: null, search: "", before: null, limit: 500 });
  const since = all[9]?.at ?? "";
  stage(on, SentPage, { entry: null, of: { vendor: "sleeve", items: [], since } });
  expect(await screen.findByText(/Only those since/)).toBeTruthy();
  const shown = (): number[] => [...document.querySelectorAll("[data-id]")].map((line) => Number((line as HTMLElement).dataset.id));
  const wanted = all.filter((line) => line.vendor === "sleeve" && line.at >= since).map(({ id }) => id);
  await waitFor(() => expect(shown()).toEqual(wanted));
  await fireEvent.click(screen.getByRole("button", { name: "Show all" }));
  await waitFor(() => expect(shown().length).toBeGreaterThan(wanted.length));
});

test("a line says what its request did, and for whom", async () => {
  layOut();
  stage((await session()).session, SentPage, { entry: 38 });
  const lines = await screen.findAllByRole("link", { name: /Sleeve Audio/ });
  const deeds = new Set(lines.map((line) => line.querySelector("strong")?.textContent));
  for (const deed of ["Check license", "Take a seat", "Fetch the license file", "Release a seat"]) expect(deeds).toContain(deed);
});

test("a line names its product, and a refusal is never called delivered", async () => {
  layOut();
  const { session: on } = await session();
  stage(on, SentPage, { entry: 38 });
  expect((await screen.findAllByText(/ · Sleeve Audio$/)).length).toBeGreaterThan(3);
  expect(outcomeOf({ carrier: "https", outcome: "answered", status: 200, refused: true } as LedgerLine).text).toBe("Refused");
  expect(outcomeOf({ carrier: "https", outcome: "answered", status: 201, refused: false, url: "https://license.example/me" } as LedgerLine).text).toBe("Delivered");
  // Of what was erased it is not known any more whether the answer was a no.
  expect(outcomeOf({ carrier: "https", outcome: "answered", status: null, refused: false, url: null } as LedgerLine).text).toBe("Answered");
});

test("each filter says what it shows", async () => {
  layOut();
  stage((await session()).session, SentPage, { entry: null });
  expect(await screen.findByText("Every request, newest first. Each was noted here before it left.")).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Unknown" }));
  expect(await screen.findByText(/what the server made of them is not known/)).toBeTruthy();
});

test("a product's page leads to what was sent about it", async () => {
  layOut();
  stage((await session()).session, SentPage, { entry: null, search: "Halo Plate" });
  expect((screen.getByLabelText<HTMLInputElement>("Search in what was sent")).value).toBe("Halo Plate");
  await waitFor(() => expect(screen.getAllByText("Halo Plate · Sleeve Audio").length).toBeGreaterThan(1));
  expect(screen.queryByText("Blocks · Sleeve Audio")).toBeNull();
});

test("the record says that it is intact only after it was checked", async () => {
  layOut();
  stage((await session()).session, SentPage, { entry: null });
  expect(screen.queryByText(/intact/)).toBeNull();
  await fireEvent.click(screen.getByRole("button", { name: "Check the record" }));
  expect(await screen.findByText("The record is intact: 42 lines, 1 of them erased.")).toBeTruthy();
});

const LOST: LedgerCheck = {
  entries: 40, intact: false, altered: [7], missing: [12, 13], erased: 1, lastErasure: { entry: 3, at: "2026-11-28T10:00:00.000Z" }, retired: 0, anchor: "cut",
};

test.each<[string, Partial<LedgerCheck>, string[], string[]]>([
  ["altered and cut", {}, ["This line was altered: 7", "These 2 lines are gone: 12, 13", "line 3", "Begin anew"], ["by age or given up"]],
  ["cut at the end", { altered: [], missing: [] }, ["does not begin and end where", "Begin anew"], ["was altered"]],
  ["torn", { altered: [], missing: [], anchor: "kept" }, ["numbers do not follow"], ["Begin anew"]],
  ["older lines gone by age", { intact: true, altered: [], missing: [], retired: 5, anchor: "kept" }, ["intact", "by age or given up when the record was begun anew: 5"], ["Begin anew"]],
  ["nothing to compare with", { intact: true, altered: [], missing: [], anchor: "missing" }, ["a cut tail would not show"], ["Begin anew"]],
])("a check says apart what is %s", async (_name, differs, says, silent) => {
  layOut();
  const { session: on, backend } = await session();
  backend.found = { ...LOST, ...differs };
  stage(on, SentPage, { entry: null });
  await fireEvent.click(screen.getByRole("button", { name: "Check the record" }));
  const close = await screen.findByRole("button", { name: "Close" });
  const text = close.closest("[role='status']")?.textContent.replace(/\s+/g, " ") ?? "";
  for (const words of says) expect(text).toContain(words);
  for (const words of silent) expect(text).not.toContain(words);
});

test("what a check found is marked in the list and stays said, also when the page is left", async () => {
  layOut();
  const { session: on, backend } = await session();
  backend.found = { ...LOST, altered: [38] };
  const page = stage(on, SentPage, { entry: null });
  const came = (): string => document.querySelector('[data-id="38"] [data-tone]')?.textContent ?? "";
  await waitFor(() => expect(came()).not.toBe(""));
  expect(came()).not.toBe("Altered");
  await fireEvent.click(screen.getByRole("button", { name: "Check the record" }));
  await waitFor(() => expect(came()).toBe("Altered"));
  await fireEvent.click(await screen.findByRole("button", { name: "Close" }));
  page.unmount();
  stage(on, SentPage, { entry: null });
  await waitFor(() => expect(came()).toBe("Altered"));
  expect(screen.getByText(/The record is not what was written/)).toBeTruthy();
  expect(screen.queryByText(/This line was altered/)).toBeNull();
  await fireEvent.click(screen.getByRole("button", { name: "What is wrong" }));
  expect(await screen.findByText(/This line was altered/)).toBeTruthy();
  backend.found = null;
  await fireEvent.click(screen.getByRole("button", { name: "Check the record" }));
  expect(await screen.findByText(/The record is intact/)).toBeTruthy();
  expect(came()).not.toBe("Altered");
});

test("lines that are gone have a row where they stood, which the arrows pass over", async () => {
  layOut();
  const { session: on, backend } = await session();
  const all = backend.ledgerPage;
  backend.ledgerPage = async (filter) => {
    const lines = (await all(filter)).filter(({ id }) => id !== 40 && id !== 39);
    return lines.map((line) => (line.id === 41 ? { ...line, goneBefore: 2 } : line));
  };
  location.hash = "#/sent/41";
  stage(on, SentPage, { entry: 41 });
  expect(await screen.findByText("Lines 39 to 40 are gone")).toBeTruthy();
  await fireEvent.keyDown(document.querySelector('[data-id="41"]')!, { key: "ArrowDown" });
  await waitFor(() => expect(location.hash).toBe("#/sent/38"));
});

test("a record that is short of its end says so without being asked", async () => {
  layOut();
  const { session: on, backend } = await session();
  backend.short = true;
  stage(on, SentPage, { entry: null });
  expect(await screen.findByText(/does not end where Gatefold left it/)).toBeTruthy();
});

test("an emptied record is not called empty", async () => {
  const { session: on, backend } = await session("empty");
  backend.short = true;
  stage(on, SentPage, { entry: null });
  expect(await screen.findByText("The record was emptied")).toBeTruthy();
  expect(screen.queryByText("Nothing has left this computer")).toBeNull();
});

test("a cut record is begun anew, and checked again", async () => {
  layOut();
  const { session: on, backend } = await session();
  backend.found = LOST;
  stage(on, SentPage, { entry: null });
  await fireEvent.click(screen.getByRole("button", { name: "Check the record" }));
  await fireEvent.click(await screen.findByRole("button", { name: "Begin anew" }));
  expect(await screen.findByText(/The record is intact/)).toBeTruthy();
});

test("an entry that a search does not find is not shown as chosen beside it; one that it finds stays", async () => {
  layOut();
  location.hash = "#/sent/38";
  const { session: on } = await session();
  stage(on, SentPage, { entry: 38 });
  const search = screen.getByLabelText("Search in what was sent");
  await waitFor(() => expect(document.querySelector('[data-id="38"][aria-current]')).not.toBeNull());
  const label = document.querySelector('[data-id="38"] strong')?.textContent ?? "";
  expect(label).toBe("Fetch the license file");
  await fireEvent.input(search, { target: { value: "check-out" } });
  await waitFor(() => expect(document.querySelectorAll("[data-id]").length).toBeLessThan(15));
  expect(location.hash).toBe("#/sent/38");
  await fireEvent.input(search, { target: { value: "validate-key" } });
  await waitFor(() => expect(location.hash).toBe("#/sent"));
});

test("where the pages lie below each other a line that is pressed brings what it says into sight", async () => {
  layOut();
  const { session: on } = await session();
  stage(on, SentPage, { entry: 38 });
  await waitFor(() => expect(document.querySelector('[data-id="38"]')).not.toBeNull());
  const right = screen.getByRole("region", { name: "The chosen request" });
  const brought = vi.spyOn(right, "scrollIntoView").mockImplementation(() => undefined);
  const at = vi.spyOn(right, "getBoundingClientRect").mockReturnValue({ top: 0 } as DOMRect);
  await fireEvent.click(document.querySelector('[data-id="38"]')!);
  await new Promise((done) => setTimeout(done, 10));
  expect(brought).not.toHaveBeenCalled();
  at.mockReturnValue({ top: 700 } as DOMRect);
  await fireEvent.click(document.querySelector('[data-id="38"]')!);
  await waitFor(() => expect(brought).toHaveBeenCalledTimes(1));
});
