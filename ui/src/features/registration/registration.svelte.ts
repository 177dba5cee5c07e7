// A registration from what came in the box to the answer. It sends nothing by itself: `send` does, after `prepare` was shown.

import type { BoughtField, Registered } from "../../backend/types";
import type { Session } from "../../session.svelte";
import { t } from "../../words/words";
import { Claim } from "../claim/claim.svelte";

export class Registration extends Claim<Registered> {
  /** What was typed or chosen, by what the vendor asks for. */
  given = $state<Record<BoughtField, string>>({ product: "", product_serial: "", unlock_code: "" });

  readonly vendor: string;

  constructor(session: Session, vendor: string, at: string) {
    super(session, at);
    this.vendor = vendor;
  }

  protected get title(): string {
    return t("register.title", { vendor: this.session.vendor(this.vendor)?.name ?? "" });
  }

  get asked(): BoughtField[] {
    return this.session.vendor(this.vendor)?.registersWith ?? [];
  }

  get ready(): boolean {
    return this.asked.every((field) => this.given[field].trim() !== "");
  }

  /** Nothing leaves: shows what the registration would send. */
  prepare(): Promise<boolean> {
    return this.attempt(async () => {
      const of = (field: BoughtField): string | null => (this.asked.includes(field) ? this.given[field].trim() : null);
      this.prepared = await this.session.backend.prepareRegistration(this.vendor, of("product"), of("product_serial"), of("unlock_code"));
    });
  }

  send(): Promise<boolean> {
    return this.attempt(async () => {
      const preview = this.prepared?.preview;
      if (preview === undefined) return;
      this.done = await this.leaving.during(() => this.session.backend.sendRegistration(preview));
      this.given = { product: "", product_serial: "", unlock_code: "" };
    });
  }
}
