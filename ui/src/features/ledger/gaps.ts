// The lines of the record with what is missing between them: a row of its own where numbers are left out.

import type { LedgerLine } from "../../backend/types";

/** So many lines are gone, from this number to that. */
export type Gap = { count: number; first: number; last: number };

export const isLine = (row: LedgerLine | Gap | undefined): row is LedgerLine => row !== undefined && "id" in row;

/** Newest first; what is gone before a line stands below it. A record without gaps is not gone through again. */
export function withGaps(lines: LedgerLine[]): (LedgerLine | Gap)[] {
  if (!lines.some(({ goneBefore }) => goneBefore)) return lines;
  return lines.flatMap((line) => (line.goneBefore ? [line, { count: line.goneBefore, first: line.id - line.goneBefore, last: line.id - 1 }] : [line]));
}
