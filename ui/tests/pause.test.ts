import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { sleeve } from "../src/backend/memory/demo";
import type { Failure, Unfinished } from "../src/backend/types";
import AddPage from "../src/pages/AddPage.svelte";
import EverythingPage from "../src/pages/EverythingPage.svelte";
import { session, stage } from "./stage";

const PAUSE: Failure = { code: "keygen.throttled", message: "The server takes no more requests for now: it asks for 9 seconds.", hint: "Wait a little, then try again.", retryAfterSecs: 9 };
const press = async (name: string): Promise<void> => {
  const button = await screen.findByRole("button", { name });
  await waitFor(() => expect(button.hasAttribute("disabled")).toBe(false));
  await fireEvent.click(button);
};

/** An activation whose request for a seat came to this, and is in the journal still. */
async function brokenOff(failure: Failure): Promise<void> {
  const { session: on, backend } = await session();
  stage(on, AddPage, { vendor: sleeve.key, license: null });
  await fireEvent.input(screen.getByLabelText("License key"), { target: { value: "SLEEVE-DEMO-0000-7H3K" } });
  await press("Show what will be sent");
  const check = backend.sendCheck;
  let licenseId = "";
  backend.sendCheck = async (preview) => {
    const checked = await check(preview);
    ({ licenseId } = checked);
    return checked;
  };
  const library = backend.library;
  backend.library = async () => {
    const open: Unfinished = { vendor: sleeve.key, product: "Halo Plate", licenseId, machineId: "0b9c0000-0000-4000-8000-000000000999", fileIsLost: false, seatIsGone: false };
    return { ...(await library()), unfinished: [open] };
  };
  await press("Send to Sleeve Audio");
  await screen.findByRole("button", { name: "Send and activate" });
  backend.refusing = { failure, step: "seat" };
  await press("Send and activate");
}

test("a pause in the place of the seat is told with its end, and nothing is said to be held or given back", async () => {
  await brokenOff(PAUSE);
  expect(await screen.findByRole("heading", { level: 1, name: "Halo Plate is not activated" })).toBeTruthy();
  const again = await screen.findByRole("button", { name: /^Try again in \d seconds$/ });
  expect(again.hasAttribute("disabled")).toBe(true);
  expect(await screen.findByText("Most likely no seat was taken. If one was, trying again takes no second one.")).toBeTruthy();
  expect(screen.queryByRole("link", { name: "Give the seat back" })).toBeNull();
});

test("a pause after the seat was taken is told with its end, too, and the seat can be given back", async () => {
  await brokenOff({ code: "license.seat_without_file", message: "This computer holds a seat now.", hint: "", seat: "b1f6", retryAfterSecs: 9 });
  expect(await screen.findByRole("heading", { level: 1, name: "The activation of Halo Plate is not finished" })).toBeTruthy();
  expect((await screen.findByRole("button", { name: /^Try again in \d seconds$/ })).hasAttribute("disabled")).toBe(true);
  expect(screen.getByRole("link", { name: "Give the seat back" }).getAttribute("href")).toBe("#/release/b1f6");
  expect(screen.queryByText(/Most likely no seat/)).toBeNull();
});

test("where many licenses were handled, the rest is looked at again once the longest pause is over", async () => {
  const { session: on, backend } = await session();
  stage(on, EverythingPage, { errand: { page: "deactivate-all" } });
  backend.refusing = { failure: PAUSE, step: null };
  await press("Send and deactivate all");
  expect((await screen.findByRole("button", { name: /^Try again in \d seconds$/ })).hasAttribute("disabled")).toBe(true);
  expect(screen.queryByRole("button", { name: "Look at the rest again" })).toBeNull();
});
