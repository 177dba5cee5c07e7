// A bundle of somebody else that is looked at: the program has it, and nothing of it is anything but text here.

import type { BundleComparison, BundleLine, Failure, OpenedBundle } from "../../backend/types";
import { failureOf, type Session } from "../../session.svelte";
import type { Place, Source } from "./sheet.svelte";

export type Shows = "summary" | "timeline" | "files" | "compare";

const SEALED = "diagnostics.sealed";
/** A key that does not open it leaves it sealed. */
const STILL_SEALED = [SEALED, "diagnostics.not_opened", "diagnostics.identity"];
const PAUSE_MS = 250;

export class Looking {
  /** Null while none is opened. */
  bundle = $state.raw<OpenedBundle | null>(null);
  /** Why it was refused. */
  refused = $state.raw<Failure | null>(null);
  /** Why something was not done. */
  failure = $state.raw<Failure | null>(null);
  opening = $state(false);
  shows = $state<Shows>("summary");
  file = $state("");
  place = $state.raw<Place | null>(null);
  words = $state("");
  /** Null where nothing is searched for. */
  found = $state.raw<BundleLine[] | null>(null);
  searching = $state(false);
  comparison = $state.raw<BundleComparison | null>(null);
  comparing = $state(false);
  copied = $state(false);
  readonly session: Session;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #search = 0;

  constructor(session: Session) {
    this.session = session;
  }

  /** Opens with the key that it was sealed for, if one is chosen. */
  readonly isSealed = $derived.by(() => this.refused !== null && STILL_SEALED.includes(this.refused.code));
  readonly isSecondSealed = $derived.by(() => this.failure !== null && STILL_SEALED.includes(this.failure.code));

  /** Where the rows of the file come from. */
  readonly source = $derived.by((): Source => {
    const [{ backend }, file] = [this.session, this.file];
    return {
      rows: (columns, from, count) => backend.openedRows(file, columns, from, count),
      locate: (columns, place) => ("line" in place ? backend.openedLine(file, columns, place.line) : Promise.resolve(0)),
    };
  });

  /** What the program has opened by now. */
  async look(): Promise<void> {
    this.opening = true;
    [this.bundle, this.refused, this.failure, this.comparison, this.found, this.copied, this.words] = [null, null, null, null, null, false, ""];
    [this.shows, this.place] = ["summary", null];
    try {
      this.bundle = await this.session.backend.openedBundle();
      this.file = this.bundle?.files[0]?.name ?? "";
    } catch (thrown) {
      this.refused = failureOf(thrown);
    }
    this.opening = false;
  }

  pick = (): Promise<void> => this.#attempt(async () => {
    if (await this.session.backend.pickBundle()) await this.look();
  });

  unseal = (): Promise<void> => this.#attempt(async () => {
    if (await this.session.backend.unsealBundle()) await this.look();
  });

  close = (): Promise<void> => this.#attempt(async () => {
    await this.session.backend.closeBundle();
    await this.look();
  });

  compare = (): Promise<void> => this.#compare(() => this.session.backend.compareBundle());
  unsealSecond = (): Promise<void> => this.#compare(() => this.session.backend.unsealSecondBundle());

  copy = (): Promise<void> => this.#attempt(async () => {
    await this.session.backend.copyBundleSummary();
    this.copied = true;
  });

  /** Shows a file, at a line of it if one is named. */
  go(file: string, line: number | null = null): void {
    if (!this.bundle?.files.some(({ name }) => name === file)) return;
    [this.shows, this.file, this.place] = ["files", file, line === null ? null : { line }];
  }

  typed(): void {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => void this.search(), PAUSE_MS);
  }

  async search(): Promise<void> {
    const at = ++this.#search;
    if (!this.words.trim()) {
      [this.found, this.searching] = [null, false];
      return;
    }
    this.searching = true;
    await this.#attempt(async () => {
      const found = await this.session.backend.searchBundle(this.words);
      if (at === this.#search) this.found = found;
    });
    if (at === this.#search) this.searching = false;
  }

  async #compare(ask: () => Promise<BundleComparison | null>): Promise<void> {
    this.comparing = true;
    await this.#attempt(async () => {
      this.comparison = (await ask()) ?? this.comparison;
      if (this.comparison) this.shows = "compare";
    });
    this.comparing = false;
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
