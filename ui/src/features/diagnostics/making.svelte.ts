// A bundle in the making: the program has it, the page shows what it would hold and says what shall be in it.

import type { BundleName, BundlePage, BundleSaved, BundleSize, Failure } from "../../backend/types";
import { failureOf, type Session } from "../../session.svelte";
import type { Place, Source } from "./sheet.svelte";

/** So long who types is left alone. */
const PAUSE_MS = 400;

export class Making {
  page = $state.raw<BundlePage | null>(null);
  /** Why there is none, or why something was not done. */
  failure = $state.raw<Failure | null>(null);
  size = $state.raw<BundleSize | null>(null);
  names = $state.raw<BundleName[]>([]);
  note = $state("");
  /** The file that is looked at. */
  file = $state("");
  /** Which of its replaced parts was gone to last. */
  mark = $state<number | null>(null);
  place = $state.raw<Place | null>(null);
  /** Whose support alone may open it; empty for whoever has the file. */
  sealFor = $state("");
  collecting = $state(false);
  saving = $state(false);
  /** What was written last, as long as the bundle is still that. */
  saved = $state.raw<BundleSaved | null>(null);
  savedNames = $state.raw<BundleSaved | null>(null);
  /** Counts what changed in the bundle, so that its files are read anew. */
  tick = $state(0);
  readonly session: Session;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #noted: string | null = null;

  constructor(session: Session) {
    this.session = session;
  }

  /** Collects everything anew. */
  async collect(): Promise<void> {
    this.collecting = true;
    await this.#take(() => this.session.backend.makeBundle());
    this.collecting = false;
  }

  /** The file that is looked at, as the bundle has it. */
  readonly shown = $derived.by(() => this.page?.files.find(({ name }) => name === this.file) ?? null);

  /** Where its rows come from; another one whenever the bundle is. */
  readonly source = $derived.by((): Source => {
    const [{ backend }, file] = [this.session, this.file];
    void this.tick;
    return {
      rows: (columns, from, count) => backend.bundleRows(file, columns, from, count),
      locate: (columns, place) => ("mark" in place ? backend.bundleMark(file, columns, place.mark) : Promise.resolve(0)),
    };
  });

  look(file: string): void {
    [this.file, this.mark, this.place] = [file, null, null];
  }

  /** To the next replaced part of the file, or the one before; around its ends. */
  go(by: 1 | -1): void {
    const count = this.shown?.marks ?? 0;
    if (!count) return;
    const from = this.mark ?? (by === 1 ? -1 : 0);
    this.mark = (from + by + count) % count;
    this.place = { mark: this.mark };
  }

  include(what: string, on: boolean): Promise<void> {
    return this.#take(() => this.session.backend.includeInBundle(what, on));
  }

  reachability(on: boolean): Promise<void> {
    return this.#take(() => this.session.backend.letReachabilityIn(on));
  }

  /** What is typed goes in after a pause, or at once. */
  typed(): void {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => void this.keepNote(), PAUSE_MS);
  }

  async keepNote(): Promise<void> {
    clearTimeout(this.#soon);
    if (this.note === this.#noted) return;
    const note = (this.#noted = this.note);
    await this.#take(() => this.session.backend.setBundleNote(note));
  }

  async save(): Promise<void> {
    await this.keepNote();
    this.saving = true;
    await this.#attempt(async () => {
      this.saved = (await this.session.backend.exportBundle(this.sealFor || null)) ?? this.saved;
    });
    this.saving = false;
  }

  saveNames(): Promise<void> {
    return this.#attempt(async () => {
      this.savedNames = (await this.session.backend.exportBundleNames()) ?? this.savedNames;
    });
  }

  /** Nothing more is waited for. */
  leave(): void {
    void this.keepNote();
  }

  async #take(ask: () => Promise<BundlePage>): Promise<void> {
    await this.#attempt(async () => {
      const page = await ask();
      this.page = page;
      // What was typed meanwhile is not overwritten by what it was before.
      if (this.#noted === null) this.note = this.#noted = page.note;
      this.tick += 1;
      [this.saved, this.mark, this.place] = [null, null, null];
      if (!page.files.some(({ name }) => name === this.file)) this.file = page.files.find(({ marks }) => marks > 0)?.name ?? page.files[0]?.name ?? "";
      await this.#measure();
    });
  }

  async #measure(): Promise<void> {
    const at = this.tick;
    const [size, names] = await Promise.all([this.session.backend.bundleSize(), this.session.backend.bundleNames()]);
    if (at === this.tick) [this.size, this.names] = [size, names];
  }

  async #attempt(act: () => Promise<void>): Promise<void> {
    this.failure = null;
    try {
      await act();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }
}
