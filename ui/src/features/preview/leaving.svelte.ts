// Whether something that the user sent has begun to leave. A dialog of the system may ask before: until the record has a line
// of it nothing is on its way.

import type { Session } from "../../session.svelte";

export class Leaving {
  readonly #session: Session;
  /** How often the record had been written to when it was begun. */
  #since = $state<number | null>(null);

  constructor(session: Session) {
    this.#session = session;
  }

  /** The user said yes to it; a dialog of the system may still ask. */
  get isBegun(): boolean {
    return this.#since !== null;
  }

  get isOut(): boolean {
    return this.#since !== null && this.#session.ledgerTick > this.#since;
  }

  async during<T>(send: () => Promise<T>): Promise<T> {
    this.#since = this.#session.ledgerTick;
    try {
      return await this.#session.sending(send);
    } finally {
      this.#since = null;
    }
  }
}
