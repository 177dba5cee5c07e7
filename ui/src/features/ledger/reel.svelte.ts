// The lines of the ledger as they are read: page by page from the newest, kept fresh at the top while things happen.

import type { Failure, LedgerFilter, LedgerLine, LedgerOutcome } from "../../backend/types";
import { failureOf, type Session } from "../../session.svelte";

export type Show = "all" | "required" | "optional" | "not_sent" | "unknown";
const PAGE_LINES = 200;

export class Reel {
  lines = $state.raw<LedgerLine[]>([]);
  ended = $state(false);
  reading = $state(true);
  failure = $state.raw<Failure | null>(null);
  show = $state<Show>("all");
  vendor = $state("");
  search = $state("");
  items = $state.raw<string[]>([]);
  /** What was written since then; null is ever. */
  since = $state<string | null>(null);

  readonly #session: Session;
  /** Answers to older questions are dropped. */
  #turn = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** From the newest line, for the filter as it is now. */
  async restart(): Promise<void> {
    await this.#read(null, (found) => found);
  }

  async more(): Promise<void> {
    const last = this.lines.at(-1);
    if (this.reading || this.ended || this.failure || !last) return;
    await this.#read(last.id, (found) => [...this.lines, ...found]);
  }

  /** What was written since; lines below stay where they are. */
  async refresh(): Promise<void> {
    const turn = this.#turn;
    try {
      const newest = await this.#session.backend.ledgerPage(this.#filter(null));
      const oldest = newest.at(-1)?.id;
      if (turn !== this.#turn) return;
      this.lines = oldest === undefined ? [] : [...newest, ...this.lines.filter((line) => line.id < oldest)];
      this.failure = null;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  async #read(before: number | null, join: (found: LedgerLine[]) => LedgerLine[]): Promise<void> {
    const turn = ++this.#turn;
    this.reading = true;
    this.failure = null;
    try {
      const found = await this.#session.backend.ledgerPage(this.#filter(before));
      if (turn !== this.#turn) return;
      this.lines = join(found);
      this.ended = found.length < PAGE_LINES;
    } catch (thrown) {
      if (turn === this.#turn) this.failure = failureOf(thrown);
    } finally {
      if (turn === this.#turn) this.reading = false;
    }
  }

  #filter(before: number | null): LedgerFilter {
    const necessity = this.show === "required" || this.show === "optional" ? this.show : null;
    const outcome: LedgerOutcome | null = this.show === "not_sent" || this.show === "unknown" ? this.show : null;
    return { vendor: this.vendor || null, necessity, outcome, items: this.items, since: this.since, search: this.search.trim(), before, limit: PAGE_LINES };
  }
}
