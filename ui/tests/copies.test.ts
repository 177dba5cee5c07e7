import { fireEvent, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { products } from "../src/backend/memory/demo";
import { UNREACHABLE } from "../src/backend/memory/said";
import EverythingPage from "../src/pages/EverythingPage.svelte";
import SendPage from "../src/pages/SendPage.svelte";
import { session, stage } from "./stage";

const COPY = "/var/lib/gatefold/vendors/sleeve.a1b2/licenses/5a4d.lic";
const LEFT = "For all users of this computer it is installed still, and counts until root removes it:";
const seat = products.find((product) => product.name === "Blocks")?.licenses[0]?.machineId ?? "";
const press = async (name: string): Promise<boolean> => fireEvent.click(await screen.findByRole("button", { name }));

test("what root installed for all users is named where a license is given back", async () => {
  const { session: on, backend } = await session();
  backend.copies = [COPY];
  const page = stage(on, SendPage, { errand: { page: "release", id: seat } });
  await press("Send and deactivate");
  expect(await screen.findByText(LEFT)).toBeTruthy();
  expect(screen.getByText(`sudo rm ${COPY}`).tagName).toBe("CODE");
  page.unmount();
  backend.copies = [];
  const other = products.find((product) => product.name === "Low Tide")?.licenses[0]?.machineId ?? "";
  stage(on, SendPage, { errand: { page: "release", id: other } });
  await press("Send and deactivate");
  await screen.findByText("The seat is free.");
  expect(screen.queryByText(LEFT)).toBeNull();
});

test("where it was removed here alone the page stays for it, and nothing more is said to be wrong", async () => {
  const { session: on, backend } = await session();
  backend.copies = [COPY];
  backend.refusing = { failure: UNREACHABLE, step: null };
  stage(on, SendPage, { errand: { page: "release", id: seat } });
  await press("Send and deactivate");
  await press("Remove it from this computer alone");
  expect(await screen.findByText("Blocks was removed from this computer.")).toBeTruthy();
  expect(screen.getByText(`sudo rm ${COPY}`)).toBeTruthy();
  expect(screen.queryByRole("alert")).toBeNull();
  expect(screen.queryByRole("heading", { name: /not done/ })).toBeNull();
});

test("of everything each names its own, and it is not said that no file is left", async () => {
  const { session: on, backend } = await session();
  backend.copies = [COPY];
  stage(on, EverythingPage, { errand: { page: "deactivate-all" } });
  await press("Send and deactivate all");
  expect(await screen.findByText("Everything is deactivated.")).toBeTruthy();
  const told = screen.getAllByText(`sudo rm ${COPY}`).map((path) => path.closest("li")?.querySelector(".name")?.textContent);
  expect(told.some((name) => name?.startsWith("Blocks"))).toBe(true);
  expect(screen.queryByText(/no license file is left/)).toBeNull();
});
