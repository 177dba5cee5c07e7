import { fireEvent, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { REFUSALS } from "../src/backend/memory/refusals";
import { Everything } from "../src/features/license/everything.svelte";
import EverythingPage from "../src/pages/EverythingPage.svelte";
import { session, stage } from "./stage";

const full = REFUSALS.find(({ code }) => code === "network.unreachable");

async function prepared(): Promise<Awaited<ReturnType<typeof session>> & { everything: Everything }> {
  const made = await session();
  const { backend } = made;
  const everything = new Everything(made.session, { prepare: () => backend.prepareReleaseOfAll(), send: (preview) => backend.sendReleaseOfAll(preview) });
  everything.listen();
  await everything.prepare();
  return { ...made, everything };
}

test("everything is shown as one, and done one after another", async () => {
  const { session: on, backend } = await session();
  stage(on, EverythingPage, {});
  const before = (await backend.sentToday()).requests;
  expect(await screen.findByText(/9 licenses, 8 requests to one vendor/)).toBeTruthy();
  expect(screen.getByText("nothing is sent")).toBeTruthy();
  await fireEvent.click(await screen.findByRole("button", { name: "Send and deactivate all" }));
  expect(await screen.findByText("Everything is deactivated.")).toBeTruthy();
  expect((await backend.sentToday()).requests - before).toBe(8);
  expect((await backend.library()).products.flatMap((card) => card.licenses)).toEqual([]);
});

test("what is refused is listed with its words, stops none of the others, and can be tried again", async () => {
  const { backend, everything } = await prepared();
  if (full) backend.refusing = { failure: full, step: null };
  await everything.send();
  expect([everything.count("done"), everything.count("failed")]).toEqual([8, 1]);
  expect(Object.values(everything.progress).find(({ state }) => state === "failed")?.failure).toEqual(full);
  await everything.prepare();
  expect(everything.batch?.deeds).toHaveLength(1);
  await everything.send();
  expect(everything.count("done")).toBe(1);
});

test("the user stops between two", async () => {
  const { backend, everything } = await prepared();
  let done = 0;
  backend.on("progress", ({ state }) => {
    done += state === "done" ? 1 : 0;
    if (done === 2) void everything.stop();
  });
  await everything.send();
  expect([everything.count("done"), everything.count("cancelled")]).toEqual([2, 7]);
  expect(everything.stage).toBe("done");
});

test("a no in the dialog of the system changes nothing", async () => {
  const { session: on, backend } = await session();
  const everything = new Everything(on, { prepare: () => backend.prepareReleaseOfAll(), send: async () => null });
  await everything.prepare();
  await everything.send();
  expect(everything.stage).toBe("ready");
  expect((await backend.library()).products.flatMap((card) => card.licenses)).toHaveLength(9);
});
