import { cleanup, fireEvent, screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import type { VendorPage } from "../src/backend/types";
import ItemTable from "../src/features/policy/ItemTable.svelte";
import Said from "../src/features/policy/Said.svelte";
import PrivacyPage from "../src/pages/PrivacyPage.svelte";
import { session, stage } from "./stage";

async function page(id: "arturia" | "toontrack"): Promise<VendorPage> {
  const { session: on, backend } = await session("examples");
  const key = on.vendors.find((vendor) => vendor.id === id)?.key ?? "";
  return backend.vendorPage(key);
}

async function shown(id: "arturia" | "toontrack", change: (page: VendorPage) => VendorPage = (same) => same) {
  const { session: on, backend } = await session("examples");
  const key = on.vendors.find((vendor) => vendor.id === id)?.key ?? "";
  const found = change(await backend.vendorPage(key));
  backend.vendorPage = async () => found;
  stage(on, PrivacyPage, { vendor: key });
  await screen.findByRole("heading", { name: "In plain words" });
  return { on, backend, key };
}

const plain = (text: string | null): string => (text ?? "").replace(/\s+/g, " ").trim();
const row = (item: string): HTMLElement => document.querySelector<HTMLElement>(`tr[data-item="${item}"]`) ?? expect.fail(item);

test("in plain words first: what an activation tells, what is silent, and where the policy contradicts itself", async () => {
  await shown("toontrack");
  const [first] = screen.getAllByRole("heading", { level: 2 });
  expect(first?.textContent).toBe("In plain words");
  for (const words of [/as archived on 26 June 2019/, /identifier, and device name if you type one/, /contradicts itself about where data lies/, /does not say how soon you are answered/, /has had no contact/]) {
    expect(screen.getAllByText(words).length, String(words)).toBeGreaterThan(0);
  }
  expect(screen.queryByRole("button", { name: "read the original" })).toBeNull();
});

test("each item: what the policy allows, what Gatefold sends, what was sent", async () => {
  const sent = { times: 3, last: "2026-11-22T10:00:00.000Z", entry: 41 };
  await shown("toontrack", (found) => ({ ...found, items: found.items.map((item) => (item.item === "identifier" ? { ...item, sent } : item)) }));
  const identifier = plain(row("identifier").textContent);
  expect(identifier).toContain("A hash that stands in for numbers of your hardware");
  expect(identifier).toContain("To fulfill the purchase agreement: customers, payments, support (inferred) [23, 25, 26, 34]; contract (inferred) [37]");
  expect(identifier, "what stands on the same basis stands together").toContain("To complete transactions and provide what was ordered (inferred) [17] · For administration and analysis (inferred) [17]; no legal basis named");
  expect(identifier).toContain("Required (inferred) [17]");
  expect(identifier).toContain("With: activation and refresh");
  expect(within(row("identifier")).getByRole("link", { name: "3 times" }).getAttribute("href")).toBe("#/sent/of/toontrack/identifier");
  expect(within(row("identifier")).getByRole("link", { name: /^last 22 Nov/ }).getAttribute("href")).toBe("#/sent/41");
  expect(plain(row("device_name").textContent)).toMatch(/If you type one, with: activation.*Never/);
  expect(plain(row("token").textContent)).toContain("no legal basis named");
});

test("an item with the very purposes of an earlier one says whose", async () => {
  await shown("arturia");
  expect(plain(row("identifier").textContent)).toContain("To find and stop fraud and abuse [44, 61, 65]");
  expect(plain(row("device_name").textContent)).toContain("For the same purposes as the identifier");
  expect(plain(row("device_name").textContent)).not.toContain("fraud");
  expect(plain(row("cpu").textContent), "what is inferred of it is not the same").toContain("To find and stop fraud and abuse (inferred) [61, 65]");
  expect(plain(row("memory").textContent)).toContain("For the same purposes as the processor");
});

test("what the policy asks for and Gatefold does not send says so, and so does what the network shows", async () => {
  await shown("arturia");
  const group = (name: string): string[] => {
    const heading = screen.getByRole("rowheader", { name });
    return [...(heading.closest("tbody")?.querySelectorAll("tr:not(.group)") ?? [])].map((line) => plain(line.textContent));
  };
  expect(group("The policy asks; Gatefold does not send it").every((line) => /Not sent ?Never$/.test(line))).toBe(true);
  expect(group("The policy asks; Gatefold does not send it").length).toBeGreaterThan(2);
  expect(group("Seen on the network")[0]).toContain("In no request; every connection shows it");
  expect(plain(row("daw").textContent)).toContain("Nothing: it is off");
});

test("a contradiction is shown with both lines; silence is said, and nothing stands in its place", async () => {
  await shown("toontrack");
  const fact = (name: string): string => plain(screen.getByText(name, { selector: "dt" }).closest(".fact")?.querySelector("dd")?.textContent ?? "");
  expect(fact("Where it lies")).toBe("It contradicts itself: “within the EU and the EEA, and not elsewhere” [78] and “parts of website and shop may lie in other countries” [138]");
  expect(fact("Answered")).toMatch(/^The policy does not say ?By law: one month/);
  expect(fact("Notice of changes")).toContain("None [143]");
  expect(fact("Privacy")).toContain("From the policy as archived 26 June 2019; check the present one");
  const website = screen.getAllByText("Website", { selector: "dt" });
  expect(website.length, "recipients stand with their place").toBeGreaterThan(0);
});

test("the day of a policy's text is not shown as the day on which it was archived", async () => {
  const below = (): string => plain(document.querySelector(".sub")?.textContent ?? "");
  await shown("toontrack");
  expect(below()).toContain("of 25 May 2018, as archived on 26 June 2019");
  cleanup();
  await shown("toontrack", (found) => ({ ...found, policy: { ...found.policy, archivedOn: null } }));
  expect(below()).toContain("of 25 May 2018, as archived on a day that is not known");
  expect(below()).not.toContain("2019");
  expect(screen.getAllByText(/^From the archived policy of/).length).toBeGreaterThan(0);
});

test("the purposes are a table, each with its basis and its data", async () => {
  await shown("toontrack");
  const table = screen.getByRole("columnheader", { name: "Legal basis" }).closest("table") ?? expect.fail("no table");
  const surveys = within(table).getByRole("rowheader", { name: /Surveys/ }).closest("tr");
  expect(plain(surveys?.textContent ?? "")).toContain("Legitimate interest [48]");
  expect(plain(table.textContent)).toContain("No legal basis named");
  expect(plain(table.textContent)).toContain("off until you agree");
});

test("the past twelve months by category, what was erased, and the last contact", async () => {
  await shown("arturia", (found) => ({
    ...found,
    contacts: {
      ...found.contacts, requests: 4, bytes: 2100, erased: 1, cut: true, last: "2026-11-22T10:00:00.000Z", lastEntry: 9, removal: "Arturia may remove an account, and that is near.",
      categories: [{ name: "About this computer", items: ["os", "daw"], labels: ["Operating system", "DAW"], times: 1 }],
    },
  }));
  expect(screen.getByText(/^4 requests, 2.1.kB, since 29 November 2025/)).toBeTruthy();
  expect(screen.getByText("Operating system and DAW")).toBeTruthy();
  expect(screen.getByRole("link", { name: "1 request" }).getAttribute("href")).toBe("#/sent/since/2025-11-29T00%3A00%3A00.000Z/arturia/os/daw");
  expect(screen.getByRole("link", { name: "4 requests" }).getAttribute("href")).toBe("#/sent/since/2025-11-29T00%3A00%3A00.000Z/arturia");
  expect(screen.getByText(/bytes of one request were erased/)).toBeTruthy();
  expect(screen.getByText(/older requests/)).toBeTruthy();
  expect(screen.getByRole("link", { name: /22 November 2026/ }).getAttribute("href")).toBe("#/sent/9");
  expect(screen.getByText("Arturia may remove an account, and that is near.")).toBeTruthy();
});

test("what was sent under an earlier file and is no longer declared stays in sight", async () => {
  const found = await page("toontrack");
  const [identifier] = found.items.filter((item) => item.item === "identifier");
  const once = { ...(identifier ?? expect.fail("none")), item: "os", label: "Operating system", group: "undeclared" as const, sent: { times: 1, last: "2026-11-22T10:00:00.000Z", entry: 2 } };
  const { session: on } = await session("examples");
  stage(on, ItemTable, { page: { ...found, items: [...found.items, once] } });
  expect(screen.getByRole("rowheader", { name: "Sent under an earlier file" })).toBeTruthy();
  expect(plain(row("os").textContent)).toMatch(/No longer.*1 time/);
});

test("before a file is agreed to there is no third column", async () => {
  const { session: on } = await session("examples");
  stage(on, ItemTable, { page: await page("toontrack"), sent: false });
  expect(screen.getAllByRole("columnheader").map((head) => head.textContent)).toEqual(["The policy allows", "Gatefold sends"]);
  expect(screen.queryByText("Never")).toBeNull();
});

test("a fact is told as sure as it is", async () => {
  const { session: on } = await session("examples");
  const told = (assurance: VendorPage["policy"]["scope"]["assurance"]): string => {
    const made = stage(on, Said, { said: { text: "within the EU", other: null, assurance, lines: [7], otherLines: [] } });
    const text = plain(made.container.textContent);
    made.unmount();
    return text;
  };
  expect(told("stated")).toBe("Within the EU [7]");
  expect(told("inferred")).toBe("Within the EU (inferred) [7]");
  expect(told("silent")).toBe("Within the EU (the policy does not say so) [7]");
  expect(told("contradictory")).toBe("Within the EU (the policy contradicts itself) [7]");
});

test("the page is printed, and kept as linked data", async () => {
  const print = vi.fn();
  vi.stubGlobal("print", print);
  await shown("arturia");
  await fireEvent.pointerDown(screen.getByRole("button", { name: "Keep this page" }), { button: 0, pointerType: "mouse" });
  await fireEvent.click(await screen.findByRole("menuitem", { name: /Print/ }));
  expect(print).toHaveBeenCalledOnce();
  await fireEvent.pointerDown(screen.getByRole("button", { name: "Keep this page" }), { button: 0, pointerType: "mouse" });
  await fireEvent.click(await screen.findByRole("menuitem", { name: /linked data/ }));
  expect(await screen.findByText(/gatefold-privacy-arturia-.*\.jsonld/)).toBeTruthy();
  vi.unstubAllGlobals();
});
