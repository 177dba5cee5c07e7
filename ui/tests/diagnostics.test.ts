import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import { cut, NAMES, SEALED } from "../src/backend/memory/diagnostics";
import { pieces } from "../src/features/diagnostics/pieces";
import { PART, Sheet, type Source } from "../src/features/diagnostics/sheet.svelte";
import SideBar from "../src/features/shell/SideBar.svelte";
import BundlePage from "../src/pages/BundlePage.svelte";
import MakeBundlePage from "../src/pages/MakeBundlePage.svelte";
import SupportPage from "../src/pages/SupportPage.svelte";
import { href, parse, router } from "../src/route.svelte";
import { layOut, session, stage } from "./stage";

const plain = (text: string | null | undefined): string => (text ?? "").replace(/\s+/g, " ").trim();
const button = (name: string | RegExp): Promise<HTMLElement> => screen.findByRole("button", { name });
const part = (name: string): HTMLInputElement => screen.getByLabelText<HTMLInputElement>(name);
const shownFile = (): string => screen.getByLabelText<HTMLSelectElement>("Which file").value;

async function making(prepare: (backend: Awaited<ReturnType<typeof session>>["backend"]) => void = () => undefined) {
  layOut();
  const { session: on, backend } = await session();
  prepare(backend);
  stage(on, MakeBundlePage, {});
  await button("Save the bundle …");
  return { on, backend };
}
async function looking(prepare: (backend: Awaited<ReturnType<typeof session>>["backend"]) => void = () => undefined) {
  layOut();
  const { session: on, backend } = await session();
  await backend.pickBundle();
  prepare(backend);
  stage(on, BundlePage, {});
  return { on, backend };
}

test("support stands in the side bar and its pages in the address", async () => {
  for (const page of ["support", "make-bundle", "bundle"] as const) expect(parse(href({ page }))).toEqual({ page });
  const { session: on } = await session();
  stage(on, SideBar, { route: { page: "make-bundle" } });
  expect(screen.getByRole("link", { name: "Support" }).getAttribute("aria-current")).toBe("page");
});

test("two ways in, what a bundle is, and crash reports that the user takes away", async () => {
  const { session: on, backend } = await session();
  backend.agrees = false;
  stage(on, SupportPage, {});
  expect((await screen.findByRole("link", { name: "Make a bundle" })).getAttribute("href")).toBe("#/make-bundle");
  expect(screen.getByRole("heading", { name: "Gatefold never sends it" })).toBeTruthy();
  await fireEvent.click(await button("Remove the crash reports"));
  expect(screen.getByText("This window"), "a no leaves them").toBeTruthy();
  backend.agrees = true;
  await fireEvent.click(await button("Remove the crash reports"));
  expect(await screen.findByText(/^None\. A program of ours/)).toBeTruthy();
  const went = vi.spyOn(router, "go").mockReturnValue();
  await fireEvent.click(await button("Choose a bundle …"));
  await waitFor(() => expect(went).toHaveBeenCalledWith({ page: "bundle" }));
});

