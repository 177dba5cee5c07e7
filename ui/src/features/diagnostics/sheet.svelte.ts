// A text that may be of any length: the program has it, and hands out the rows that are in sight.

import type { TextRow, TextRows } from "../../backend/types";

/** Where a text is read from. `columns` is how wide the page is. */
export type Source = {
  rows(columns: number, from: number, count: number): Promise<TextRows>;
  locate?(columns: number, place: Place): Promise<number>;
};
/** Something to bring into sight: one of the marks, or a line by its number. */
export type Place = { mark: number } | { line: number };

/** So many rows are asked for at a time. */
const CHUNK = 200;
/** More rows lie not below each other: what is drawn cannot be of any height. */
export const PART = 500_000;

export class Sheet {
  /** Of all parts; null until it is known. */
  count = $state<number | null>(null);
  /** The row that the part in sight begins with. */
  offset = $state(0);
  failure = $state.raw<unknown>(null);
  #rows = $state.raw<ReadonlyMap<number, TextRow[]>>(new Map());
  readonly #asked = new Set<number>();
  readonly source: Source;
  readonly columns: number;
  #gone = false;

  constructor(source: Source, columns: number) {
    this.source = source;
    this.columns = columns;
    void this.#read(0);
  }

  /** How many rows the part in sight has. */
  get length(): number {
    return Math.min(PART, Math.max(0, (this.count ?? 0) - this.offset));
  }

  get parts(): number {
    return Math.max(1, Math.ceil((this.count ?? 0) / PART));
  }

  get part(): number {
    return Math.floor(this.offset / PART);
  }

  turnTo(part: number): void {
    this.offset = Math.max(0, Math.min(this.parts - 1, part)) * PART;
  }

  /** A row of the part in sight, once it is here. */
  row(index: number): TextRow | undefined {
    const at = this.offset + index;
    return this.#rows.get(Math.floor(at / CHUNK))?.[at % CHUNK];
  }

  /** The line that a row is of, as far as the rows before it are here. */
  lineOf(index: number): number | null {
    for (let at = index; at >= 0; at--) {
      const row = this.row(at);
      if (!row || row.line !== null) return row?.line ?? null;
    }
    return null;
  }

  /** Has these rows of the part in sight read, if they are not here. */
  want(first: number, last: number): void {
    for (let chunk = Math.floor((this.offset + first) / CHUNK); chunk <= Math.floor((this.offset + last) / CHUNK); chunk++) void this.#read(chunk);
  }

  /** Where a place is, in the part that is in sight then. */
  async find(place: Place): Promise<number> {
    const row = (await this.source.locate?.(this.columns, place)) ?? 0;
    this.offset = Math.floor(row / PART) * PART;
    return row - this.offset;
  }

  /** Nothing is heard any more. */
  leave(): void {
    this.#gone = true;
  }

  async #read(chunk: number): Promise<void> {
    if (this.#asked.has(chunk)) return;
    this.#asked.add(chunk);
    try {
      const { count, rows } = await this.source.rows(this.columns, chunk * CHUNK, CHUNK);
      if (this.#gone) return;
      this.count = count;
      this.#rows = new Map(this.#rows).set(chunk, rows);
    } catch (thrown) {
      if (!this.#gone) this.failure = thrown;
    }
  }
}
