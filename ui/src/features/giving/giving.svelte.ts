// Giving a license away: the question whether it can be, then all that does it; or a message. It sends nothing by itself: `ask`
// and `send` do, each after it was shown.

import type { Library, Message, OwnedLicense, Prepared, ProductCard, Transferred } from "../../backend/types";
import { href } from "../../route.svelte";
import type { Session } from "../../session.svelte";
import { t } from "../../words/words";
import { Claim } from "../claim/claim.svelte";

/** What is given away, as the library had it before it went: one that is here, or an account's; and its product, if it is known. */
export type Given = { card: ProductCard | undefined; owned: OwnedLicense | undefined; about: ProductCard | undefined };

export function givenOf(license: string, library: Library | null): Given {
  const card = library?.products.find(({ licenses }) => licenses.some(({ id }) => id === license));
  const owned = library?.owned.find(({ id }) => id === license);
  return { card, owned, about: card ?? library?.products.find(({ vendor, id }) => vendor === owned?.vendor && id === owned.productId) };
}

// What is `prepared` gives it away, once the vendor said that it can be.
export class GivingAway extends Claim<Transferred> {
  recipient = $state("");
  /** The question, to be seen before it is asked. */
  question = $state.raw<Prepared | null>(null);
  message = $state.raw<Message | null>(null);
  copied = $state(false);

  readonly license: string;
  readonly given: Given;

  constructor(session: Session, license: string, given: Given) {
    super(session, href({ page: "transfer", license }));
    this.license = license;
    this.given = given;
  }

  /** The product. */
  get named(): string {
    return this.given.card?.name ?? this.given.owned?.product ?? "";
  }

  protected get title(): string {
    return t("giving.title", { product: this.named });
  }

  override get licenses(): string[] {
    return [this.license];
  }

  /** Nothing leaves: shows the question. */
  prepare(): Promise<boolean> {
    return this.attempt(async () => {
      this.question = await this.session.backend.prepareTransfer(this.license, this.recipient.trim());
    });
  }

  ask(): Promise<boolean> {
    return this.attempt(async () => {
      const preview = this.question?.preview;
      if (preview === undefined) return;
      this.prepared = await this.leaving.during(() => this.session.backend.askTransfer(preview));
      this.question = null;
    });
  }

  send(): Promise<boolean> {
    return this.attempt(async () => {
      const preview = this.prepared?.preview;
      if (preview === undefined) return;
      this.done = await this.leaving.during(() => this.session.backend.sendTransfer(preview));
    });
  }

  /** Nothing leaves at all: the message is the user's to send. */
  write(): Promise<boolean> {
    return this.attempt(async () => {
      this.copied = false;
      this.message = await this.session.backend.transferMessage(this.license, this.#typed());
    });
  }

  copy(): Promise<boolean> {
    return this.attempt(async () => {
      await this.session.backend.copyTransferMessage(this.license, this.#typed());
      this.copied = true;
    });
  }

  open(): Promise<boolean> {
    return this.attempt(async () => void (await this.session.backend.openTransferMessage(this.license, this.#typed())));
  }

  /** Back to the address. */
  override async back(): Promise<void> {
    this.message = null;
    await super.back();
  }

  protected override held(): (Prepared | null)[] {
    return [this.question, ...super.held()];
  }

  protected override forget(): void {
    super.forget();
    this.question = null;
  }

  #typed(): string | null {
    return this.recipient.trim() || null;
  }
}
