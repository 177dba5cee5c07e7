// Cuts the stored text where its marks begin and end. Joined again, the segments are the text, byte for byte.

import type { Mark } from "../../backend/types";

export type Segment = { text: string; mark: Mark | null };

/** A mark that lies outside the text or over another one is left out; the text never is. */
export function segments(text: string, marks: Mark[]): Segment[] {
  const made: Segment[] = [];
  let at = 0;
  for (const mark of [...marks].sort((a, b) => a.start - b.start)) {
    if (mark.start < at || mark.end <= mark.start || mark.end > text.length) continue;
    if (mark.start > at) made.push({ text: text.slice(at, mark.start), mark: null });
    made.push({ text: text.slice(mark.start, mark.end), mark });
    at = mark.end;
  }
  if (at < text.length) made.push({ text: text.slice(at), mark: null });
  return made;
}
