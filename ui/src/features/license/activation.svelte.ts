// An activation from the pasted key to the file on the shelf, as the window sees it. It sends nothing by itself: each
// step that leaves the computer is one of `sendCheck` and `send`.

import type { Activated, CheckedKey, Failure, Prepared, Step, StepName, StepState } from "../../backend/types";
import { failureOf, type Session } from "../../session.svelte";
import { t } from "../../words/words";
import { Going, type Said } from "../going/going.svelte";
import { Trail } from "../preview/trail.svelte";
import { counts, placedTitle } from "./counts";
import { Naming } from "./naming.svelte";
import { PAUSE } from "./ways";

export type Stage = "enter" | "check" | "checking" | "plan" | "sign-in" | "sending" | "done";

export class Activation extends Going {
  stage = $state<Stage>("enter");
  vendor = $state("");
  key = $state("");
  check = $state.raw<Prepared | null>(null);
  checked = $state.raw<CheckedKey | null>(null);
  done = $state.raw<Activated | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly naming = new Naming((name) => this.#rename(name));
  steps = $state.raw<Partial<Record<StepName, StepState>>>({});
  /** Vendors, beside the one that is chosen, whose keys look like this one. */
  alike = $state.raw<string[]>([]);
  readonly trail: Trail;
  /** Something is under way that sends nothing: a preview is being made. */
  preparing = $state(false);
  /** The seat that a stopped or broken activation holds. */
  openSeat = $state<string | null>(null);
  /** The user went back, and the question about the key had left by then. */
  checkLeft = $state(false);

  readonly #session: Session;
  /** A license whose key is kept, for something was left open about it. */
  readonly #license: string | null;
  readonly at: string;
  #deaf: () => void = () => undefined;
  /** Whose answer is waited for: going back ends the waiting. */
  #turn = 0;

  constructor(session: Session, license: string | null = null, at = "#/add") {
    super();
    this.at = at;
    this.#session = session;
    this.#license = license;
    this.trail = new Trail(session);
  }

  /** The last request is on its way: there is no step before which it could be stopped. A vendor without seats is sent no other. */
  get atLast(): boolean {
    return this.checked?.seats === null || this.steps.file !== undefined;
  }

  /** Hears the steps until its end. */
  listen(): void {
    this.#deaf();
    this.#deaf = this.#session.backend.on("step", (step) => this.#hear(step));
  }

  get isUnderWay(): boolean {
    return this.stage === "checking" || this.stage === "sending";
  }

  get said(): Said | null {
    const product = this.checked?.product.name ?? "";
    if (this.stage === "checking") return { tone: "plain", title: t("going.now", { what: t("check.title") }) };
    if (this.stage === "sending") return { tone: "plain", title: t("going.now", { what: t("add.activateTitle", { product }) }) };
    if (this.stage === "done") return this.#saidDone(product);
    if (this.isStopped) return { tone: "plain", title: t("add.stoppedTitle", { product }), text: t(this.openSeat === null ? "add.stopped" : "add.stoppedSeat") };
    if (this.failure) {
      const words = this.openSeat !== null && !this.isPaused ? "add.openTitle" : "add.refusedTitle";
      return { tone: "attention", title: this.checked ? t(words, { product }) : t("check.failedTitle"), failure: this.failure };
    }
    return this.checked ? { tone: "calm", title: t("going.answered", { product }), text: t("check.more") } : null;
  }

  /** The user stopped it: that is no failure, though nothing was activated. */
  get isStopped(): boolean {
    return this.failure !== null && Object.values(this.steps).includes("cancelled");
  }

  /** The server asked for a pause in the place of the first request: nothing was done, as far as anybody can tell. */
  get isPaused(): boolean {
    return this.failure?.code === PAUSE;
  }

  #saidDone(product: string): Said | null {
    if (!this.done) return null;
    const title = placedTitle(this.done, product);
    return counts(this.done) ? { tone: "calm", title } : { tone: "attention", title, text: this.done.reason.hint };
  }

