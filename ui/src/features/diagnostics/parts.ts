// The parts of a bundle for its page: each with its files, and what was replaced in them.

import type { BundlePage, Replaced } from "../../backend/types";

type File = BundlePage["parts"][number];
export type Part = { part: string; files: File[]; included: boolean; bytes: number; replaced: number };

/** What the user says has a field of its own. */
const NOTE = "note";

export function partsOf(page: BundlePage): Part[] {
  const made = new Map<string, File[]>();
  for (const file of page.parts) if (file.part !== NOTE) made.set(file.part, [...(made.get(file.part) ?? []), file]);
  return [...made].map(([part, files]) => ({
    part,
    files,
    included: files.some(({ included }) => included),
    bytes: sum(files.map((file) => file.bytes)),
    replaced: sum(files.flatMap((file) => file.replaced.map(({ count }) => count))),
  }));
}

/** What was replaced in all that goes in, by kind, the most frequent first. */
export function replacedIn(page: BundlePage): Replaced[] {
  const sums = new Map<string, number>();
  for (const { kind, count } of page.parts.filter(({ included }) => included).flatMap(({ replaced }) => replaced)) sums.set(kind, (sums.get(kind) ?? 0) + count);
  return [...sums].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count);
}

const sum = (all: number[]): number => all.reduce((one, other) => one + other, 0);
