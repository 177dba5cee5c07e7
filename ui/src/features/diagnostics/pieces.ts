// A row of a text, cut where its marks begin and end. Joined again, the pieces are the row.

import type { RowMark, TextRow } from "../../backend/types";

export type Piece = { text: string; mark: RowMark | null };

/** A mark that lies outside the row is left out; the text never is. */
export function pieces({ text, marks }: Pick<TextRow, "text" | "marks">): Piece[] {
  const made: Piece[] = [];
  let at = 0;
  for (const mark of marks) {
    if (mark.start < at || mark.end <= mark.start || mark.end > text.length) continue;
    if (mark.start > at) made.push({ text: text.slice(at, mark.start), mark: null });
    made.push({ text: text.slice(mark.start, mark.end), mark });
    at = mark.end;
  }
  if (at < text.length) made.push({ text: text.slice(at), mark: null });
  return made;
}
