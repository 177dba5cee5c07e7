// The steps of zoom, in percent.

export const ZOOMS = [80, 90, 100, 110, 125, 150, 175, 200];

/** The next step in or out; at the end it stays. */
export function zoomed(from: number, by: 1 | -1): number {
  const nearest = ZOOMS.reduce((best, step) => (Math.abs(step - from) < Math.abs(best - from) ? step : best));
  return ZOOMS[ZOOMS.indexOf(nearest) + by] ?? nearest;
}
