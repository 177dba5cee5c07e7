import { IntlMessageFormat } from "intl-messageformat";
import { expect, test } from "vitest";
import { en } from "../src/words/en";
import { bytes, parts, t, utc } from "../src/words/words";

test("every message of the catalogue can be read", () => {
  for (const [key, message] of Object.entries(en)) {
    expect(() => new IntlMessageFormat(message, "en"), key).not.toThrow();
    expect(message, key).not.toMatch(/!|\.\.\.|telemetry/i);
  }
});

test("plurals, ordinals and strong words", () => {
  expect(t("outcome.answered")).toBe("Delivered");
  expect(t("standing.ends", { days: 1 })).toBe("Ends in 1 day");
  expect(t("standing.ends", { days: 12 })).toBe("Ends in 12 days");
  expect(t("plan.seat", { seat: 2 })).toBe("This computer takes the second");
  expect(t("plan.seat", { seat: 22 })).toBe("This computer takes the 22nd");
  expect(parts("foot.nothing")[0]).toEqual({ text: "Nothing", strong: true });
  const asked = { vendor: "Sleeve Audio", host: "h.example" };
  expect(t("preview.everything", { ...asked, count: 1, more: 0, all: 1 })).toBe("One request to Sleeve Audio, at h.example. This is everything in it.");
  expect(t("preview.everything", { ...asked, count: 2, more: 2, all: 4 })).toBe(
    "Two requests to Sleeve Audio, at h.example, and 2 more only if an answer asks for them. This is everything in them.",
  );
});

test("sizes and times", () => {
  expect([bytes(612), bytes(1100), bytes(48_213), bytes(2_000_000)]).toEqual(["612\u00a0B", "1.1\u00a0kB", "48\u00a0kB", "2\u00a0MB"]);
  expect(utc("2026-11-22T10:42:07.123Z")).toBe("2026-11-22 10:42:07 UTC");
});
