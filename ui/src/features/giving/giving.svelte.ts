// Giving a license away: the question whether it can be, then all that does it; or a message. It sends nothing by itself: `ask`
// and `send` do, each after it was shown.

import type { Failure, Message, Prepared, Transferred } from "../../backend/types";
import { failureOf, type Session } from "../../session.svelte";

export class GivingAway {
  recipient = $state("");
  /** The question, to be seen before it is asked. */
  question = $state.raw<Prepared | null>(null);
  /** What gives it away, once the vendor said that it can be. */
  prepared = $state.raw<Prepared | null>(null);
  message = $state.raw<Message | null>(null);
  done = $state.raw<Transferred | null>(null);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);
  copied = $state(false);

  readonly license: string;
  readonly #session: Session;

  constructor(session: Session, license: string) {
    this.#session = session;
    this.license = license;
  }

  /** Nothing leaves: shows the question. */
  prepare(): Promise<void> {
    return this.#try(async () => {
      this.question = await this.#session.backend.prepareTransfer(this.license, this.recipient.trim());
    });
  }

  ask(): Promise<void> {
    return this.#try(async () => {
      const preview = this.question?.preview;
      if (preview === undefined) return;
      this.prepared = await this.#session.sending(() => this.#session.backend.askTransfer(preview));
      this.question = null;
    });
  }

  send(): Promise<void> {
    return this.#try(async () => {
      const preview = this.prepared?.preview;
      if (preview === undefined) return;
      this.done = await this.#session.sending(() => this.#session.backend.sendTransfer(preview));
    });
  }

  /** Nothing leaves at all: the message is the user's to send. */
  write(): Promise<void> {
    return this.#try(async () => {
      this.copied = false;
      this.message = await this.#session.backend.transferMessage(this.license, this.#typed());
    });
  }

  copy(): Promise<void> {
    return this.#try(async () => {
      await this.#session.backend.copyTransferMessage(this.license, this.#typed());
      this.copied = true;
    });
  }

  open(): Promise<void> {
    return this.#try(async () => void (await this.#session.backend.openTransferMessage(this.license, this.#typed())));
  }

  /** Back to the address; what was prepared is forgotten. */
  async back(): Promise<void> {
    const left = [this.question, this.prepared].filter((prepared) => prepared !== null);
    this.question = null;
    this.prepared = null;
    this.message = null;
    if (!this.done) for (const prepared of left) await this.#session.backend.discard(prepared.preview).catch(() => undefined);
  }

  #typed(): string | null {
    return this.recipient.trim() || null;
  }

  async #try(act: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.failure = null;
    try {
      await act();
    } catch (thrown) {
      this.failure = failureOf(thrown);
      this.question = null;
      this.prepared = null;
    } finally {
      if (this.done || this.failure) await Promise.all([this.#session.loadVendors(), this.#session.loadLibrary()]);
      this.busy = false;
    }
  }
}
