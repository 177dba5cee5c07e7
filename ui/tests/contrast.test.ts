import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync("src/tokens.css", "utf8");

function tokens(theme: "light" | "dark"): Map<string, string> {
  const block = css.match(new RegExp(`data-theme="${theme}"\\] \\{([^}]+)\\}`))?.[1] ?? "";
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", value = ""]) => [name, value]));
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ["paper", "sheet", "well"];
const on = (texts: string[], grounds: string[]): [string, string][] => texts.flatMap((text) => grounds.map((ground): [string, string] => [text, ground]));

const TEXT = [
  ...on(["ink", "soft", "calm", "attention", "loss"], GROUNDS),
  ...on(["ink"], ["mark", "mark-lit", "stripe", "calm-ground", "attention-ground", "loss-ground"]),
  ...on(["soft"], ["stripe", "mark"]),
  ...on(["calm"], ["calm-ground"]),
  ...on(["attention"], ["attention-ground"]),
  ...on(["loss"], ["loss-ground"]),
  ...on(["on-accent"], ["accent", "accent-deep"]),
  ...on(["paper"], ["ink"]),
];
/** Focus rings, borders of fields and buttons, the line under declared bytes. */
const NOTICES = ["calm-ground", "attention-ground", "loss-ground"];
const LINES = [
  ...on(["ink", "edge"], [...GROUNDS, ...NOTICES]),
  ...on(["accent"], [...GROUNDS, "mark", "mark-lit"]),
  ...on(["ink"], ["mark", "mark-lit", "stripe"]),
];

test.each(["light", "dark"] as const)("%s: every text is at least 4.5 on its ground, every line at least 3", (theme) => {
  const found = tokens(theme);
  const weak = [...TEXT.map((pair) => [...pair, 4.5] as const), ...LINES.map((pair) => [...pair, 3] as const)]
    .map(([text, ground, floor]) => ({ pair: `${text} on ${ground}`, floor, is: contrast(found.get(text) ?? "", found.get(ground) ?? "") }))
    .filter(({ is, floor }) => !(is >= floor));
  expect(weak).toEqual([]);
});
