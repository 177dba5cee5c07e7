// One errand: a seat given back, a file fetched again, the seats read, a computer renamed, a list read, a sign-in ended. It sends
// nothing by itself: `send` does, after `prepare` was shown.

import type { Failure, HowEnded, ListRead, Prepared } from "../../backend/types";
import { href } from "../../route.svelte";
import { failureOf, type Session } from "../../session.svelte";
import { t } from "../../words/words";
import { close, Going, type Said } from "../going/going.svelte";
import { Leaving } from "../preview/leaving.svelte";
import { Trail } from "../preview/trail.svelte";
import { aboutOf, licensesOf, type About, type Errand } from "./about";

export class Sending extends Going {
  prepared = $state.raw<Prepared | null>(null);
  list = $state.raw<ListRead | null>(null);
  ended = $state.raw<HowEnded | null>(null);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);
  done = $state(false);
  /** The sign-in was forgotten here alone. */
  forgotten = $state(false);
  /** What was given back or removed here is installed for all users still. */
  copies = $state.raw<string[]>([]);
  /** There is nothing to be sent. */
  nothing = $state(false);
  /** How many lines of an upload were not taken. */
  rejected = $state(0);
  /** An upload was thrown away instead. */
  thrownAway = $state(false);
  /** It was removed here alone. */
  removed = $state(false);

  readonly at: string;
  readonly errand: Errand;
  readonly about: About;
  readonly leaving: Leaving;
  readonly trail: Trail;
  /** It was sent, and came to an end before all of it was done. */
  broke = $state(false);
  readonly #session: Session;
  /** What its page is called. */
  title = "";

  constructor(session: Session, errand: Errand) {
    super();
    this.#session = session;
    this.errand = errand;
    this.at = href(errand);
    this.about = aboutOf(errand, session.library.is === "ready" ? session.library.value : null);
    this.leaving = new Leaving(session);
    this.trail = new Trail(session);
  }

  /** Nothing leaves: shows what would be sent. */
  async prepare(): Promise<void> {
    const { errand } = this;
    const { backend } = this.#session;
    const before = this.prepared;
    // What was shown before is not sent once more while the new one is on its way.
    this.prepared = this.failure = null;
    this.broke = false;
    try {
      await this.trail.begin();
      if (before) await backend.discard(before.preview);
      if (errand.page === "release") this.prepared = await backend.prepareRelease(errand.id);
      else if (errand.page === "refresh") this.prepared = await backend.prepareRefresh(errand.vendor, errand.license);
      else if (errand.page === "seats") this.prepared = await backend.prepareSeats(errand.license);
      else if (errand.page === "rename") this.prepared = await backend.prepareRename(errand.id, errand.name);
      else if (errand.page === "read-library") this.prepared = await backend.prepareLibrary(errand.vendor);
      else if (errand.page === "upload") this.#found(await backend.prepareUpload(errand.vendor));
      else if (errand.page === "erase-usage") this.#found(await backend.prepareErasure(errand.vendor));
      else this.prepared = await backend.prepareSignOut(errand.vendor);
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  /** What the key did not open is shown anew, for the sign-in to open it. */
  async bySignIn(waiting: number): Promise<void> {
    const [shown, before] = [this.prepared, this.failure];
    this.prepared = this.failure = null;
    this.broke = false;
    try {
      await this.trail.begin();
      this.prepared = await this.#session.backend.planSeatsBySignIn(waiting);
    } catch (thrown) {
      this.prepared = shown;
      // It still waits there.
      this.failure = before && { ...failureOf(thrown), bySignIn: waiting };
      this.broke = true;
    }
  }

  async send(): Promise<void> {
    const preview = this.prepared?.preview;
    if (preview === undefined) return;
    this.busy = true;
    try {
      const sent = await this.leaving.during(() => this.#send(preview));
      if (this.errand.page === "read-library") this.#session.unread = null;
      this.done = sent;
      if (sent) this.#settle();
    } catch (thrown) {
      this.failure = failureOf(thrown);
      this.broke = true;
    } finally {
      this.busy = false;
    }
  }

  /** Whether the user said yes, where the system asks. */
  async #send(preview: number): Promise<boolean> {
    const { errand } = this;
    const { backend } = this.#session;
    if (errand.page === "release") {
      const released = await backend.sendRelease(preview);
      this.copies = released?.copies ?? [];
      return released !== null;
    }
    if (errand.page === "refresh") await backend.sendRefresh(preview);
    else if (errand.page === "seats") await backend.sendSeats(preview);
    else if (errand.page === "rename") await backend.sendRename(preview);
    else if (errand.page === "read-library") this.list = await backend.sendLibrary(preview);
    else if (errand.page === "upload") this.rejected = (await backend.sendUpload(preview)).rejected;
    else if (errand.page === "erase-usage") await backend.sendErasure(preview);
    else this.ended = await backend.sendSignOut(preview);
    return true;
  }

  #found(prepared: Prepared | null): void {
    this.prepared = prepared;
    this.nothing = prepared === null;
  }

  /** What waits is forgotten instead of sent. */
  async throwAway(): Promise<void> {
    const preview = this.prepared?.preview;
    if (preview === undefined) return;
    await this.#session.backend.throwAwayUpload(preview);
    this.prepared = null;
    this.thrownAway = this.nothing = true;
  }

  /** What failed earlier about the same license is told no more: this says how it stands. */
  #settle(): void {
    const its = [...this.licenses, this.about.listed].filter((id) => id !== null);
    const isOver = (going: Going): boolean => going instanceof Sending && going !== this && !going.isUnderWay && going.failure !== null;
    const isItsOwn = (going: Going): boolean => going instanceof Sending && [...going.licenses, going.about.listed].some((id) => id !== null && its.includes(id));
    this.#session.going.filter((going) => isOver(going) && isItsOwn(going)).forEach((going) => close(this.#session, going));
  }

  /** Where the vendor refuses or is gone: the sign-in is forgotten on this computer alone. */
  async forgetHere(vendor: string): Promise<void> {
    if (!(await this.#session.backend.forgetSignIn(vendor))) return;
    this.failure = null;
    this.forgotten = this.done = true;
  }

  /** The same of a license; whether it is gone, with nothing left to be told. */
  async removeHere(id: string): Promise<boolean> {
    const released = await this.#session.backend.removeHere(id);
    if (!released) return false;
    this.failure = null;
    this.copies = released.copies;
    this.removed = this.done = true;
    return !released.copies.length;
  }

  /** No answer told whether the vendor did it. What only reads does nothing there. */
  get isUnsure(): boolean {
    const { page } = this.errand;
    return (this.failure?.unsure ?? false) && (page === "release" || page === "rename" || page === "sign-out");
  }

  get isUnderWay(): boolean {
    return this.leaving.isBegun;
  }

  get said(): Said | null {
    const what = this.title;
    if (this.leaving.isBegun) return this.leaving.isOut ? { tone: "plain", title: t("going.now", { what }) } : null;
    if (this.failure) return { tone: "attention", title: t(this.isUnsure ? "going.unsure" : "going.failed", { what }), failure: this.failure };
    return this.done ? { tone: "calm", title: t("going.done", { what }) } : null;
  }

  override get licenses(): string[] {
    return licensesOf(this.errand, this.about);
  }

  async end(): Promise<void> {
    for (const preview of this.done ? [] : [this.prepared?.preview, this.failure?.bySignIn]) {
      if (preview !== undefined) await this.#session.backend.discard(preview).catch(() => undefined);
    }
  }
}
