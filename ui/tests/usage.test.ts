import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import { sleeve, tidewater } from "../src/backend/memory/demo";
import { UNREACHABLE } from "../src/backend/memory/said";
import { demoWeeks } from "../src/backend/memory/usage";
import type { UsageState } from "../src/backend/types";
import SideBar from "../src/features/shell/SideBar.svelte";
import { chartOf } from "../src/features/usage/chart";
import Sharing from "../src/features/usage/Sharing.svelte";
import Weeks from "../src/features/usage/Weeks.svelte";
import PrivacyPage from "../src/pages/PrivacyPage.svelte";
import ProductPage from "../src/pages/ProductPage.svelte";
import SendPage from "../src/pages/SendPage.svelte";
import UsagePage from "../src/pages/UsagePage.svelte";
import { router } from "../src/route.svelte";
import { session, stage } from "./stage";

const SHARE = "Share the chosen items with Sleeve Audio";
const plain = (text: string | null | undefined): string => (text ?? "").replace(/\s+/g, " ").trim();
const boxes = (): HTMLInputElement[] => screen.getAllByRole<HTMLInputElement>("checkbox");
const master = (): HTMLElement => screen.getByRole("switch", { name: "Usage sharing with Sleeve Audio" });
const box = (label: string): HTMLElement => screen.getByLabelText(label);
const terms = (): string => plain(screen.getByRole("region", { name: "What you agree to" }).textContent);
const status = (): string => screen.getAllByRole("status").map((one) => plain(one.textContent)).join(" ");

async function shown(prepare: (backend: Awaited<ReturnType<typeof session>>["backend"]) => void = () => undefined) {
  const { session: on, backend } = await session();
  prepare(backend);
  await on.loadVendors();
  stage(on, Sharing, { vendor: sleeve.key, name: sleeve.name });
  await screen.findAllByRole("checkbox");
  return { on, backend };
}
const shares = (items: string[]) => (backend: Awaited<ReturnType<typeof session>>["backend"]) => backend.shares(sleeve.key, items);

