// The lines of the ledger as they are read: page by page from the newest, kept fresh at the top while things happen.

import type { Failure, LedgerFilter, LedgerLine, LedgerOutcome } from "../../backend/types";
import { failureOf, type Session } from "../../session.svelte";

export type Show = "all" | "required" | "optional" | "refused" | "not_sent" | "unknown";
const PAGE_LINES = 200;
/** What the record says of each line that was refused, so that a search finds it. */
const REFUSED = "refused";

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
  /** The oldest line that was read, also where it is not listed. */
  #last: number | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  /** From the newest line, for the filter as it is now. */
  async restart(): Promise<void> {
    await this.#read(null, (found) => found);
  }

  async more(): Promise<void> {
    if (this.reading || this.ended || this.failure || this.#last === null) return;
    await this.#read(this.#last, (found) => [...this.lines, ...found]);
  }

  /** What was written since; lines below stay where they are. */
  async refresh(): Promise<void> {
    const turn = this.#turn;
    try {
      const newest = await this.#session.backend.ledgerPage(this.#filter(null));
      const oldest = newest.at(-1)?.id;
      if (turn !== this.#turn) return;
      this.lines = oldest === undefined ? [] : [...this.#fitting(newest), ...this.lines.filter((line) => line.id < oldest)];
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
      const listed: LedgerLine[] = [];
      let found: LedgerLine[];
      let last = before;
      // A page of which nothing is listed is no end.
      do {
        found = await this.#session.backend.ledgerPage(this.#filter(last));
        if (turn !== this.#turn) return;
        listed.push(...this.#fitting(found));
        last = found.at(-1)?.id ?? last;
      } while (!listed.length && found.length === PAGE_LINES);
      this.#last = last;
      this.lines = join(listed);
      this.ended = found.length < PAGE_LINES;
    } catch (thrown) {
      if (turn === this.#turn) this.failure = failureOf(thrown);
    } finally {
      if (turn === this.#turn) this.reading = false;
    }
  }

  /** Another line may hold that word, too. */
  #fitting(found: LedgerLine[]): LedgerLine[] {
    return this.show === "refused" ? found.filter((line) => line.refused) : found;
  }

  #filter(before: number | null): LedgerFilter {
    const necessity = this.show === "required" || this.show === "optional" ? this.show : null;
    const outcome: LedgerOutcome | null = this.show === "not_sent" || this.show === "unknown" ? this.show : null;
    const search = `${this.show === "refused" ? REFUSED : ""} ${this.search}`.trim();
    return { vendor: this.vendor || null, necessity, outcome, items: this.items, since: this.since, search, before, limit: PAGE_LINES };
  }
}
