import { expect, test } from "vitest";
import { actOf } from "../src/features/shell/keys";
import { zoomed } from "../src/features/settings/zoom";
import { href, parse, type Route } from "../src/route.svelte";

test("every page is found again by its address, whatever its ids hold", () => {
  const routes: Route[] = [
    { page: "library" }, { page: "keys" }, { page: "settings" }, { page: "review" },
    { page: "product", vendor: "sleeve@0a/df", product: "ä #?%" }, { page: "add", vendor: null }, { page: "add", vendor: "sleeve@0adf" },
    { page: "release", id: "m/1" }, { page: "seats", license: "l/1" }, { page: "rename", id: "m", name: "old / laptop" }, { page: "refresh", vendor: "v", license: "l" }, { page: "sent", entry: null }, { page: "sent", entry: 38 },
    { page: "sent", entry: null, search: "Halo Plate / 2" },
    { page: "sent", entry: null, of: { vendor: "slee/ve", items: ["os", "cpu"] } }, { page: "sent", entry: null, of: { vendor: "sleeve", items: [] } },
    { page: "sent", entry: null, of: { vendor: "slee/ve", items: ["os"], since: "2025-11-29T00:00:00.000Z" } },
    { page: "privacy", vendor: null }, { page: "sign-in", vendor: "v" }, { page: "sign-in", vendor: "v", product: "p" },
    { page: "register", vendor: "v" }, { page: "register", vendor: "v", product: "p" }, { page: "add", vendor: "v", product: "p" }, { page: "sign-out", vendor: "v" },
  ];
  for (const route of routes) expect(parse(href(route))).toEqual(route);
});

test("an address that is none is the library", () => {
  for (const hash of ["", "#", "#/nowhere", "#/product/one", "#/%E0%A4%A", "#/release"]) expect(parse(hash)).toEqual({ page: "library" });
  expect(parse("#/sent/1e9")).toEqual({ page: "sent", entry: null });
});

test("shortcuts leave typing alone", () => {
  const field = document.createElement("input");
  const event = (key: string, more: KeyboardEventInit = {}, target: HTMLElement = document.body): KeyboardEvent => {
    const made = new KeyboardEvent("keydown", { key, ...more });
    Object.defineProperty(made, "target", { value: target });
    return made;
  };
  expect(actOf(event("?"))).toBe("shortcuts");
  expect(actOf(event("?", {}, field))).toBeNull();
  expect(actOf(event("2", { ctrlKey: true }, field))).toBe("sent");
  expect(actOf(event("2", { ctrlKey: true, altKey: true }))).toBeNull();
  expect(actOf(event("ArrowLeft", { altKey: true }))).toBe("back");
  expect(actOf(event("ArrowLeft"))).toBeNull();
});

test("zoom goes by steps and stops at the ends", () => {
  expect([zoomed(100, 1), zoomed(100, -1), zoomed(80, -1), zoomed(200, 1), zoomed(113, 1)]).toEqual([110, 90, 80, 200, 125]);
});
