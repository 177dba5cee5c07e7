// The families of covers. Each draws on a square of 100 by 100 whose ground is painted first.

import type { Dice, Palette, Shape } from "./cover";

export type FamilyName =
  | "disc" | "bars" | "diagonal" | "rings" | "horizon" | "waves" | "dots"
  | "overlap" | "sun" | "blocks" | "quarters" | "stairs" | "hills" | "grooves";

type Family = { name: FamilyName; draw: (palette: Palette, roll: Dice) => Shape[] };

export const FAMILIES: readonly Family[] = [
  { name: "disc", draw: disc },
  { name: "bars", draw: bars },
  { name: "diagonal", draw: diagonal },
  { name: "rings", draw: rings },
  { name: "horizon", draw: horizon },
  { name: "waves", draw: waves },
  { name: "dots", draw: dots },
  { name: "overlap", draw: overlap },
  { name: "sun", draw: sun },
  { name: "blocks", draw: blocks },
  { name: "quarters", draw: quarters },
  { name: "stairs", draw: stairs },
  { name: "hills", draw: hills },
  { name: "grooves", draw: grooves },
];

const rect = (x: number, y: number, w: number, h: number, fill: string): Shape => ({ tag: "rect", x, y, w, h, fill });
const ball = (cx: number, cy: number, r: number, fill: string): Shape =>
  ({ tag: "circle", cx, cy, r, fill, stroke: "none", width: 0 });
const ring = (cx: number, cy: number, r: number, stroke: string, width: number): Shape =>
  ({ tag: "circle", cx, cy, r, fill: "none", stroke, width });
const area = (d: string, fill: string): Shape => ({ tag: "path", d, fill, stroke: "none", width: 0 });
const stroke = (d: string, colour: string, width: number): Shape => ({ tag: "path", d, fill: "none", stroke: colour, width });

const ground = (colour: string): Shape => rect(0, 0, 100, 100, colour);
const between = (roll: Dice, low: number, high: number): number => low + roll() * (high - low);
const whole = (roll: Dice, low: number, high: number): number => Math.floor(between(roll, low, high + 1));
const round = (value: number): number => Math.round(value * 100) / 100;

function disc([base, main, second, accent]: Palette, roll: Dice): Shape[] {
  const r = between(roll, 31, 37);
  const cx = roll() < 0.6 ? 50 : between(roll, 46, 62);
  const label = roll() < 0.5 ? base : accent;
  return [ground(base), ball(cx, 50, r, main), ball(cx, 50, r * 0.36, label), ball(cx, 50, 2.1, second)];
}

function bars([base, main, , accent]: Palette, roll: Dice): Shape[] {
  const count = whole(roll, 9, 12);
  const step = 78 / count;
  const loud = roll() < 0.5 ? whole(roll, 1, count - 2) : -1;
  const phase = roll() * 6;
  return [
    ground(base),
    ...Array.from({ length: count }, (_, i) => {
      const half = 11 + 19 * Math.abs(Math.sin(phase + i * 0.62)) + roll() * 5;
      return rect(round(11 + i * step), round(50 - half), round(step * 0.6), round(half * 2), i === loud ? accent : main);
    }),
  ];
}

function diagonal([base, main, second]: Palette, roll: Dice): Shape[] {
  const rising = roll() < 0.6;
  const x = between(roll, 24, 34);
  return [
    ground(base),
    area(rising ? "M0 100 100 0V100Z" : "M0 0 100 100H0Z", main),
    ball(round(rising ? x : 100 - x), round(between(roll, 24, 34)), round(between(roll, 13, 18)), second),
  ];
}

function rings([base, main, , accent]: Palette, roll: Dice): Shape[] {
  const count = whole(roll, 6, 8);
  const step = 40 / count;
  const cx = roll() < 0.65 ? 50 : between(roll, 38, 62);
  return [
    ground(base),
    ...Array.from({ length: count }, (_, i) => ring(round(cx), 50, round(5.5 + (i * 38) / (count - 0.6)), main, round(step * 0.42))),
    ball(round(cx), 50, 3, roll() < 0.5 ? accent : main),
  ];
}

function horizon([base, main, second]: Palette, roll: Dice): Shape[] {
  const y = round(between(roll, 52, 64));
  const cx = round(between(roll, 34, 68));
  const r = round(between(roll, 18, 25));
  return [
    ground(base),
    rect(0, y, 100, 100 - y, main),
    area(`M${cx - r} ${y}a${r} ${r} 0 0 1 ${2 * r} 0Z`, second),
    area(`M${cx - r} ${y}a${r} ${r} 0 0 0 ${2 * r} 0Z`, base),
  ];
}

function waves([base, main, second]: Palette, roll: Dice): Shape[] {
  const count = whole(roll, 5, 7);
  const lift = between(roll, 14, 22);
  const line = (y: number): string => `M-5 ${y}C15 ${y - lift} 30 ${y + lift} 50 ${y}S85 ${y - lift * 1.3} 105 ${y + lift * 0.3}`;
  const top = 50 - (count - 1) * 4.6;
  return [
    ground(base),
    ...Array.from({ length: count }, (_, i) => stroke(line(round(top + i * 9.2)), i % 2 ? second : main, 3.3)),
  ];
}

