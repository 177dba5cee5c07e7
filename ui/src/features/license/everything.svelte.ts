// What is done for every license at once: shown as one, agreed to as one, done one after another. What is refused is
// listed and can be tried again; the user can stop between two. It goes on while another page is looked at.

import type { Batch, Deed, Failure, Progress } from "../../backend/types";
import { failureOf, type Session } from "../../session.svelte";
import { t } from "../../words/words";
import { Going, type Said } from "../going/going.svelte";
import { Trail } from "../preview/trail.svelte";
import { Naming } from "./naming.svelte";

/** While it is `asked` a dialog of the system may wait for the user's yes, and nothing is on its way. */
export type Stage = "preparing" | "ready" | "asked" | "sending" | "done";
export type Errand = {
  /** The page that shows it, and whether it activates or gives back. */
  at: string;
  words: "on" | "off";
  /** Under this name of the computer, where one is sent. */
  prepare(name: string | null): Promise<Batch>;
  /** Null when the user said no in a dialog of the system. */
  send(preview: number): Promise<Progress[] | null>;
};

export class Everything extends Going {
  stage = $state<Stage>("preparing");
  batch = $state.raw<Batch | null>(null);
  /** By license. */
  progress = $state.raw<Record<string, Progress>>({});
  failure = $state.raw<Failure | null>(null);
  readonly trail: Trail;
  readonly naming = new Naming((name) => this.#rename(name));

  readonly #session: Session;
  readonly #errand: Errand;
  #name: string | null = null;
  #deaf: () => void = () => undefined;

  constructor(session: Session, errand: Errand) {
    super();
    this.#session = session;
    this.#errand = errand;
    this.trail = new Trail(session);
  }

  get at(): string {
    return this.#errand.at;
  }

  get said(): Said | null {
    const { words } = this.#errand;
    const [{ count, undone }, done] = [this.sum, this.count("done")];
    if (this.stage === "sending") return { tone: "plain", title: t(`${words}.now`, { done, count }) };
    if (this.stage !== "done") return null;
    return undone ? { tone: "attention", title: t(`${words}.partly`, { done, undone }) } : { tone: "calm", title: t(`${words}.done`, { count }) };
  }

  override get licenses(): string[] {
    return this.batch?.deeds.map(({ licenseId }) => licenseId) ?? [];
  }

  override get stops(): "everything.stop" | null {
    return this.stage === "sending" && this.atLast ? null : "everything.stop";
  }

  /** Hears what becomes of each from now on, and shows what would be sent. */
  async begin(): Promise<void> {
    this.#deaf = this.#session.backend.on("progress", (progress) => {
      if (progress.preview === this.batch?.preview) this.#hear(progress);
    });
    await this.prepare();
  }

  of(deed: Deed): Progress | null {
    return this.progress[deed.licenseId] ?? null;
  }

  /** Those that came to this. */
  count(state: Progress["state"]): number {
    return Object.values(this.progress).filter((progress) => progress.state === state).length;
  }

  /** Nothing leaves: shows what would be sent for all. */
  async prepare(): Promise<void> {
    this.stage = "preparing";
    this.failure = null;
    this.progress = {};
    try {
      this.batch = await this.#errand.prepare(this.#name);
      await this.trail.begin();
      this.naming.begin(this.batch.deviceName);
      this.stage = "ready";
    } catch (thrown) {
      this.batch = null;
      this.failure = failureOf(thrown);
    }
  }

  /** Sends what is shown, once the preview has come up with the name. */
  async send(): Promise<void> {
    if (!this.naming.isSettled && !(await this.naming.allows())) return;
    const preview = this.batch?.preview;
    if (preview === undefined || this.stage !== "ready") return;
    this.stage = "asked";
    this.naming.held = false;
    try {
      const all = await this.#errand.send(preview);
      // A no in the system's dialog changes nothing.
      all?.forEach((progress) => this.#hear(progress));
      this.stage = all === null ? "ready" : "done";
      this.#session.offline = all?.some(({ failure }) => failure?.code === "network.unreachable") ?? this.#session.offline;
    } catch (thrown) {
      this.failure = failureOf(thrown);
      this.stage = "done";
    } finally {
      this.stopping = false;
    }
  }

  /** Stops before the next license. What has left has left. */
  override async stop(): Promise<void> {
    if (this.stage !== "sending" || !this.batch) return;
    this.stopping = true;
    await this.#session.backend.cancel(this.batch.preview).catch(() => undefined);
  }

  /** It was agreed to, or is about to be; what goes on is not begun twice. */
  get isUnderWay(): boolean {
    return this.stage === "asked" || this.stage === "sending";
  }

  /** There is none after the one that is being done. */
  get atLast(): boolean {
    return Object.keys(this.progress).length >= (this.batch?.deeds.length ?? 0);
  }

  /** How many there are, and how many of them are not done. */
  get sum(): { count: number; undone: number } {
    const count = this.batch?.deeds.length ?? 0;
    return { count, undone: count - this.count("done") + (this.batch?.leftOut.length ?? 0) };
  }

  /** The longest pause that a server asked for, if one did. */
  get pause(): Failure | null {
    const secs = (failure: Failure | null): number => failure?.retryAfterSecs ?? 0;
    return Object.values(this.progress).map(({ failure }) => failure).reduce((most, one) => (secs(one) > secs(most) ? one : most), null);
  }

  /** It is over, or was never sent: what was prepared is forgotten. */
  async end(): Promise<void> {
    this.#deaf();
    if (this.stage === "ready" && this.batch) await this.#session.backend.discard(this.batch.preview).catch(() => undefined);
  }

  /** The same under another name; a name that cannot be sent changes nothing. */
  async #rename(name: string): Promise<void> {
    const before = this.batch;
    if (this.stage !== "ready" || !before) return;
    this.batch = await this.#errand.prepare(name);
    this.#name = name;
    void this.#session.backend.discard(before.preview).catch(() => undefined);
  }

  #hear(progress: Progress): void {
    if (this.stage === "asked") this.stage = "sending";
    this.progress = { ...this.progress, [progress.licenseId]: progress };
  }
}
