// What is asked of a vendor's own server, from its preview to the answer: a registration, a trial, a transfer.

import type { Failure, Prepared } from "../../backend/types";
import { failureOf, type Session } from "../../session.svelte";
import { Leaving } from "../preview/leaving.svelte";

export abstract class Claim<Done> {
  /** To be seen before it is sent. */
  prepared = $state.raw<Prepared | null>(null);
  done = $state.raw<Done | null>(null);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);

  readonly leaving: Leaving;
  protected readonly session: Session;
  #left = false;

  constructor(session: Session) {
    this.session = session;
    this.leaving = new Leaving(session);
  }

  /** Another page is looked at. What is being sent goes on to its end; only a failure is told there. */
  async leave(): Promise<void> {
    if (this.leaving.isBegun) this.#left = true;
    else await this.back();
  }

  /** What was prepared is forgotten. */
  async back(): Promise<void> {
    const left = this.held().filter((prepared) => prepared !== null);
    this.forget();
    if (!this.done) for (const { preview } of left) await this.session.backend.discard(preview).catch(() => undefined);
  }

  /** What the program keeps until it is sent or forgotten. */
  protected held(): (Prepared | null)[] {
    return [this.prepared];
  }

  protected forget(): void {
    this.prepared = null;
  }

  /** Whether it went well. What failed is prepared anew. */
  protected async attempt(act: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    this.failure = null;
    try {
      await act();
      return true;
    } catch (thrown) {
      this.failure = failureOf(thrown);
      if (this.#left) this.session.trouble = this.failure;
      this.forget();
      return false;
    } finally {
      // What was left open, and what is the account's now, the vendors and the library say.
      if (this.done || this.failure) await Promise.all([this.session.loadVendors(), this.session.loadLibrary()]);
      this.busy = false;
      if (this.#left) await this.back();
    }
  }
}
