// Search, filters and sort of the library. Pure.

import type { Filter, ProductCard, Sort } from "../../backend/types";
import { inOrder } from "../../words/words";
import { statusOf } from "./standing";

/** `vendor` is one's key, or empty for all. */
export type Query = { search: string; filter: Filter; vendor: string; sort: Sort };

export function counts(products: ProductCard[]): Record<Filter, number> {
  const made = { all: products.length, here: 0, not: 0, yours: 0, attention: 0 };
  for (const product of products) {
    const { here, attention } = statusOf(product);
    made[here ? "here" : "not"] += 1;
    if (product.yours) made.yours += 1;
    if (attention) made.attention += 1;
  }
  return made;
}

/** Every word must be found in the name, the kind, the maker or the code. */
export function shelf(products: ProductCard[], { search, filter, vendor, sort }: Query): ProductCard[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const found = products.filter((product) => {
    const text = `${product.name} ${product.kind} ${product.maker} ${product.code}`.toLocaleLowerCase();
    return (!vendor || product.vendor === vendor) && words.every((word) => text.includes(word)) && passes(product, filter);
  });
  const byName = (a: ProductCard, b: ProductCard): number => inOrder(a.name, b.name);
  const orders: Record<Sort, (a: ProductCard, b: ProductCard) => number> = {
    name: byName,
    maker: (a, b) => inOrder(a.maker, b.maker) || byName(a, b),
    standing: (a, b) => weight(a) - weight(b) || byName(a, b),
  };
  return found.sort(orders[sort]);
}

function passes(product: ProductCard, filter: Filter): boolean {
  if (filter === "all") return true;
  if (filter === "yours") return product.yours;
  const { here, attention } = statusOf(product);
  return filter === "attention" ? attention : filter === "here" ? here : !here;
}

/** What asks for attention first, then what is here, then the rest. */
function weight(product: ProductCard): number {
  const { here, attention } = statusOf(product);
  return attention ? 0 : here ? 1 : 2;
}
