// What is searched for, kept while the window is open; and how the shelf is sorted and filtered, which the next start has, too.

import type { LibraryView, ProductCard } from "../../backend/types";
import { shelf, type Query } from "./shelf";

export const view: Query = $state({ search: "", filter: "all", vendor: "", sort: "name" });

/** As it was left. */
export function restore({ sort, filter, vendor }: LibraryView): void {
  Object.assign(view, { sort, filter, vendor: vendor ?? "" });
}

/** What of it is kept, if it is not what is kept already. */
export function unkept({ sort, filter, vendor }: LibraryView): LibraryView | null {
  const now = { sort: view.sort, filter: view.filter, vendor: view.vendor || null };
  return now.sort === sort && now.filter === filter && now.vendor === vendor ? null : now;
}

/** In the order that was chosen. */
export function showAll(): void {
  Object.assign(view, { search: "", filter: "all", vendor: "" });
}

/** Shows all if some of these would be hidden. */
export function reveal(products: ProductCard[]): void {
  if (shelf(products, view).length < products.length) showAll();
}
