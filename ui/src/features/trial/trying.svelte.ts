// A trial from its preview to the license. It sends nothing by itself: `send` does, after `prepare` was shown.

import type { Activated, Failure, Prepared } from "../../backend/types";
import { failureOf, type Session } from "../../session.svelte";

export class Trying {
  prepared = $state.raw<Prepared | null>(null);
  done = $state.raw<Activated | null>(null);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);

  readonly vendor: string;
  readonly product: string;
  readonly #session: Session;

  constructor(session: Session, vendor: string, product: string) {
    this.#session = session;
    this.vendor = vendor;
    this.product = product;
  }

  /** Nothing leaves: shows what would begin the trial, and what would activate it. */
  prepare(): Promise<void> {
    return this.#try(async () => {
      this.prepared = await this.#session.backend.prepareTrial(this.vendor, this.product);
    });
  }

  send(): Promise<void> {
    return this.#try(async () => {
      const preview = this.prepared?.preview;
      if (preview === undefined) return;
      this.done = await this.#session.sending(() => this.#session.backend.sendTrial(preview));
    });
  }

  /** What was prepared is forgotten. */
  async leave(): Promise<void> {
    const { prepared } = this;
    this.prepared = null;
    if (prepared && !this.done) await this.#session.backend.discard(prepared.preview).catch(() => undefined);
  }

  async #try(act: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.failure = null;
    try {
      await act();
    } catch (thrown) {
      this.failure = failureOf(thrown);
      this.prepared = null;
    } finally {
      if (this.done || this.failure) await Promise.all([this.#session.loadVendors(), this.#session.loadLibrary()]);
      this.busy = false;
    }
  }
}
