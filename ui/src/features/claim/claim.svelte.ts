// What is asked of a vendor's own server, from its preview to the answer: a registration, a trial, a transfer.

import type { Failure, Prepared } from "../../backend/types";
import { failureOf, type Session } from "../../session.svelte";
import { t } from "../../words/words";
import { Going, type Said } from "../going/going.svelte";
import { Leaving } from "../preview/leaving.svelte";

export abstract class Claim<Done> extends Going {
  /** To be seen before it is sent. */
  prepared = $state.raw<Prepared | null>(null);
  done = $state.raw<Done | null>(null);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);

  readonly leaving: Leaving;
  protected readonly session: Session;
  readonly at: string;

  constructor(session: Session, at: string) {
    super();
    this.at = at;
    this.session = session;
    this.leaving = new Leaving(session);
  }

  /** What it is called where its page is not seen. */
  protected abstract get title(): string;

  get isUnderWay(): boolean {
    return this.leaving.isBegun;
  }

  get said(): Said | null {
    const what = this.title;
    if (this.leaving.isBegun) return this.leaving.isOut ? { tone: "plain", title: t("going.now", { what }) } : null;
    if (this.failure) return { tone: "attention", title: t("going.failed", { what }), failure: this.failure };
    if (this.done) return { tone: "calm", title: t("going.done", { what }) };
    return this.prepared ? { tone: "calm", title: t("going.next", { what }) } : null;
  }

  end(): Promise<void> {
    return this.back();
  }

  /** Nothing was shown, sent or refused yet. */
  get isNew(): boolean {
    return !this.busy && !this.done && !this.failure && this.held().every((prepared) => prepared === null);
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
      this.forget();
      return false;
    } finally {
      // What was left open, and what is the account's now, the vendors and the library say.
      if (this.done || this.failure) await Promise.all([this.session.loadVendors(), this.session.loadLibrary()]);
      this.busy = false;
    }
  }
}
