// An activation from the pasted key to the file on the shelf, as the window sees it. It sends nothing by itself: each
// step that leaves the computer is one of `sendCheck` and `send`.

import type { Activated, CheckedKey, Failure, Prepared, Step, StepName, StepState } from "../../backend/types";
import { failureOf, type Session } from "../../session.svelte";

export type Stage = "enter" | "check" | "checking" | "plan" | "sending" | "done";
export type Way = "again" | "key" | "account" | "sign-in" | "contacts" | "finish" | "release";

export class Activation {
  stage = $state<Stage>("enter");
  vendor = $state("");
  key = $state("");
  check = $state.raw<Prepared | null>(null);
  checked = $state.raw<CheckedKey | null>(null);
  done = $state.raw<Activated | null>(null);
  failure = $state.raw<Failure | null>(null);
  nameFailure = $state.raw<Failure | null>(null);
  steps = $state.raw<Partial<Record<StepName, StepState>>>({});
  stopping = $state(false);
  /** Something is under way that sends nothing: a preview is being made. */
  preparing = $state(false);
  /** The seat that a stopped or broken activation holds. */
  openSeat = $state<string | null>(null);

  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Hears the steps until it is called off. */
  listen(): () => void {
    return this.#session.backend.on("step", (step) => this.#hear(step));
  }

  /** Nothing leaves: shows what a check would send. */
  async prepare(): Promise<void> {
    await this.#try(async () => {
      this.check = await this.#session.backend.prepareCheck(this.vendor, this.key);
      this.stage = "check";
    }, "enter");
  }

  async sendCheck(): Promise<void> {
    const preview = this.check?.preview;
    if (preview === undefined) return;
    this.stage = "checking";
    await this.#try(async () => {
      this.checked = await this.#session.sending(() => this.#session.backend.sendCheck(preview));
      this.check = null;
      this.stage = "plan";
    }, "check");
  }

  /** The same activation under another name; a name that cannot be sent changes nothing. */
  async rename(name: string): Promise<void> {
    const checked = this.checked;
    if (!checked || name === checked.deviceName) return;
    this.preparing = true;
    try {
      this.checked = await this.#session.backend.renameDevice(checked.plan.preview, name);
      this.nameFailure = null;
    } catch (thrown) {
      this.nameFailure = failureOf(thrown);
    } finally {
      this.preparing = false;
    }
  }

  async send(): Promise<void> {
    const preview = this.checked?.plan.preview;
    if (preview === undefined || this.nameFailure) return;
    this.stage = "sending";
    this.steps = {};
    await this.#try(async () => {
      this.done = await this.#session.sending(() => this.#session.backend.sendActivation(preview));
      this.stage = "done";
      this.key = "";
    }, "plan");
    if (this.failure) await this.#lookForSeat();
  }

  /** Stops before the next step. What has left has left. */
  async cancel(): Promise<void> {
    const preview = this.checked?.plan.preview;
    if (this.stage !== "sending" || preview === undefined) return;
    this.stopping = true;
    await this.#session.backend.cancel(preview).catch(() => undefined);
  }

  /** Back to the key; what was prepared is forgotten. */
  async back(): Promise<void> {
    const prepared = this.check ?? this.checked?.plan;
    this.stage = "enter";
    this.check = this.checked = null;
    this.failure = this.nameFailure = null;
    this.openSeat = null;
    this.steps = {};
    if (prepared) await this.#session.backend.discard(prepared.preview).catch(() => undefined);
  }

  /** From the beginning with the same key: each sending is prepared and shown anew. */
  async again(): Promise<void> {
    await this.back();
    await this.prepare();
  }

  #hear({ preview, step, state }: Step): void {
    if (preview === this.checked?.plan.preview) this.steps = { ...this.steps, [step]: state };
  }

  async #try(act: () => Promise<void>, fallBackTo: Stage): Promise<void> {
    this.failure = null;
    this.preparing = true;
    try {
      await act();
    } catch (thrown) {
      this.failure = failureOf(thrown);
      this.stage = fallBackTo;
    } finally {
      this.preparing = this.stopping = false;
    }
  }

  async #lookForSeat(): Promise<void> {
    if (this.failure?.seat) {
      this.openSeat = this.failure.seat;
      return;
    }
    await this.#session.loadLibrary();
    const library = this.#session.library;
    const open = library.is === "ready" ? library.value.unfinished : [];
    this.openSeat = open.find((left) => left.licenseId === this.checked?.licenseId)?.machineId ?? null;
  }
}

const ACCOUNT = ["keygen.seats_full", "keygen.expired", "keygen.limit_reached"];
const VENDOR = ["keygen.suspended", "keygen.banned", "keygen.refused", "keygen.protected", "license.product_unknown"];
const KEY = ["keygen.wrong_key", "keygen.not_found", "keygen.not_allowed"];

/** The ways out of a refusal, the likeliest first. A way that the vendor does not offer is left out. */
export function waysOut(code: string, openSeat: boolean, offersAccount: boolean): Way[] {
  if (openSeat) return ["finish", "release"];
  const account: Way[] = offersAccount ? ["account"] : [];
  if (ACCOUNT.includes(code)) return [...account, "again"];
  if (VENDOR.includes(code)) return ["contacts", ...account];
  if (code === "keygen.signed_out") return ["sign-in", "again"];
  if (KEY.includes(code) || code.startsWith("license.key_")) return ["key"];
  return ["again"];
}
