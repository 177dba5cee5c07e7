// A trial from its preview to the license. It sends nothing by itself: `send` does, after `prepare` was shown.

import type { Activated } from "../../backend/types";
import type { Session } from "../../session.svelte";
import { Claim } from "../claim/claim.svelte";

export class Trying extends Claim<Activated> {
  readonly vendor: string;
  readonly product: string;

  constructor(session: Session, vendor: string, product: string) {
    super(session);
    this.vendor = vendor;
    this.product = product;
  }

  /** Nothing leaves: shows what would begin the trial, and what would activate it. */
  prepare(): Promise<boolean> {
    return this.attempt(async () => {
      this.prepared = await this.session.backend.prepareTrial(this.vendor, this.product);
    });
  }

  send(): Promise<boolean> {
    return this.attempt(async () => {
      const preview = this.prepared?.preview;
      if (preview === undefined) return;
      this.done = await this.leaving.during(() => this.session.backend.sendTrial(preview));
    });
  }
}
