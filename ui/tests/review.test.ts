import { screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import ReviewPage from "../src/pages/ReviewPage.svelte";
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
