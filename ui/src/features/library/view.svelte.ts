// What is searched for and how the shelf is sorted: kept while the window is open.

import type { ProductCard } from "../../backend/types";
import { shelf, type Query } from "./shelf";

export const view: Query = $state({ search: "", filter: "all", vendor: "", sort: "name" });

/** In the order that was chosen. */
export function showAll(): void {
  Object.assign(view, { search: "", filter: "all", vendor: "" });
}

/** Shows all if some of these would be hidden. */
export function reveal(products: ProductCard[]): void {
  if (shelf(products, view).length < products.length) showAll();
}
