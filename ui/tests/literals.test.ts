// Language is prepared: what the user reads comes from the catalogue, never from a component.

import { readdirSync, readFileSync } from "node:fs";
import { parse } from "svelte/compiler";
import { expect, test } from "vitest";

/** Attributes, and properties of our own components, that are read or read aloud. */
const READ = ["title", "label", "placeholder", "alt", "hint", "text", "value", "name", "more", "aria-label", "aria-description", "aria-roledescription", "leftLabel", "rightLabel"];
/** Says the same in every language. */
const NAMES = ["Gatefold"];
const WORD = /\p{L}{2,}/u;

type Node = { type: string; name?: string; data?: string; value?: unknown; [part: string]: unknown };
const isNode = (part: unknown): part is Node => typeof part === "object" && part !== null && "type" in part;

/** Texts between tags, and in attributes that are read. Scripts and styles are not looked into: `t("…")` is the way there. */
function literals(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(literals);
  if (!isNode(part)) return [];
  if (part.type === "Text") {
    const text = part.data?.trim() ?? "";
    return WORD.test(text) && !NAMES.includes(text) ? [text] : [];
  }
  if (part.type === "Attribute" && !READ.includes(part.name ?? "")) return [];
  if (part.type === "ExpressionTag" || part.type === "StyleDirective") return [];
  return Object.entries(part).filter(([name]) => !["metadata", "expression"].includes(name)).flatMap(([, inner]) => literals(inner));
}

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".svelte"));

test("the components are found", () => expect(files.length).toBeGreaterThan(40));

test.each(files)("%s has no words of its own", (file) => {
  const { fragment } = parse(readFileSync(`src/${file}`, "utf8"), { modern: true });
  expect(literals(fragment)).toEqual([]);
});
