// The name of this computer while it is typed. The preview is made anew for it, and nothing is sent that was not shown
// when the button was pressed.

import type { Failure } from "../../backend/types";
import { failureOf } from "../../session.svelte";

/** So long after the last key the preview follows, in milliseconds. */
export const PAUSE_MS = 250;

export class Naming {
  typed = $state("");
  failure = $state.raw<Failure | null>(null);
  /** A send was held: the preview had changed since the press began. */
  held = $state(false);

  readonly #follow: (name: string) => Promise<void>;
  /** What the preview was made of. */
  #shown = "";
  #pause: ReturnType<typeof setTimeout> | undefined;
  #last: Promise<void> = Promise.resolve();
  #changes = 0;
  #pressedAt: number | null = null;

  /** `follow` makes the preview anew under a name. */
  constructor(follow: (name: string) => Promise<void>) {
    this.#follow = follow;
  }

  /** A preview with this name is shown. */
  begin(name: string | null): void {
    clearTimeout(this.#pause);
    this.typed = this.#shown = name ?? "";
    this.failure = null;
    this.held = false;
  }

  type(name: string): void {
    this.typed = name;
    this.held = false;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.catchUp(), PAUSE_MS);
  }

  /** The preview becomes one of what is typed: one after another, so that no older answer comes last. */
  catchUp(): Promise<void> {
    clearTimeout(this.#pause);
    return (this.#last = this.#last.then(() => this.#step()));
  }

  /** A finger is on the button: what is shown now is what may be sent. */
  press(): void {
    this.#pressedAt = this.#changes;
  }

  /** What is typed is what is shown, and was when the button was pressed. */
  get isSettled(): boolean {
    return this.typed === this.#shown && this.failure === null && (this.#pressedAt ?? this.#changes) === this.#changes;
  }

  /** Whether what would be sent is what was shown when the button was pressed. */
  async allows(): Promise<boolean> {
    const before = this.#pressedAt ?? this.#changes;
    this.#pressedAt = null;
    await this.catchUp();
    this.held = this.#changes !== before;
    return !this.held && this.failure === null;
  }

  async #step(): Promise<void> {
    const name = this.typed;
    try {
      if (name !== this.#shown) {
        await this.#follow(name);
        this.#shown = name;
        this.#changes += 1;
      }
      this.failure = null;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }
}