  override get licenses(): string[] {
    return [this.checked?.licenseId, this.#license].filter((id) => typeof id === "string");
  }

  override get product(): { vendor: string; id: string } | null {
    return this.checked && { vendor: this.vendor, id: this.checked.product.id };
  }

  override get stops(): "add.stop" | null {
    return this.stage === "sending" && !this.atLast ? "add.stop" : null;
  }

  /** Nothing leaves: shows what a check would send. */
  async prepare(): Promise<void> {
    this.checkLeft = false;
    await this.#try(async () => {
      const { backend } = this.#session;
      this.check = this.#license !== null && !this.key.trim()
        ? await backend.prepareCheckAgain(this.#license)
        : await backend.prepareCheck(this.vendor, this.key);
      this.vendor = this.check.vendor;
      // A key that was kept came from this vendor.
      this.alike = this.key.trim() ? (await backend.vendorsOfKey(this.key)).alike.filter((vendor) => vendor !== this.vendor) : [];
      await this.trail.begin();
      this.stage = "check";
    }, "enter");
  }

  async sendCheck(): Promise<void> {
    const preview = this.check?.preview;
    if (preview === undefined) return;
    this.stage = "checking";
    const turn = this.#turn;
    await this.#try(async () => {
      const checked = await this.#session.sending(() => this.#session.backend.sendCheck(preview));
      if (turn !== this.#turn) return void (await this.#forget(checked.plan));
      await this.trail.begin();
      this.check = null;
      this.#plan(checked);
    }, "check");
  }

  /** Sends what is shown, once the preview has come up with the name. */
  async send(): Promise<void> {
    if (!this.naming.isSettled && !(await this.naming.allows())) return;
    const preview = this.checked?.plan.preview;
    if (preview === undefined || this.stage !== "plan") return;
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
  override async stop(): Promise<void> {
    const preview = this.checked?.plan.preview;
    if (this.stage !== "sending" || preview === undefined) return;
    this.stopping = true;
    await this.#session.backend.cancel(preview).catch(() => undefined);
  }

  /** What the key did not open is shown anew, for the sign-in to open it. */
  async bySignIn(): Promise<void> {
    const waiting = this.failure?.bySignIn;
    if (waiting === undefined) return;
    const before = this.failure;
    await this.#try(async () => {
      const checked = await this.#session.backend.planBySignIn(waiting);
      await this.trail.begin();
      this.steps = {};
      this.openSeat = null;
      this.#plan(checked);
    }, "plan");
    // It still waits there.
    if (this.failure && before) this.failure = { ...this.failure, bySignIn: waiting };
  }

  /** Back to the key; what was prepared is forgotten. */
  async back(): Promise<void> {
    this.#turn += 1;
    this.checkLeft = this.stage === "checking" || this.checked !== null;
    const [prepared, waiting] = [this.check ?? this.checked?.plan, this.failure?.bySignIn];
    this.stage = "enter";
    this.check = this.checked = null;
    this.failure = null;
    this.openSeat = null;
    this.preparing = false;
    this.steps = {};
    if (prepared) await this.#forget(prepared);
    if (waiting !== undefined) await this.#forget({ preview: waiting });
  }

  /** Another page is looked at, and nothing is on its way. */
  async end(): Promise<void> {
    this.#deaf();
    await this.back();
  }

  /** From the beginning with the same key: each sending is prepared and shown anew. */
  async again(): Promise<void> {
    await this.back();
    await this.prepare();
  }

  #plan(checked: CheckedKey): void {
    this.checked = checked;
    this.naming.begin(checked.deviceName);
    this.stage = "plan";
  }

  /** The same activation under another name; a name that cannot be sent changes nothing. */
  async #rename(name: string): Promise<void> {
    const checked = this.checked;
    if (!checked || this.stage !== "plan") return;
    const turn = this.#turn;
    const renamed = await this.#session.backend.renameDevice(checked.plan.preview, name);
    if (turn === this.#turn) this.checked = renamed;
    else await this.#forget(renamed.plan);
  }

  #hear({ preview, step, state }: Step): void {
    if (preview === this.checked?.plan.preview) this.steps = { ...this.steps, [step]: state };
  }

  async #try(act: () => Promise<void>, fallBackTo: Stage): Promise<void> {
    const turn = this.#turn;
    this.failure = null;
    this.preparing = true;
    try {
      await act();
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.failure = failureOf(thrown);
      this.stage = fallBackTo;
    } finally {
      if (turn === this.#turn) this.preparing = this.stopping = false;
    }
  }

  async #forget({ preview }: { preview: number }): Promise<void> {
    await this.#session.backend.discard(preview).catch(() => undefined);
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