function dots([base, main, second]: Palette, roll: Dice): Shape[] {
  const sizes = [3, 4.6, 7.6, 10];
  const shapes = [ground(base)];
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      const r = sizes[whole(roll, 0, 3)] ?? 4;
      shapes.push(ball(16 + column * 22.7, 16 + row * 22.7, r, roll() < 0.3 ? second : main));
    }
  }
  return shapes;
}

function overlap([base, main, second, accent]: Palette, roll: Dice): Shape[] {
  const side = round(between(roll, 54, 62));
  const x = round(between(roll, 12, 20));
  const shift = round(between(roll, 14, 20));
  const inner = side - shift;
  const third = accent === base ? second : accent;
  return [
    ground(base),
    rect(x, x, side, side, main),
    rect(x + shift, x + shift, side, side, second),
    rect(x + shift, x + shift, inner, inner, third),
  ];
}

function sun([base, main, , accent]: Palette, roll: Dice): Shape[] {
  const count = whole(roll, 9, 13);
  const cy = roll() < 0.5 ? 50 : 100;
  const turn = roll() * 0.4;
  const rays = Array.from({ length: count }, (_, i) => {
    const from = turn + (i * 2 * Math.PI) / count;
    const to = from + Math.PI / count;
    const at = (angle: number): string => `${round(50 + 160 * Math.cos(angle))} ${round(cy + 160 * Math.sin(angle))}`;
    return area(`M50 ${cy}L${at(from)} ${at(to)}Z`, main);
  });
  return [ground(base), ...rays, ...(cy === 100 || roll() < 0.4 ? [ball(50, cy, cy === 100 ? 24 : 13, accent)] : [])];
}

function blocks([base, main, second, accent]: Palette, roll: Dice): Shape[] {
  const split = round(between(roll, 38, 48));
  const right = split + 8;
  const width = 88 - right;
  const tall = rect(12, 12, split - 12, 76, main);
  const square = rect(right, 12, width, round(between(roll, 32, 36)), second);
  const r = Math.min(width, 36) / 2;
  const figure = roll() < 0.6
    ? ball(round(right + width / 2), round(88 - r), round(r), main)
    : area(`M${right} 88 ${right + width} 88 ${right + width} 54Z`, accent);
  return [ground(base), tall, square, figure];
}

function quarters([base, main, second, accent]: Palette, roll: Dice): Shape[] {
  const inks = [main, second, main, accent];
  const shapes = [ground(base)];
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      const [x, y, s] = [round(11 + column * 26), round(11 + row * 26), 26];
      const paths = [
        `M${x} ${y}h${s}a${s} ${s} 0 0 1 ${-s} ${s}Z`,
        `M${x + s} ${y}v${s}a${s} ${s} 0 0 1 ${-s} ${-s}Z`,
        `M${x + s} ${y + s}h${-s}a${s} ${s} 0 0 1 ${s} ${-s}Z`,
        `M${x} ${y + s}v${-s}a${s} ${s} 0 0 1 ${s} ${s}Z`,
      ];
      shapes.push(area(paths[whole(roll, 0, 3)] ?? "", inks[whole(roll, 0, 3)] ?? main));
    }
  }
  return shapes;
}

function stairs([base, main, second, accent]: Palette, roll: Dice): Shape[] {
  const count = whole(roll, 4, 6);
  const step = 100 / count;
  const up = roll() < 0.5;
  const shapes = [ground(base)];
  for (let i = 0; i < count; i++) {
    const height = (up ? i + 1 : count - i) * step * 0.82;
    shapes.push(rect(round(i * step), round(100 - height), round(step + 0.2), round(height), i % 2 ? second : main));
  }
  shapes.push(ball(up ? 22 : 78, 22, 9, accent));
  return shapes;
}

function hills([base, main, second, accent]: Palette, roll: Dice): Shape[] {
  const near = round(between(roll, 30, 42));
  const far = round(between(roll, 22, 30));
  const left = round(between(roll, 22, 40));
  return [
    ground(base),
    ball(round(100 - left), 30, round(between(roll, 9, 13)), accent),
    area(`M${round(100 - left - far * 1.5)} 100a${far * 1.5} ${far * 1.9} 0 0 1 ${far * 3} 0Z`, second),
    area(`M${left - near} 100a${near} ${near * 1.2} 0 0 1 ${near * 2} 0Z`, main),
  ];
}

function grooves([base, main, second, accent]: Palette, roll: Dice): Shape[] {
  const corner = roll() < 0.5 ? 0 : 100;
  const count = whole(roll, 6, 8);
  const loud = whole(roll, 2, count - 2);
  return [
    ground(base),
    ...Array.from({ length: count }, (_, i) => ring(corner, 100, round(20 + i * (92 / count)), i === loud ? second : main, round(44 / count))),
    ball(corner, 100, 12, accent),
  ];
}
