// A sign-in from the typed password to the answer. It sends nothing by itself: `send` does, after `prepare` was shown.

import type { Failure, Prepared, SignedIn } from "../../backend/types";
import { href } from "../../route.svelte";
import { failureOf, type Session } from "../../session.svelte";
import { t } from "../../words/words";
import { Going, type Said } from "../going/going.svelte";

/** Where a sign-in at a vendor is looked at that goes on: also one that was begun on the way to something else. */
export const signInAt = (vendor: string): string => href({ page: "sign-in", vendor });

export class SignIn extends Going {
  email = $state("");
  password = $state("");
  code = $state("");
  wantsCode = $state(false);
  prepared = $state.raw<Prepared | null>(null);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);
  /** Somebody is signed in now. */
  done = $state.raw<SignedIn | null>(null);
  #isOut = $state(false);

  readonly vendor: string;
  readonly #session: Session;

  constructor(session: Session, vendor: string) {
    super();
    this.#session = session;
    this.vendor = vendor;
  }

  get at(): string {
    return signInAt(this.vendor);
  }

  get isUnderWay(): boolean {
    return this.#isOut;
  }

  override get hasPage(): boolean {
    return this.done === null;
  }

  get said(): Said | null {
    const what = t("signIn.title", { vendor: this.#session.vendor(this.vendor)?.name ?? "" });
    if (this.#isOut) return { tone: "plain", title: t("going.now", { what }) };
    if (this.failure) return { tone: "attention", title: t("going.failed", { what }), failure: this.failure };
    // The library greets by itself whoever comes to it.
    if (!this.done || this.done !== this.#session.welcomed) return null;
    const { vendor, licenses } = this.done;
    return {
      tone: "calm",
      title: t("signIn.as", { vendor: vendor.name, email: this.#session.shown(vendor.account?.email ?? "") }),
      text: licenses ? t("signIn.owns", { count: licenses.count }) : undefined,
    };
  }

  get ready(): boolean {
    return this.email.trim() !== "" && this.password !== "" && (!this.wantsCode || this.code.trim() !== "");
  }

  /** Nothing leaves: shows what the sign-in would send. */
  async prepare(): Promise<void> {
    await this.#try(async () => {
      const code = this.wantsCode ? this.code.trim() : null;
      this.prepared = await this.#session.backend.prepareSignIn(this.vendor, this.email.trim(), this.password, code);
    });
  }

  async send(): Promise<void> {
    const preview = this.prepared?.preview;
    if (preview === undefined) return;
    this.#isOut = true;
    await this.#try(async () => {
      const signedIn = await this.#session.sending(() => this.#session.backend.sendSignIn(preview));
      this.#session.unread = signedIn.unread;
      this.#session.welcomed = signedIn;
      this.password = this.code = "";
      await Promise.all([this.#session.loadVendors(), this.#session.loadLibrary()]);
      this.done = signedIn;
    });
    this.#isOut = false;
  }

  /** Back to what was typed; what was prepared is forgotten. */
  async back(): Promise<void> {
    const { prepared, done } = this;
    this.prepared = this.done = null;
    if (prepared && !done) await this.#session.backend.discard(prepared.preview).catch(() => undefined);
  }

  end(): Promise<void> {
    return this.back();
  }

  async #try(act: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.failure = null;
    try {
      await act();
    } catch (thrown) {
      this.failure = failureOf(thrown);
      this.prepared = null;
      this.wantsCode ||= this.failure.code === "keygen.otp_required" || this.failure.code === "keygen.otp_invalid";
      this.code = "";
      if (this.failure.code === "keygen.credentials") this.password = "";
    } finally {
      this.busy = false;
    }
  }
}
