// A trial from its preview to the license. It sends nothing by itself: `send` does, after `prepare` was shown.

import type { Activated } from "../../backend/types";
import { href } from "../../route.svelte";
import type { Session } from "../../session.svelte";
import { t } from "../../words/words";
import { Claim } from "../claim/claim.svelte";

export class Trying extends Claim<Activated> {
  readonly vendor: string;
  /** The product, by its id. */
  readonly tried: string;

  constructor(session: Session, vendor: string, product: string) {
    super(session, href({ page: "trial", vendor, product }));
    this.vendor = vendor;
    this.tried = product;
  }

  protected get title(): string {
    return t("trial.title", { product: this.session.product(this.vendor, this.tried)?.name ?? "" });
  }

  override get product(): { vendor: string; id: string } {
    return { vendor: this.vendor, id: this.tried };
  }

  /** Nothing leaves: shows what would begin the trial, and what would activate it. */
  prepare(): Promise<boolean> {
    return this.attempt(async () => {
      this.prepared = await this.session.backend.prepareTrial(this.vendor, this.tried);
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
