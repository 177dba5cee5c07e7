// WebKit compares a container's width, zoom included, with pixels that are not zoomed: only `em` grows with it. In pixels
// the two pages would stay side by side at 200 %.

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("what makes way on a narrow page measures in the size of its text", () => {
  const styles = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => /\.(svelte|css)$/.test(name));
  const widths = styles.flatMap((name) => readFileSync(`src/${name}`, "utf8").match(/@container[^{]*/g) ?? []);
  expect(widths.length).toBeGreaterThan(5);
  expect(widths.filter((width) => !/\d(\.\d)?em\)/.test(width))).toEqual([]);
});
