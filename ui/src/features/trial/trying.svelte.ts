// A trial from its preview to the license. It sends nothing by itself: `send` does, after `prepare` was shown.

import type { Activated, TrialPlan } from "../../backend/types";
import { href } from "../../route.svelte";
import type { Session } from "../../session.svelte";
import { t } from "../../words/words";
import { Claim } from "../claim/claim.svelte";
import { Naming } from "../license/naming.svelte";

export class Trying extends Claim<Activated> {
  /** What is prepared, and the name in it. */
  plan = $state.raw<TrialPlan | null>(null);
  readonly naming = new Naming((name) => this.#rename(name));

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
      this.#show(await this.session.backend.prepareTrial(this.vendor, this.tried, null));
      this.naming.begin(this.plan?.deviceName ?? null);
    });
  }

  /** The same under another name; a name that cannot be sent changes nothing. */
  async #rename(name: string): Promise<void> {
    const before = this.prepared;
    if (!before || this.leaving.isBegun) return;
    this.#show(await this.session.backend.prepareTrial(this.vendor, this.tried, name));
    void this.session.backend.discard(before.preview).catch(() => undefined);
  }

  #show(plan: TrialPlan): void {
    this.plan = plan;
    this.prepared = plan.plan;
  }

  /** Sends what is shown, once the preview has come up with the name. */
  async send(): Promise<boolean> {
    if (!this.naming.isSettled && !(await this.naming.allows())) return false;
    return this.attempt(async () => {
      const preview = this.prepared?.preview;
      if (preview === undefined) return;
      this.done = await this.leaving.during(() => this.session.backend.sendTrial(preview));
    });
  }
}