test("who was never asked finds everything off, nothing chosen, and two answers of equal weight", async () => {
  await shown();
  expect(master().getAttribute("aria-checked")).toBe("false");
  expect(boxes().map(({ checked }) => checked)).toEqual([false, false, false]);
  expect(await screen.findByText(/You were not asked yet/)).toBeTruthy();
  const [no, yes] = [await screen.findByRole("button", { name: "Keep it off" }), screen.getByRole("button", { name: SHARE })];
  expect([no, yes].map((button) => button.dataset.kind)).toEqual(["plain", "plain"]);
  expect(no.compareDocumentPosition(yes) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
  for (const words of ["Receiver: Sleeve Audio", "Kept: 12 months", "Recipients beside the receiver", "You can stop at any time", "Age from which you decide yourself"]) expect(terms(), words).toContain(words);
});

test("choices are drafts: their text is shown anew, nothing changes, and nothing chosen shares nothing", async () => {
  const { backend } = await shown();
  const grants = vi.spyOn(backend, "grantUsage");
  await fireEvent.click(await screen.findByRole("button", { name: SHARE }));
  await waitFor(() => expect(status()).toContain("Choose at least one of the items"));
  expect(grants).not.toHaveBeenCalled();
  await fireEvent.click(box("DAW"));
  await waitFor(() => expect(terms()).not.toContain("Usage frequency"));
  expect(terms()).toContain("DAW: Host program");
  expect(master().getAttribute("aria-checked")).toBe("true");
  expect(await screen.findByText(/A draft: nothing is shared/)).toBeTruthy();
  expect((await backend.usagePage(sleeve.key)).state).toBe("not_asked");
  await fireEvent.click(master());
  await waitFor(() => expect(boxes().some(({ checked }) => checked)).toBe(false));
});

test("sharing is asked by the system: a no leaves the draft, a yes shares exactly what was chosen", async () => {
  const { backend, on } = await shown((made) => (made.agrees = false));
  await fireEvent.click(box("DAW"));
  await waitFor(() => expect(terms()).toContain("DAW"));
  await fireEvent.click(screen.getByRole("button", { name: SHARE }));
  await waitFor(() => expect(status()).toContain("Nothing changed"));
  expect((box("DAW") as HTMLInputElement).checked).toBe(true);
  backend.agrees = true;
  await fireEvent.click(screen.getByRole("button", { name: SHARE }));
  expect(await screen.findByText(/^On\. It ends by itself on/)).toBeTruthy();
  expect(boxes().filter(({ checked }) => checked)).toHaveLength(1);
  await waitFor(() => expect(on.vendor(sleeve.key)?.sharing?.items).toEqual(["daw"]));
  expect(screen.queryByRole("button", { name: SHARE })).toBeNull();
});

test("a no is kept as well", async () => {
  const { backend } = await shown();
  await fireEvent.click(await screen.findByRole("button", { name: "Keep it off" }));
  expect(await screen.findByText(/You said no on/)).toBeTruthy();
  expect((await backend.usagePage(sleeve.key)).records.map(({ event }) => event)).toEqual(["refused"]);
  expect(screen.queryByRole("button", { name: "Keep it off" }), "nobody is asked twice").toBeNull();
});

test("an item that is shared ends at once, one that is not is a draft beside it", async () => {
  const { backend } = await shown(shares(["usage_frequency", "daw"]));
  expect(master().getAttribute("aria-checked")).toBe("true");
  await fireEvent.click(box("Product version"));
  expect(await screen.findByRole("button", { name: "Leave it as it is" })).toBeTruthy();
  await expect(backend.usagePage(sleeve.key)).resolves.toMatchObject({ state: "on" });
  await fireEvent.click(screen.getByRole("button", { name: "Leave it as it is" }));
  await waitFor(() => expect((box("Product version") as HTMLInputElement).checked).toBe(false));
  await fireEvent.click(box("DAW"));
  await waitFor(() => expect(status()).toContain("not shared any more"));
  const now = await backend.usagePage(sleeve.key);
  expect(now.items.filter(({ until }) => until).map(({ item }) => item)).toEqual(["usage_frequency"]);
});

test("the switch stops at once; to stop and erase leads to the request, which waits until it is sent", async () => {
  const { backend } = await shown(shares(["daw"]));
  await fireEvent.click(master());
  expect(await screen.findByText(/You stopped it on/)).toBeTruthy();
  expect(status()).toContain("Stopped");
  backend.shares(sleeve.key, ["daw"]);
  const went = vi.spyOn(router, "go").mockReturnValue();
  await fireEvent.click(await screen.findByRole("button", { name: "Stop, and have it erased" }));
  await waitFor(() => expect(went).toHaveBeenCalledWith({ page: "erase-usage", vendor: sleeve.key }));
  expect(await screen.findByText("One upload is still to be erased")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Look at the request" }).getAttribute("href")).toContain("#/erase-usage/");
});

test.each(["withdrawing", "withdrawn", "expired", "off"] as UsageState[])("%s is said, and nothing is chosen", async (state) => {
  const { session: on, backend } = await session();
  await backend.refuseUsage((await backend.planUsageGrant(sleeve.key, [])).preview);
  backend.standsAt(sleeve.key, state);
  stage(on, Sharing, { vendor: sleeve.key, name: sleeve.name });
  const words = { withdrawing: /has not ended yet/, withdrawn: /You stopped it on/, expired: /ended by itself on/, off: /You said no on/ };
  expect(await screen.findByText(words[state as keyof typeof words])).toBeTruthy();
  expect(screen.queryAllByRole<HTMLInputElement>("checkbox").some(({ checked }) => checked)).toBe(false);
  if (state === "withdrawing") expect(screen.getByRole("button", { name: "Stop sharing" })).toBeTruthy();
});

test.each([["do_not_track", true], ["you", true], ["administrator", false]] as const)("locked by %s has no switch, and a way out where there is one", async (by, lifts) => {
  const { session: on, backend } = await session();
  backend.usageLock = { by, since: by === "administrator" ? null : "2026-11-30T10:00:00.000Z" };
  stage(on, Sharing, { vendor: sleeve.key, name: sleeve.name });
  expect(await screen.findByText(/^Locked off/)).toBeTruthy();
  expect(screen.queryByRole("switch")).toBeNull();
  expect(screen.queryByRole("checkbox")).toBeNull();
  expect(screen.queryByRole("button", { name: "Lift the lock" }) !== null).toBe(lifts);
  if (!lifts) return;
  await fireEvent.click(screen.getByRole("button", { name: "Lift the lock" }));
  expect(await screen.findByRole("switch")).toBeTruthy();
});

test("a lock is in nobody's way to stop what counts again once it is lifted", async () => {
  const { session: on, backend } = await session();
  backend.shares(sleeve.key, ["daw"]);
  backend.usageLock = { by: "administrator", since: null };
  stage(on, Sharing, { vendor: sleeve.key, name: sleeve.name });
  expect(plain((await screen.findByText(/counts again once the lock is lifted/)).textContent)).toContain("(DAW)");
  await fireEvent.click(screen.getByRole("button", { name: "Stop sharing" }));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Stop sharing" })).toBeNull());
  expect((await backend.usagePage(sleeve.key)).items.some(({ until }) => until !== null)).toBe(false);
  expect(screen.queryByText(/counts again/)).toBeNull();
});

test("who is too young locks it off for every vendor", async () => {
  const { backend } = await shown();
  expect(screen.getByText(/you decide about this yourself from 16 years on/)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Lock it off for every vendor" }));
  expect(await screen.findByText(/Locked off by you/)).toBeTruthy();
  expect((await backend.usagePage(sleeve.key)).locked?.by).toBe("you");
});

test("a vendor that takes none has no switch, and says so", async () => {
  const { session: on } = await session();
  stage(on, Sharing, { vendor: tidewater.key, name: tidewater.name });
  expect(await screen.findByText(/Tidewater Instruments takes no usage/)).toBeTruthy();
  expect(screen.queryByRole("switch")).toBeNull();
});

test("what another program changed is seen at once, on the page, beside it and in its items", async () => {
  const { session: on, backend } = await session();
  stage(on, SideBar, { route: { page: "privacy", vendor: sleeve.key } });
  stage(on, PrivacyPage, { vendor: sleeve.key });
  expect(await screen.findByText("No usage is shared.")).toBeTruthy();
  const vendorPage = backend.vendorPage;
  backend.vendorPage = async (key) => {
    const found = await vendorPage(key);
    return { ...found, items: found.items.map((item) => ({ ...item, shared: item.item === "daw" })) };
  };
  backend.shares(sleeve.key, ["daw"]);
  expect(await screen.findByText("Sleeve Audio gets this of how you use its plug-ins: DAW.")).toBeTruthy();
  await waitFor(() => expect(plain(document.querySelector('tr[data-item="daw"]')?.textContent)).toContain("With usage, as you agreed"));
  expect(master().getAttribute("aria-checked")).toBe("true");
  await backend.withdrawUsage(sleeve.key, false);
  expect(await screen.findByText("No usage is shared.")).toBeTruthy();
  await waitFor(() => expect(master().getAttribute("aria-checked")).toBe("false"));
});

test("of what cannot be told the side bar says just that", async () => {
  const { session: on, backend } = await session();
  backend.vendors = async () => [{ ...structuredClone(sleeve), sharing: null }];
  await on.loadVendors();
  stage(on, SideBar, { route: { page: "library" } });
  expect(screen.getByText("Whether usage is shared cannot be told now.")).toBeTruthy();
});

test("a product's page says that sessions are noted, where they are", async () => {
  const { session: on, backend } = await session();
  backend.shares(sleeve.key, ["daw"]);
  await on.loadVendors();
  const product = on.library.is === "ready" ? (on.library.value.products.find(({ name }) => name === "Blocks")?.id ?? "") : "";
  stage(on, ProductPage, { vendor: sleeve.key, product });
  expect(await screen.findByText(/notes each session in another, as you agreed with Sleeve Audio/)).toBeTruthy();
});

test("an upload is shown byte for byte, sent once, and found as a receipt", async () => {
  const { session: on, backend } = await session();
  backend.shares(sleeve.key, ["usage_frequency", "daw"], false);
  stage(on, SendPage, { errand: { page: "upload", vendor: sleeve.key } });
  expect(await screen.findByText("What you share with Sleeve Audio")).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Show the requests" }));
  expect(plain(document.querySelector("pre")?.textContent)).toContain("gatefold.batch_id");
  await fireEvent.click(screen.getByRole("button", { name: "Send to Sleeve Audio" }));
  expect(await screen.findByText("Sleeve Audio has it.")).toBeTruthy();
  const { uploads, waiting } = await backend.usagePage(sleeve.key);
  expect([uploads.length, waiting]).toEqual([1, null]);
});

test("an upload is thrown away instead, and nothing is sent", async () => {
  const { session: on, backend } = await session();
  backend.shares(sleeve.key, ["daw"]);
  const before = await backend.sentToday();
  stage(on, SendPage, { errand: { page: "upload", vendor: sleeve.key } });
  await fireEvent.click(await screen.findByRole("button", { name: "Throw it away" }));
  expect(await screen.findByText("Thrown away. Nothing of it was sent.")).toBeTruthy();
  expect(await backend.sentToday()).toEqual(before);
});

test("an erasure that reaches nobody waits", async () => {
  const { session: on, backend } = await session();
  backend.shares(sleeve.key, ["daw"]);
  await backend.withdrawUsage(sleeve.key, true);
  backend.refusing = { failure: UNREACHABLE, step: null };
  stage(on, SendPage, { errand: { page: "erase-usage", vendor: sleeve.key } });
  await fireEvent.click(await screen.findByRole("button", { name: "Send to Sleeve Audio" }));
  expect(await screen.findByText(/could not be reached/)).toBeTruthy();
  expect((await backend.usagePage(sleeve.key)).toErase).toBe(1);
  backend.refusing = null;
  await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await fireEvent.click(await screen.findByRole("button", { name: "Send to Sleeve Audio" }));
  expect(await screen.findByText("Sleeve Audio confirmed that it is erased.")).toBeTruthy();
});

test("its page has what waits, the weeks, the receipts and what was said", async () => {
  const { session: on, backend } = await session();
  backend.shares(sleeve.key, ["usage_frequency"]);
  await on.loadVendors();
  stage(on, UsagePage, { vendor: sleeve.key });
  expect(await screen.findByText(/11 sessions wait to be sent, of 2 weeks/)).toBeTruthy();
  expect(screen.getByText("You agreed")).toBeTruthy();
  expect(screen.getByText("Taken, answered 200")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Look at what would be sent" }).getAttribute("href")).toContain("#/upload/");
});

test("sending by itself is asked by the system, and switched off at once; records are kept as a file", async () => {
  const { session: on, backend } = await session();
  backend.shares(sleeve.key, ["daw"]);
  backend.agrees = false;
  stage(on, UsagePage, { vendor: sleeve.key });
  const weekly = await screen.findByRole("switch", { name: "Send it by itself, once a week" });
  expect(weekly.getAttribute("aria-checked")).toBe("false");
  await fireEvent.click(weekly);
  expect(weekly.getAttribute("aria-checked"), "what it shows is what came of it").toBe("false");
  backend.agrees = true;
  await fireEvent.click(weekly);
  await waitFor(() => expect(weekly.getAttribute("aria-checked")).toBe("true"));
  expect(screen.getByText(/The next upload may leave on/)).toBeTruthy();
  await fireEvent.click(weekly);
  await waitFor(() => expect(weekly.getAttribute("aria-checked")).toBe("false"));
  await fireEvent.click(screen.getByRole("button", { name: "Keep them as a file" }));
  expect(await screen.findByText(/^Saved as/)).toBeTruthy();
});

test("what only may have been sent is not called sent", async () => {
  const { session: on } = await session();
  stage(on, Weeks, { weeks: demoWeeks(), sure: false });
  expect(screen.getByRole("img", { name: /90 in all, 74 of them sent, or perhaps/ })).toBeTruthy();
  expect(screen.getByText("Left: sent, or perhaps")).toBeTruthy();
  expect(screen.getByRole("columnheader", { name: "Of them left", hidden: true })).toBeTruthy();
  expect(screen.getByRole<HTMLInputElement>("slider", { name: "Week" }).getAttribute("aria-valuetext")).toBe("Week of 30 November 2026: 3 sessions, 0 sent, or perhaps");
});

test("the weeks are bars, words for each and a table", async () => {
  const { session: on } = await session();
  stage(on, Weeks, { weeks: demoWeeks(), sure: true });
  expect(screen.getByRole("img", { name: /Sessions a week over 16 weeks: 90 in all, 74 of them sent/ })).toBeTruthy();
  const which = screen.getByRole<HTMLInputElement>("slider", { name: "Week" });
  expect(which.getAttribute("aria-valuetext")).toBe("Week of 30 November 2026: 3 sessions, 0 sent");
  await fireEvent.input(which, { target: { value: "2" } });
  expect(screen.getByText("Week of 31 August 2026: no session")).toBeTruthy();
  const rows = within(screen.getByRole("table", { hidden: true })).getAllByRole("row", { hidden: true });
  expect(rows).toHaveLength(17);
  expect(plain(rows[1]?.textContent)).toBe("30 November 202630");
});

test("bars stand beside each other, never wider than the page, and their scale is of whole sessions", () => {
  for (const width of [240, 480, 900]) {
    const { bars, ticks, end, floor } = chartOf(demoWeeks(), width);
    expect(end).toBeLessThanOrEqual(width);
    bars.forEach((bar, i) => expect(bar.x).toBeGreaterThanOrEqual((bars[i - 1]?.x ?? 0) + (bars[i - 1]?.width ?? 0)));
    expect(bars.at(-1)?.label, "this week has its name").toBe(true);
    expect(ticks.every(({ value }) => Number.isInteger(value))).toBe(true);
    expect(bars.every(({ top, sentTop }) => top <= sentTop && sentTop <= floor)).toBe(true);
  }
  expect(chartOf(demoWeeks().slice(0, 2), 900).end, "two weeks do not fill it").toBeLessThan(200);
});
