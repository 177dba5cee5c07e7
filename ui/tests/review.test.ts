import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { view } from "../src/features/library/view.svelte";
import PrivacyPage from "../src/pages/PrivacyPage.svelte";
import ReviewPage from "../src/pages/ReviewPage.svelte";
import { newer } from "../src/backend/memory/said";
import { session, stage } from "./stage";

test("a newer file says what differs, what weighs first", async () => {
  const { session: on, backend } = await session();
  const picked = await backend.pickVendor();
  await backend.agreeVendor(picked.review);
  on.review = await backend.pickVendor();
  stage(on, ReviewPage, {});
  expect(screen.getByRole("heading", { name: /3 things differ from version 1/ })).toBeTruthy();
  const [first, , last] = screen.getByRole("region", { name: /differ/ }).querySelectorAll("li");
  expect(first?.textContent).toContain("DAW");
  expect(first?.textContent).toContain("asks more, or promises less");
  expect(first?.textContent).toContain("new");
  expect(last?.textContent).not.toContain("new");
  expect(last?.textContent).toContain("no longer there");
  expect(last?.textContent).not.toContain("asks more");
  expect(screen.getByRole("button", { name: /Use the new file/ })).toBeTruthy();
});

test("a look-alike is said before anything is added", async () => {
  const { session: on, backend } = await session();
  const review = await backend.reviewBundled("tidewater");
  on.review = { ...review, known: "new", from: null, lookAlikes: [{ name: "Tidewater Instruments", fingerprint: "1111 2222 3333 4444" }] };
  stage(on, ReviewPage, {});
  expect(screen.getByText("This looks like Tidewater Instruments, and is not")).toBeTruthy();
  expect(screen.getByText(/1111 2222 3333 4444/)).toBeTruthy();
});

test("that keys do not tell two vendors apart is said before one is added", async () => {
  const { session: on, backend } = await session();
  const review = await backend.reviewBundled("tidewater");
  on.review = { ...review, known: "new", from: null, sameKeys: ["Sleeve Audio", "Vinyl Works"] };
  stage(on, ReviewPage, {});
  expect(screen.getByText("License keys of Tidewater Instruments look like those of Sleeve Audio and Vinyl Works")).toBeTruthy();
});

test("a file that nobody signed is warned of first, and not urged", async () => {
  const { session: on, backend } = await session("first");
  const review = await backend.reviewBundled("sleeve");
  on.review = { ...review, vendor: { ...review.vendor, signed: false } };
  const unsigned = stage(on, ReviewPage, {});
  const add = screen.getByRole("button", { name: "Add Sleeve Audio" });
  const warning = screen.getByText("Nobody signed this file");
  expect(warning.compareDocumentPosition(add) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
  expect(add.getAttribute("data-kind")).toBe("plain");
  unsigned.unmount();
  on.review = review;
  stage(on, ReviewPage, {});
  expect(screen.getByRole("button", { name: "Add Sleeve Audio" }).getAttribute("data-kind")).toBe("loud");
});

test("before a file is added everything that it says is there to be read", async () => {
  const { session: on, backend } = await session("first");
  on.review = await backend.reviewBundled("sleeve");
  stage(on, ReviewPage, {});
  for (const name of ["In plain words", "Item by item", "What the policy says in general", "Your rights"]) expect(screen.getByRole("heading", { name })).toBeTruthy();
  const os = document.querySelector('tr[data-item="os"]')?.textContent ?? "";
  expect(os).toContain("To offer the right download");
  await fireEvent.click(screen.getByRole("button", { name: "read the original" }));
  expect(backend.opened).toHaveLength(1);
});

test("once a vendor is added nothing hides its products, and what hides none of them stays", async () => {
  const { session: on, backend } = await session();
  const add = async (): Promise<void> => {
    on.review = { ...(await backend.reviewBundled("tidewater")), known: "new", from: null };
    const page = stage(on, ReviewPage, {});
    await fireEvent.click(screen.getByRole("button", { name: "Add Tidewater Instruments" }));
    await waitFor(() => expect(on.review).toBeNull());
    page.unmount();
  };
  Object.assign(view, { search: "harbor", filter: "here", sort: "maker" });
  await add();
  expect({ ...view }).toEqual({ search: "harbor", filter: "here", vendor: "", sort: "maker" });
  Object.assign(view, { search: "halo" });
  await add();
  expect({ ...view }).toEqual({ search: "", filter: "all", vendor: "", sort: "maker" });
});

test("a change of which notice is promised says from when on it counts, and that using goes for no agreement", async () => {
  const { session: on, backend } = await session();
  backend.countsFrom = "2026-12-29T10:00:00.000Z";
  on.review = await backend.pickVendor();
  stage(on, ReviewPage, {});
  expect(screen.getByText(/it counts from 29 December 2026 on; version 1 does until then/)).toBeTruthy();
  expect(screen.getByText(/Using them does not count as agreeing/)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: /Use the new file/ }));
  await waitFor(() => expect(location.hash).toContain("#/privacy/tidewater"));
});

test("a newer file waits on the vendor's page until the user agrees, and after that for its day", async () => {
  const { session: on, backend } = await session();
  const changes = newer(await backend.reviewBundled("tidewater")).changes.slice(0, 2);
  backend.newer = { version: 4, changes, shownAt: "2026-11-29T10:00:00.000Z", agreed: false, countsFrom: null, bundled: null };
  const made = stage(on, PrivacyPage, { vendor: null });
  expect(await screen.findByText(/Version 4 was shown on 29 November 2026, and you did not agree to it. 2 things differ/)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "See what differs" }));
  await waitFor(() => expect(on.review?.known).toBe("update"));
  made.unmount();
  backend.newer = { ...backend.newer, agreed: true, countsFrom: "2026-12-29T10:00:00.000Z" };
  stage(on, PrivacyPage, { vendor: null });
  expect(await screen.findByText(/It counts from 29 December 2026 on, as Sleeve Audio promised/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "See what differs" })).toBeNull();
  // What was agreed to can still be read.
  expect(screen.getByRole("region", { name: /2 things differ from version/ }).textContent).toContain("five years after the account is closed");
});
