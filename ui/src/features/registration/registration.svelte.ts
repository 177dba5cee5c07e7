// A registration from what came in the box to the answer. It sends nothing by itself: `send` does, after `prepare` was shown.

import type { BoughtField, Failure, Prepared, Registered } from "../../backend/types";
import { failureOf, type Session } from "../../session.svelte";

export class Registration {
  /** What was typed or chosen, by what the vendor asks for. */
  given = $state<Record<BoughtField, string>>({ product: "", product_serial: "", unlock_code: "" });
  prepared = $state.raw<Prepared | null>(null);
  done = $state.raw<Registered | null>(null);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);

  readonly vendor: string;
  readonly #session: Session;

  constructor(session: Session, vendor: string) {
    this.#session = session;
    this.vendor = vendor;
  }

  get asked(): BoughtField[] {
    return this.#session.vendor(this.vendor)?.registersWith ?? [];
  }

  get ready(): boolean {
    return this.asked.every((field) => this.given[field].trim() !== "");
  }

  /** Nothing leaves: shows what the registration would send. */
  prepare(): Promise<boolean> {
    return this.#try(async () => {
      const of = (field: BoughtField): string | null => (this.asked.includes(field) ? this.given[field].trim() : null);
      this.prepared = await this.#session.backend.prepareRegistration(this.vendor, of("product"), of("product_serial"), of("unlock_code"));
    });
  }

  send(): Promise<boolean> {
    return this.#try(async () => {
      const preview = this.prepared?.preview;
      if (preview === undefined) return;
      this.done = await this.#session.sending(() => this.#session.backend.sendRegistration(preview));
      this.given = { product: "", product_serial: "", unlock_code: "" };
    });
  }

  /** Back to what was typed; what was prepared is forgotten. */
  async back(): Promise<void> {
    const { prepared } = this;
    this.prepared = null;
    if (prepared && !this.done) await this.#session.backend.discard(prepared.preview).catch(() => undefined);
  }

  async #try(act: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    this.failure = null;
    try {
      await act();
      return true;
    } catch (thrown) {
      this.failure = failureOf(thrown);
      this.prepared = null;
      return false;
    } finally {
      // What was left open, and what is the account's now, the vendors and the library say.
      if (this.done || this.failure) await Promise.all([this.#session.loadVendors(), this.#session.loadLibrary()]);
      this.busy = false;
    }
  }
}
