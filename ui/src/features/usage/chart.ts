// Where the bars of one's own weeks stand. Round numbers are d3-array's; d3-scale would come with colors, which cannot be read
// where prototypes are frozen, as the window has them.

import { nice, ticks } from "d3-array";
import type { UsageWeek } from "../../backend/types";

export const HEIGHT = 132;
const TOP = 10;
const BOTTOM = 22;
const LEFT = 26;
/** A few weeks do not fill the page: their bars would look like many. */
const WIDEST_STEP = 44;
/** How much of its week a bar fills. */
const BAR = 0.7;
/** About so many lines go across. */
const TICKS = 3;
/** So much room the words below a bar need. */
const LABEL = 58;

export type Bar = { week: UsageWeek; x: number; width: number; middle: number; /** Of all sessions. */ top: number; /** Of those that were sent. */ sentTop: number; label: boolean };
export type Chart = { bars: Bar[]; ticks: { value: number; y: number }[]; floor: number; left: number; end: number; step: number };

export function chartOf(weeks: UsageWeek[], width: number): Chart {
  const step = Math.min(WIDEST_STEP, (width - LEFT) / Math.max(1, weeks.length));
  const [bar, floor] = [step * BAR, HEIGHT - BOTTOM];
  const [, most] = nice(0, Math.max(1, ...weeks.map(({ sessions }) => sessions)), TICKS);
  const up = (sessions: number): number => floor - (sessions / most) * (floor - TOP);
  const every = Math.ceil(LABEL / step);
  const bars = weeks.map((week, i) => {
    const x = LEFT + i * step + (step - bar) / 2;
    // Counted from this week, which is the one that is looked for.
    const label = (weeks.length - 1 - i) % every === 0;
    return { week, x, width: bar, middle: x + bar / 2, top: up(week.sessions), sentTop: up(week.sent), label };
  });
  const whole = ticks(0, most, TICKS).filter(Number.isInteger);
  return { bars, ticks: whole.map((value) => ({ value, y: up(value) })), floor, left: LEFT, end: LEFT + step * weeks.length, step };
}
