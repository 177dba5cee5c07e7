// Which item is lit up: in the liner notes and in the bytes at once.

export class Lit {
  #touched = $state.raw<string[]>([]);
  #pinned = $state<string | null>(null);

  touch(items: string[]): void {
    this.#touched = items;
  }

  leave(): void {
    this.#touched = [];
  }

  /** Stays lit until it is chosen again, or another is. */
  pin(item: string): void {
    this.#pinned = this.#pinned === item ? null : item;
  }

  pinned(item: string): boolean {
    return this.#pinned === item;
  }

  has(items: string[]): boolean {
    if (this.#touched.length) return items.some((item) => this.#touched.includes(item));
    return this.#pinned !== null && items.includes(this.#pinned);
  }
}
