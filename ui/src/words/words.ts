// Words, numbers and dates of the window. Every sentence comes from the catalogue; plurals are ICU, dates are Intl's.

import { IntlMessageFormat } from "intl-messageformat";
import { en } from "./en";

export type Key = keyof typeof en;
export type Values = Record<string, string | number>;
/** A stretch of a sentence; `<b>` in the catalogue makes it strong. */
export type Part = { text: string; strong: boolean };

const LOCALE = "en-GB";
const compiled = new Map<Key, IntlMessageFormat>();

export function t(key: Key, values: Values = {}): string {
  return parts(key, values).map((part) => part.text).join("");
}

export function parts(key: Key, values: Values = {}): Part[] {
  let message = compiled.get(key);
  if (!message) {
    message = new IntlMessageFormat(en[key], LOCALE);
    compiled.set(key, message);
  }
  const strong = (inside: unknown[]): Part => ({ text: inside.join(""), strong: true });
  const made = message.format<Part>({ ...values, b: strong });
  return (Array.isArray(made) ? made : [made]).map((part) =>
    typeof part === "string" ? { text: part, strong: false } : part,
  );
}

/** What stands in the place of a value that is hidden, so that it is not selected, read aloud or printed either. As long, so that nothing moves. */
export const hidden = (value: string): string => "•".repeat([...value].length);

/** A word for an id of a closed list; the id itself where the catalogue has none. */
export function term(list: "item" | "purpose", id: string): string {
  const key = `${list}.${id}`;
  return key in en ? t(key as Key) : id.replaceAll("_", " ");
}

/** Made once, for making one costs more than a hundred uses of it; and not before it is used, for the first page needs few. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const whole = once(() => new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 }));
const tenths = once(() => new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 }));
const plain = once(() => new Intl.NumberFormat(LOCALE));

export function bytes(count: number): string {
  if (count < 1000) return `${count}\u00a0B`;
  const [value, unit] = count < 1_000_000 ? [count / 1000, "kB"] : [count / 1_000_000, "MB"];
  return `${(value < 10 ? tenths : whole)().format(value)}\u00a0${unit}`;
}

export const number = (value: number): string => plain().format(value);

const format = (options: Intl.DateTimeFormatOptions): ((iso: string) => string) => {
  const made = once(() => new Intl.DateTimeFormat(LOCALE, options));
  return (iso) => (Number.isNaN(Date.parse(iso)) ? iso : made().format(new Date(iso)));
};

const collator = once(() => new Intl.Collator(LOCALE, { numeric: true }));

/** Which of two names comes first; 2 before 10. */
export const inOrder = (a: string, b: string): number => collator().compare(a, b);

/** 22 November 2026 */
export const day = format({ day: "numeric", month: "long", year: "numeric" });
/** 22 Nov */
export const shortDay = format({ day: "numeric", month: "short" });
/** 22 Nov 2025 */
export const shortDayYear = format({ day: "numeric", month: "short", year: "numeric" });
/** 10:42:07 */
export const clock = format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
/** 22 November 2026, 10:42:07 */
export const moment = (iso: string): string => `${day(iso)}, ${clock(iso)}`;
/** The same of a time that somebody else wrote, which may be none. */
export const momentOr = (iso: string): string => (Number.isNaN(Date.parse(iso)) ? iso : moment(iso));
/** The same in UTC, for whoever hovers over it. */
export const utc = (iso: string): string => `${iso.replace("T", " ").replace(/(\.\d+)?Z$/, "")} UTC`;

/** What a list shows: the time today, else the day, with the year when it is another one. */
export function briefly(iso: string, now: Date = new Date()): string {
  const at = new Date(iso);
  if (at.toDateString() === now.toDateString()) return clock(iso);
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (at.toDateString() === yesterday.toDateString()) return t("date.yesterday");
  return at.getFullYear() === now.getFullYear() ? shortDay(iso) : shortDayYear(iso);
}

/** One of them, and which is not known. */
export function either(words: string[]): string {
  return new Intl.ListFormat(LOCALE, { type: "disjunction" }).format(words);
}

export function list(words: string[]): string {
  return new Intl.ListFormat(LOCALE, { type: "conjunction" }).format(words);
}
