import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import { sleeve } from "../src/backend/memory/demo";
import type { MemoryBackend } from "../src/backend/memory";
import { Naming } from "../src/features/license/naming.svelte";
import AddPage from "../src/pages/AddPage.svelte";
import EverythingPage from "../src/pages/EverythingPage.svelte";
import { session, stage } from "./stage";

const LABEL = "Name of this computer, as Sleeve Audio will list it";
const press = async (name: string | RegExp): Promise<void> => {
  const button = await screen.findByRole("button", { name });
  await waitFor(() => expect(button.hasAttribute("disabled")).toBe(false));
  await fireEvent.click(button);
};

/** As a mouse does it: the field loses the focus between the press and the click. */
async function clickAtOnce(name: string): Promise<void> {
  const button = screen.getByRole("button", { name });
  await fireEvent.pointerDown(button);
  await fireEvent.blur(screen.getByLabelText(LABEL));
  await fireEvent.click(button);
}

async function byKey(): Promise<MemoryBackend> {
  const { session: on, backend } = await session();
  stage(on, AddPage, { vendor: sleeve.key, license: null });
  await fireEvent.input(screen.getByLabelText("License key"), { target: { value: "SLEEVE-DEMO-0000-7H3K" } });
  await press("Show what will be sent");
  await press("Send to Sleeve Audio");
  return backend;
}

async function byAccount(): Promise<MemoryBackend> {
  const { session: on, backend } = await session();
  const { preview } = await backend.prepareSignIn(sleeve.key, "demo@example.com", "demo-password", null);
  await backend.sendSignIn(preview);
  await Promise.all([on.loadVendors(), on.loadLibrary()]);
  const license = (await backend.library()).owned[0]!.id;
  stage(on, EverythingPage, { errand: { page: "activate-all", license } });
  return backend;
}

/** The names in the requests that have left since. */
async function namesSent(backend: MemoryBackend, since: number): Promise<string[]> {
  const lines = await backend.ledgerPage({ vendor: null, necessity: null, outcome: null, items: [], since: null, search: "", before: null, limit: 20 });
  const entries = await Promise.all(lines.filter(({ id }) => id > since).map(({ id }) => backend.ledgerEntry(id)));
  return entries.flatMap(({ text }) => /"name":"([^"]*)"/.exec(text ?? "")?.[1] ?? []);
}
const last = async (backend: MemoryBackend): Promise<number> =>
  (await backend.ledgerPage({ vendor: null, necessity: null, outcome: null, items: [], since: null, search: "", before: null, limit: 1 }))[0]?.id ?? 0;

test.each([["the key", byKey], ["the account", byAccount]] as const)("by %s, what is sent is what was shown: a name that was just typed holds the send until another press", async (_by, open) => {
  const backend = await open();
  const field = await screen.findByLabelText(LABEL);
  const before = await last(backend);
  backend.pace = 20;
  await fireEvent.input(field, { target: { value: "Real hands" } });
  await clickAtOnce("Send and activate");
  const again = await screen.findByRole("button", { name: "The preview changed: Send and activate" });
  expect(screen.getByText("Real hands")).toBeTruthy();
  expect(await namesSent(backend, before)).toEqual([]);
  await fireEvent.click(again);
  await waitFor(async () => expect(await namesSent(backend, before)).toEqual(["Real hands"]));
});

test("a preview that changed between the press and the click is not sent by it", async () => {
  const naming = new Naming(async () => undefined);
  naming.begin("studio-desk");
  naming.press();
  naming.type("Real hands");
  await naming.catchUp();
  expect(await naming.allows()).toBe(false);
  expect(naming.held).toBe(true);
  naming.press();
  expect(await naming.allows()).toBe(true);
});

test("no older answer overtakes a newer one", async () => {
  const shown: string[] = [];
  const answers: (() => void)[] = [];
  const follow = vi.fn((name: string) => new Promise<void>((done) => answers.push(() => (shown.push(name), done()))));
  const naming = new Naming(follow);
  naming.begin("a");
  naming.type("b");
  const first = naming.catchUp();
  await waitFor(() => expect(answers).toHaveLength(1));
  naming.type("c");
  const second = naming.catchUp();
  expect(answers).toHaveLength(1);
  answers[0]?.();
  await first;
  await waitFor(() => expect(answers).toHaveLength(2));
  answers[1]?.();
  await second;
  expect(shown).toEqual(["b", "c"]);
});

test("a page that was left while the name was followed shows no plan afterwards", async () => {
  const backend = await byKey();
  const field = await screen.findByLabelText(LABEL);
  const rename = backend.renameDevice;
  let answer: (() => void) | null = null;
  vi.spyOn(backend, "renameDevice").mockImplementation(async (preview, name) => {
    const renamed = await rename(preview, name);
    await new Promise<void>((done) => (answer = done));
    return renamed;
  });
  const discard = vi.spyOn(backend, "discard");
  await fireEvent.input(field, { target: { value: "Real hands" } });
  await fireEvent.blur(field);
  await waitFor(() => expect(answer).not.toBeNull());
  await press("Cancel");
  (answer as (() => void) | null)?.();
  await waitFor(() => expect(discard).toHaveBeenCalledTimes(2));
  expect(screen.getByLabelText("License key")).toBeTruthy();
});

test.each([["the key", byKey], ["the account", byAccount]] as const)("by %s, the preview follows while the name is typed, beside the bytes, too", async (_by, open) => {
  await open();
  await screen.findByLabelText(LABEL);
  await press("Show the requests");
  await fireEvent.input(screen.getByLabelText(LABEL), { target: { value: "Rehearsal room" } });
  await waitFor(() => expect(document.body.textContent).toContain('"name":"Rehearsal room"'));
});

test("an emptied name says which one stays in the preview", async () => {
  await byKey();
  await fireEvent.input(await screen.findByLabelText(LABEL), { target: { value: "" } });
  expect(await screen.findByText(/Until you give another one, “studio-desk” stays/)).toBeTruthy();
});
