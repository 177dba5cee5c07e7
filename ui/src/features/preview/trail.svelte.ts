// What left of something that was prepared: read from the record, never from the plan.

import type { LedgerLine } from "../../backend/types";
import type { Session } from "../../session.svelte";

const PAGE_LINES = 200;

export class Trail {
  /** Oldest first; none before they were read. */
  lines = $state.raw<LedgerLine[] | null>(null);

  readonly #session: Session;
  /** The newest line of the record before anything left. */
  #from: number | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Something is about to be shown, and nothing of it has left. */
  async begin(): Promise<void> {
    this.lines = null;
    this.#from = await this.#page(null, 1).then(([newest]) => newest?.id ?? 0, () => null);
  }

  async read(): Promise<void> {
    const from = this.#from;
    if (from === null) return;
    const found: LedgerLine[] = [];
    for (let before: number | null = null, more = true; more; before = found.at(-1)?.id ?? null) {
      const page = await this.#page(before, PAGE_LINES);
      found.push(...page.filter(({ id }) => id > from));
      more = page.length === PAGE_LINES && (page.at(-1)?.id ?? 0) > from;
    }
    if (from === this.#from) this.lines = found.filter((line) => line.carrier === "https" && !line.byItself).reverse();
  }

  #page(before: number | null, limit: number): Promise<LedgerLine[]> {
    return this.#session.backend.ledgerPage({ vendor: null, necessity: null, outcome: null, items: [], since: null, search: "", before, limit });
  }
}
