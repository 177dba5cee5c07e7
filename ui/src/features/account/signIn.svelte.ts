// A sign-in from the typed password to the answer. It sends nothing by itself: `send` does, after `prepare` was shown.

import type { Failure, Prepared } from "../../backend/types";
import { failureOf, type Session } from "../../session.svelte";

export class SignIn {
  email = $state("");
  password = $state("");
  code = $state("");
  wantsCode = $state(false);
  prepared = $state.raw<Prepared | null>(null);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);

  readonly vendor: string;
  readonly #session: Session;

  constructor(session: Session, vendor: string) {
    this.#session = session;
    this.vendor = vendor;
  }

  get ready(): boolean {
    return this.email.trim() !== "" && this.password !== "" && (!this.wantsCode || this.code.trim() !== "");
  }

  /** Nothing leaves: shows what the sign-in would send. */
  prepare(): Promise<boolean> {
    return this.#try(async () => {
      const code = this.wantsCode ? this.code.trim() : null;
      this.prepared = await this.#session.backend.prepareSignIn(this.vendor, this.email.trim(), this.password, code);
    });
  }

  /** Whether somebody is signed in now. */
  send(): Promise<boolean> {
    return this.#try(async () => {
      const preview = this.prepared?.preview;
      if (preview === undefined) return;
      const signedIn = await this.#session.sending(() => this.#session.backend.sendSignIn(preview));
      this.#session.unread = signedIn.unread;
      this.#session.welcomed = signedIn;
      this.password = this.code = "";
      await Promise.all([this.#session.loadVendors(), this.#session.loadLibrary()]);
    });
  }

  /** Back to what was typed; what was prepared is forgotten. */
  async back(): Promise<void> {
    const { prepared } = this;
    this.prepared = null;
    if (prepared) await this.#session.backend.discard(prepared.preview).catch(() => undefined);
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
      this.wantsCode ||= this.failure.code === "keygen.otp_required" || this.failure.code === "keygen.otp_invalid";
      this.code = "";
      if (this.failure.code === "keygen.credentials") this.password = "";
      return false;
    } finally {
      this.busy = false;
    }
  }
}
