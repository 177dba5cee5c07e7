// How the liner notes are laid out: rows by group, and what is the same for most of them said once.

import type { ItemGroup, ItemRow } from "../../backend/types";

export type Group = { group: ItemGroup; rows: ItemRow[] };
const LINES_CHARS = 60;
const ORDER: ItemGroup[] = ["bind", "required", "chosen", "shared", "frame", "protocol", "network"];

export function groups(rows: ItemRow[]): Group[] {
  return ORDER.map((group) => ({ group, rows: rows.filter((row) => row.group === group) })).filter((made) => made.rows.length);
}

/** A long id by its beginning and end, and so each of several; the bytes show them whole. */
export function brief(value: string): string {
  const short = (id: string): string => (id.length > 24 && !id.includes(" ") ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);
  return value.split(", ").map(short).join(", ");
}

/** Whether it is shown by its beginning until somebody wants it whole: longer than two lines beside its name. */
export function isLong(value: string): boolean {
  return value.length > LINES_CHARS || brief(value) !== value;
}

/** What most rows say, if at least two do; it is said at the foot instead of in each. */
export function common(rows: ItemRow[], fact: (row: ItemRow) => string | null): string | null {
  const counts = new Map<string, number>();
  for (const said of rows.map(fact)) {
    if (said !== null) counts.set(said, (counts.get(said) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most && most[1] > 1 ? most[0] : null;
}

/** The number of a line stays beside its word. */
export const unbroken = (text: string): string => text.replace(/\b(lines?) (?=\d)/g, "$1\u00a0");
