// Where the bars of one's own weeks stand: scales by d3-scale, the rest is markup.

import { scaleBand, scaleLinear } from "d3-scale";
import type { UsageWeek } from "../../backend/types";

export const HEIGHT = 132;
const TOP = 10;
const BOTTOM = 22;
const LEFT = 26;
/** A few weeks do not fill the page: their bars would look like many. */
const WIDEST_STEP = 44;
/** So much room the words below a bar need. */
const LABEL = 58;

export type Bar = { week: UsageWeek; x: number; width: number; middle: number; /** Of all sessions. */ top: number; /** Of those that were sent. */ sentTop: number; label: boolean };
export type Chart = { bars: Bar[]; ticks: { value: number; y: number }[]; floor: number; end: number };

export function chartOf(weeks: UsageWeek[], width: number): Chart {
  const end = Math.min(width, LEFT + weeks.length * WIDEST_STEP);
  const across = scaleBand(weeks.map(({ week }) => week), [LEFT, end]).paddingInner(0.3).paddingOuter(0.2);
  const most = Math.max(1, ...weeks.map(({ sessions }) => sessions));
  const up = scaleLinear([0, most], [HEIGHT - BOTTOM, TOP]).nice(3);
  const every = Math.max(1, Math.ceil(LABEL / across.step()));
  const bars = weeks.map((week, i) => {
    const x = across(week.week) ?? LEFT;
    // Counted from this week, which is the one that is looked for.
    const label = (weeks.length - 1 - i) % every === 0;
    return { week, x, width: across.bandwidth(), middle: x + across.bandwidth() / 2, top: up(week.sessions), sentTop: up(week.sent), label };
  });
  const ticks = up.ticks(3).filter(Number.isInteger).map((value) => ({ value, y: up(value) }));
  return { bars, ticks, floor: up(0), end };
}
