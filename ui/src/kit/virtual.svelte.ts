// Only the rows in sight exist: a thin, reactive skin over @tanstack/virtual-core.

import {
  elementScroll, observeElementOffset, observeElementRect, Virtualizer, type VirtualItem,
} from "@tanstack/virtual-core";

/** `overscan`: how many rows beyond those in sight. */
type Rows = { count: number; height: number; scroller: HTMLElement | undefined; overscan?: number };

export class VirtualRows {
  rows = $state.raw<VirtualItem[]>([]);
  size = $state(0);
  readonly #made: Virtualizer<HTMLElement, HTMLElement>;

  /** Call while a component is made. */
  constructor(given: () => Rows) {
    this.#made = new Virtualizer(this.#options(given()));
    $effect(() => this.#made._didMount());
    $effect.pre(() => {
      this.#made.setOptions(this.#options(given()));
      this.#made.measure();
      this.#made._willUpdate();
      this.#show();
    });
  }

  /** Brings a row into sight. */
  reveal(index: number): void {
    this.#made.scrollToIndex(index, { align: "auto" });
  }

  #show(): void {
    this.rows = this.#made.getVirtualItems();
    this.size = this.#made.getTotalSize();
  }

  #options({ count, height, scroller, overscan = 6 }: Rows): ConstructorParameters<typeof Virtualizer<HTMLElement, HTMLElement>>[0] {
    return {
      count,
      getScrollElement: () => scroller ?? null,
      estimateSize: () => height,
      overscan,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => this.#show(),
    };
  }
}