test("what a vendor promises to say comes first", async () => {
  await making((backend) => (backend.bundleNotices = ["inMusic promises notice: diagnostics are collected."]));
  const notice = screen.getByText(/inMusic promises notice/);
  expect(notice.compareDocumentPosition(part("Gatefold")) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
});

test("a part is left out and taken in again at any time, and its file with it", async () => {
  const { backend } = await making();
  expect(part("The log").checked).toBe(true);
  await fireEvent.click(part("The log"));
  expect(await screen.findByText("log.jsonl is left out")).toBeTruthy();
  expect([...screen.getByLabelText<HTMLSelectElement>("Which file").options].some(({ value }) => value === "log.jsonl")).toBe(false);
  await fireEvent.click(await button("Save the bundle …"));
  expect(await screen.findByText(/^Saved, 48/)).toBeTruthy();
  await fireEvent.click(part("The log"));
  await waitFor(() => expect(screen.queryByText(/^Saved, 48/), "what was saved is another one").toBeNull());
  expect((await backend.makeBundle()).files.map(({ name }) => name)).toContain("log.jsonl");
});

test("each file is shown as it will be, its replaced parts marked, counted, and gone through by keys", async () => {
  const { backend } = await making();
  await fireEvent.click(await button("Look at machine.json"));
  expect(shownFile()).toBe("machine.json");
  const sheet = await screen.findByRole("group", { name: "machine.json as it will be, byte for byte" });
  await waitFor(() => expect(sheet.querySelectorAll("mark").length).toBe(3));
  const text = [...sheet.querySelectorAll("code")].map((row) => row.textContent + ("ends" in row.dataset ? "\n" : "")).join("");
  const file = (await backend.makeBundle()).files.find(({ name }) => name === "machine.json");
  expect(text.length).toBe(file?.bytes);
  expect(screen.getByText("3 replaced parts")).toBeTruthy();
  await fireEvent.keyDown(window, { key: "F3" });
  expect(await screen.findByText("Replaced part 1 of 3")).toBeTruthy();
  await waitFor(() => expect(sheet.querySelector(".lit")?.textContent).toBe("device-1"));
  await fireEvent.keyDown(window, { key: "F3", shiftKey: true });
  expect(await screen.findByText("Replaced part 3 of 3"), "around the end").toBeTruthy();
});

test("who is called what is shown, hidden while values are hidden, and kept as a file on request", async () => {
  const { on } = await making();
  await fireEvent.click(await button("Who is called what"));
  expect(await screen.findByText("studio-desk.home")).toBeTruthy();
  expect(screen.getAllByRole("row")).toHaveLength(NAMES.length + 1);
  await fireEvent.click(await button("Keep the list as a file …"));
  expect(await screen.findByText(/^Saved as .*names\.txt\. Do not hand it over/)).toBeTruthy();
  await on.change({ hideValues: true });
  await waitFor(() => expect(screen.queryByText("studio-desk.home")).toBeNull());
});

test("how servers answered goes in at the button alone; a note goes in as it is typed", async () => {
  const { backend } = await making();
  expect(screen.queryByLabelText("How servers answered last")).toBeNull();
  await fireEvent.click(await button("Add how servers answered last"));
  expect(await screen.findByLabelText("How servers answered last")).toBeTruthy();
  const note = screen.getByLabelText("What happened, in your words");
  await fireEvent.input(note, { target: { value: "It is silent." } });
  await fireEvent.blur(note);
  await waitFor(async () => expect((await backend.makeBundle()).note).toBe("It is silent."));
});

test("it is sealed for the support that is chosen; what was written is told with size, hash and place", async () => {
  const { backend } = await making();
  const exports = vi.spyOn(backend, "exportBundle");
  const select = screen.getByLabelText<HTMLSelectElement>("It opens for");
  select.value = "sleeve";
  await fireEvent.change(select);
  expect(await screen.findByText("To be handed over at: support@sleeve.example")).toBeTruthy();
  await fireEvent.click(await button("Save the bundle …"));
  expect(await screen.findByText("/home/you/Documents/gatefold-2026-11-30-sealed.gatefold-diagnostics")).toBeTruthy();
  expect(screen.getByText("5f".repeat(32))).toBeTruthy();
  expect(screen.getByText(/Only the support of Sleeve Audio can open it/)).toBeTruthy();
  expect(exports).toHaveBeenCalledWith("sleeve");
});

test("one that is too large says so before, and with what is largest after", async () => {
  await making((backend) => {
    backend.bundleBytes = 6_200_000;
    backend.bundleRefused = { code: "diagnostics.too_large", message: "The bundle would be larger than it may be: log.jsonl takes most of it.", hint: "Leave out the part that takes most, and save it again." };
  });
  expect(await screen.findByText(/is more than 5.MB: leave something out/)).toBeTruthy();
  await fireEvent.click(await button("Save the bundle …"));
  expect(plain((await screen.findByRole("alert")).textContent)).toContain("log.jsonl takes most of it");
});

test("of a bundle the findings come first, each leading to its file", async () => {
  await looking();
  const findings = await screen.findByRole("region", { name: "What is wrong" });
  const first = within(findings).getAllByRole("listitem")[0];
  expect(plain(first?.textContent)).toMatch(/^Problem All 3 seats of Halo Plate are in use\. licenses\.json · seats\.full · 3 times, last on 30 November 2026/);
  await fireEvent.click(within(findings).getByRole("button", { name: "licenses.json" }));
  expect(await screen.findByRole("group", { name: "licenses.json" })).toBeTruthy();
});

test("a bundle is searched, compared, copied for a ticket, and closed", async () => {
  const { backend } = await looking();
  await fireEvent.click(await button("Copy for a ticket"));
  expect(await button("Copied")).toBeTruthy();
  expect(backend.copied).toContain("summary");
  await fireEvent.click(await button("Files"));
  await fireEvent.input(screen.getByLabelText("Search in all files"), { target: { value: "8 cores" } });
  await fireEvent.click(await button(/^machine\.json, line 6/));
  await waitFor(() => expect(screen.getByRole("group", { name: "machine.json" }).querySelector(".there")?.textContent).toContain("8 cores"));
  const lit = [...screen.getByRole("group", { name: "machine.json" }).querySelectorAll(".there code")].map(({ textContent }) => textContent);
  expect(lit.join(""), "all of its rows").toBe('  "cpu": "8 cores",');
  await fireEvent.click(await button("Compare"));
  await fireEvent.click(await button("Compare with another …"));
  expect(await screen.findByText(/^2 differences to the one made on/)).toBeTruthy();
  await fireEvent.click(await button("Close"));
  expect(await screen.findByText("No bundle is open.")).toBeTruthy();
});

test("a sealed one asks for the key's file; one that means harm is told, and nothing of it is there", async () => {
  const { backend } = await looking((made) => (made.bundleRefused = SEALED));
  expect(await screen.findByRole("heading", { name: "This bundle is sealed" })).toBeTruthy();
  await fireEvent.click(await button("Choose the key's file …"));
  expect(await screen.findByRole("region", { name: "What is wrong" })).toBeTruthy();
  backend.bundleRefused = { code: "diagnostics.harmful", message: "The bundle is built so that it could do harm, so it was not opened.", hint: "Delete it." };
  await fireEvent.click(await button("Open another …"));
  expect(await screen.findByRole("heading", { name: "This bundle is not opened" })).toBeTruthy();
  expect(screen.queryByRole("region")).toBeNull();
});

test("hostile text is text", async () => {
  const evil = "<img src=x onerror=alert(1)><a href='https://evil.example'>x</a>";
  await looking((made) => (made.looked = [{ name: "log.jsonl", part: "log", text: `${evil}\n` }]));
  await fireEvent.click(await button("Files"));
  const sheet = await screen.findByRole("group", { name: "log.jsonl" });
  await waitFor(() => expect([...sheet.querySelectorAll("code")].map(({ textContent }) => textContent).join("")).toBe(evil));
  expect(document.querySelectorAll("img, a[href^=https]")).toHaveLength(0);
});

test("what is copied over several rows is as the file has it", async () => {
  await looking((made) => (made.looked = [{ name: "log.jsonl", part: "log", text: `${"x".repeat(30)}\nend\nrest` }]));
  await fireEvent.click(await button("Files"));
  const sheet = await screen.findByRole("group", { name: "log.jsonl" });
  await waitFor(() => expect(sheet.querySelectorAll("code")).toHaveLength(4));
  const [first, , third] = [...sheet.querySelectorAll("code")];
  const text = (code: HTMLElement | undefined): Node => [...(code?.childNodes ?? [])].find((node) => node.textContent !== "") as Node;
  const range = document.createRange();
  range.setStart(text(first), 18);
  range.setEnd(text(third), 2);
  vi.spyOn(document, "getSelection").mockReturnValue({ rangeCount: 1, getRangeAt: () => range } as unknown as Selection);
  const taken: string[] = [];
  await fireEvent(sheet, Object.assign(new Event("copy", { bubbles: true, cancelable: true }), { clipboardData: { setData: (_: string, data: string) => taken.push(data) } }));
  expect(taken).toEqual([`${"x".repeat(12)}\nen`]);
});

test("the pieces of a row joined are the row, whatever its marks say", () => {
  const mark = (start: number, end: number) => ({ start, end, nth: 0, kind: "host" });
  for (const marks of [[], [mark(0, 3)], [mark(2, 9)], [mark(1, 2), mark(1, 3), mark(3, 4)], [mark(3, 3)]]) {
    expect(pieces({ text: "host-1", marks }).map(({ text }) => text).join("")).toBe("host-1");
  }
});

test("ten million rows: those in sight are asked for, a part at a time", async () => {
  const asked: number[] = [];
  const source: Source = {
    rows: async (columns, from, count) => {
      asked.push(from);
      return { count: 10_000_000, rows: cut("x\n".repeat(count), columns) };
    },
    locate: async () => 7_654_321,
  };
  const sheet = new Sheet(source, 80);
  await waitFor(() => expect(sheet.count).toBe(10_000_000));
  expect([sheet.length, sheet.parts]).toEqual([PART, 20]);
  const row = await sheet.find({ line: 1 });
  expect([sheet.part, row]).toEqual([15, 154_321]);
  sheet.want(row, row + 40);
  await waitFor(() => expect(sheet.row(row)?.text).toBe("x"));
  expect(asked.length).toBeLessThan(4);
});
