// How the rows of the three columns are laid out, and what is the same for most of them is said once.

import type { PageGroup, PageItem, Reason, Said } from "../../backend/types";

const ORDER: PageGroup[] = ["bind", "required", "chosen", "protocol", "optional", "undeclared"];

export const groups = (rows: PageItem[]): { group: PageGroup; rows: PageItem[] }[] =>
  ORDER.map((group) => ({ group, rows: rows.filter((row) => row.group === group) })).filter((made) => made.rows.length);

/** Reasons that stand on the same basis stand together. */
export function byBasis(reasons: Reason[]): { basis: Said; says: Said[] }[] {
  const grouped = new Map<string, { basis: Said; says: Said[] }>();
  for (const { basis, says } of reasons) {
    const key = JSON.stringify(basis);
    const group = grouped.get(key);
    if (group) group.says.push(says);
    else grouped.set(key, { basis, says: [says] });
  }
  return [...grouped.values()];
}

/** For an item with the very reasons of an earlier one, when they are more than fit in a line or two: that one's label. */
export function sameReasons(rows: PageItem[]): Map<string, string> {
  const first = new Map<string, string>();
  const same = new Map<string, string>();
  for (const row of rows.filter((row) => row.reasons.length > 2)) {
    const told = JSON.stringify(row.reasons);
    const label = first.get(told);
    if (label === undefined) first.set(told, row.label);
    else same.set(row.item, label);
  }
  return same;
}

/** What most say, if at least two do; nothing is not counted. */
export function common(said: string[]): string | null {
  const counts = new Map<string, number>();
  for (const words of said.filter(Boolean)) counts.set(words, (counts.get(words) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most && most[1] > 1 ? most[0] : null;
}
