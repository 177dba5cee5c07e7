// What an errand is about, as the library had it when the errand began: what came of it may change what the library says.

import type { Computer, Library, ProductCard, SeatList, Unfinished } from "../../backend/types";
import type { Route } from "../../route.svelte";

export type Errand = Extract<Route, { page: "release" | "refresh" | "seats" | "rename" | "sign-out" | "read-library" | "upload" | "erase-usage" }>;
export type About = {
  /** Its license is on this computer. */
  here: ProductCard | undefined;
  known: ProductCard | undefined;
  open: Unfinished | undefined;
  computer: Computer | undefined;
  /** A seat was made free for this license, which is not here. */
  waiting: string | null;
  /** The license whose seats the vendor listed, where it is about another computer's. */
  listed: string | null;
  /** The key of that one is the account's, or was asked about. */
  isOwned: boolean;
  words: Errand["page"] | "gone" | "lost" | "undo" | "own" | "elsewhere";
};

function idsOf(errand: Errand): string[] {
  if (errand.page === "release" || errand.page === "rename") return [errand.id];
  return errand.page === "refresh" || errand.page === "seats" ? [errand.license] : [];
}

/** A seat without its file is given back, too: of an activation that came to no end, or one whose file is lost. */
function wordsOf(errand: Errand, { open, here, computer }: Pick<About, "open" | "here" | "computer">): About["words"] {
  if (open) return open.fileIsLost ? (open.seatIsGone ? "gone" : "lost") : "undo";
  if (errand.page === "release" && !here && computer) return computer.isHere ? "own" : "elsewhere";
  return errand.page;
}

export function aboutOf(errand: Errand, library: Library | null): About {
  const ids = idsOf(errand);
  const here = library?.products.find((card) => card.licenses.some((license) => ids.includes(license.machineId ?? "") || ids.includes(license.id)));
  // The seat of another computer, which the vendor's list names.
  const held: SeatList | undefined = here ? undefined : library?.computers.find((list) => ids.includes(list.licenseId) || list.computers.some(({ machineId }) => ids.includes(machineId)));
  const known = here ?? library?.products.find((card) => card.vendor === held?.vendor && card.id === held.productId);
  const computer = library?.computers.flatMap((list) => list.computers).find(({ machineId }) => ids.includes(machineId));
  const open = errand.page === "release" ? library?.unfinished.find((left) => left.machineId === errand.id || (left.licenseId === errand.id && !here)) : undefined;
  const waiting = held && !known?.licenses.some(({ id }) => id === held.licenseId) ? held.licenseId : null;
  const isOwned = library?.owned.some(({ id }) => id === waiting) ?? false;
  return { here, known, open, computer, waiting, listed: held?.licenseId ?? null, isOwned, words: wordsOf(errand, { open, here, computer }) };
}

/** The license that an errand is about, if the library knows it. */
export function licensesOf(errand: Errand, { here, open, waiting }: About): string[] {
  const ids = idsOf(errand);
  const held = here?.licenses.find((license) => ids.includes(license.id) || ids.includes(license.machineId ?? ""));
  return [held?.id, open?.licenseId, waiting].filter((id) => typeof id === "string");
}
