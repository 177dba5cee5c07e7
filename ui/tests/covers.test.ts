import { expect, test } from "vitest";
import { coverOf, PALETTES } from "../src/features/covers/cover";
import { FAMILIES } from "../src/features/covers/families";

const ids = Array.from({ length: 3000 }, (_, i) => `product-${i}`);

test("the same product always gets the same sleeve", () => {
  for (const id of ids.slice(0, 50)) expect(coverOf(id)).toEqual(coverOf(id));
  // Changing this changes everybody's shelf.
  expect(coverOf("5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101").family).toMatchInlineSnapshot(`"hills"`);
});

test("every family and every palette is used, none of them more than thrice its share", () => {
  const count = (names: string[]): Map<string, number> => names.reduce((made, name) => made.set(name, (made.get(name) ?? 0) + 1), new Map<string, number>());
  const families = count(ids.map((id) => coverOf(id).family));
  const palettes = count(ids.map((id) => coverOf(id).palette.join()));
  expect(FAMILIES.length).toBeGreaterThanOrEqual(12);
  expect([families.size, palettes.size]).toEqual([FAMILIES.length, PALETTES.length]);
  expect(Math.max(...families.values())).toBeLessThan((3 * ids.length) / FAMILIES.length);
  expect(Math.max(...palettes.values())).toBeLessThan((3 * ids.length) / PALETTES.length);
});

test("the products of the demo vendors get ten different sleeves", () => {
  const demo = [1, 2, 3, 4, 5].flatMap((n) => [`5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e010${n}`, `71dea7e0-44bb-4c6d-9d22-1b6a7c4f010${n}`]);
  expect(new Set(demo.map((id) => coverOf(id).family)).size).toBe(10);
  expect(new Set(demo.map((id) => coverOf(id).palette)).size).toBe(10);
});

test("shapes are numbers and colours of the palette alone", () => {
  for (const id of ids.slice(0, 500)) {
    const { shapes, palette } = coverOf(id);
    for (const shape of shapes) {
      const colours = [shape.fill, "stroke" in shape ? shape.stroke : "none"];
      for (const colour of colours) expect(["none", ...palette]).toContain(colour);
      expect(JSON.stringify(shape)).not.toMatch(/NaN|null|undefined/);
    }
  }
});
