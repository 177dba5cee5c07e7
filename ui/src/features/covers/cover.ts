// A cover drawn from a product's id: the same id always gives the same sleeve. Pure: no clock, no chance, no DOM.

import { FAMILIES, type FamilyName } from "./families";

/** Four colours: the ground, the main figure, the second one, and a small accent. */
export type Palette = readonly [ground: string, main: string, second: string, accent: string];

export type Shape =
  | { tag: "rect"; x: number; y: number; w: number; h: number; fill: string }
  | { tag: "circle"; cx: number; cy: number; r: number; fill: string; stroke: string; width: number }
  | { tag: "path"; d: string; fill: string; stroke: string; width: number };

/** Shapes on a square of 100 by 100, first to last. */
export type Cover = { family: FamilyName; palette: Palette; shapes: Shape[] };

/** A number in [0, 1), another one each time. */
export type Dice = () => number;

export const PALETTES: readonly Palette[] = [
  ["#e8512b", "#f6ead8", "#1c1a17", "#f3c14f"],
  ["#184b5c", "#f3c14f", "#f6ead8", "#e8512b"],
  ["#eee3cf", "#d3401c", "#1c1a17", "#184b5c"],
  ["#2f3e30", "#d9e3a3", "#f6ead8", "#e08e45"],
  ["#f3c14f", "#1c1a17", "#fffdf8", "#d3401c"],
  ["#6b2c5e", "#f6ead8", "#f29a8c", "#f3c14f"],
  ["#1c1a17", "#f6ead8", "#e8512b", "#8fb8a8"],
  ["#cbd5d3", "#184b5c", "#b64023", "#1c1a17"],
  ["#b8402d", "#f3c14f", "#f6ead8", "#1c1a17"],
  ["#27344e", "#e5e0d5", "#e8512b", "#f3c14f"],
  ["#f2b5a7", "#7a1f2b", "#fff6ea", "#1e6b62"],
  ["#1e6b62", "#f4e3c1", "#f2856d", "#0f2e2b"],
  ["#c9b8db", "#3a2352", "#f6ead8", "#d3401c"],
  ["#0f2747", "#8fc1e3", "#f6ead8", "#f3c14f"],
  ["#dde3c2", "#3c5a2a", "#d9772f", "#1c1a17"],
];

export function coverOf(id: string): Cover {
  const roll = dice(hash(id));
  const family = pick(FAMILIES, roll);
  const palette = pick(PALETTES, roll);
  return { family: family.name, palette, shapes: family.draw(palette, roll) };
}

/** Chosen so that the products of the two demo vendors get ten different sleeves. */
const SEED = 1729787;

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = SEED;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 16777619);
  }
  return value >>> 0;
}

/** Mulberry32. */
function dice(seed: number): Dice {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function pick<T>(from: readonly T[], roll: Dice): T {
  return from[Math.floor(roll() * from.length)] as T;
}
