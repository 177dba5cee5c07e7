// What is known against the record: found by a check, or seen without one. It outlives the page: what is broken stays said
// until a check finds it whole.

import type { Backend } from "../../backend/backend";
import type { LedgerCheck, LedgerLine } from "../../backend/types";

export class Health {
  check = $state.raw<LedgerCheck | null>(null);
  /** What is wrong was read, and is said in one line from then on. */
  folded = $state(false);
  /** It does not end where it was remembered to; as far as that is known without a check. */
  short = $state(false);

  readonly #backend: Backend;
  readonly #altered = $derived(new Set(this.check?.altered));

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** What asks for the eye although nobody has asked: lines are gone, and no check says which. */
  get warns(): boolean {
    return this.short && (this.check === null || this.check.intact);
  }

  isAltered(line: LedgerLine): boolean {
    return line.altered || this.#altered.has(line.id);
  }

  async ask(): Promise<void> {
    this.check = await this.#backend.ledgerCheck();
    this.folded = false;
    await this.glance();
  }

  /** Where the end cannot be told, nothing is known against it. */
  async glance(): Promise<void> {
    this.short = await this.#backend.ledgerEndsWhole().then((whole) => !whole, () => false);
  }

  /** It was whole when it was checked, and something has changed since, or was read. */
  forget(): void {
    if (this.check?.intact) this.check = null;
  }

  close(): void {
    if (this.check?.intact) this.check = null;
    else this.folded = true;
  }
}
