// What a standing means for the music: whether the plug-in goes on playing on this computer, which the product's files tell.

import type { LicenseCard, ProductCard, Standing } from "../../backend/types";
import { day, t } from "../../words/words";
import { best, endOf } from "./standing";

const COUNTS: Standing[] = ["active", "grace"];
/** It counted here, and what a session has open is not taken from it. */
const LAPSED: Standing[] = ["expired", "revoked", "unlicensed"];

/** `held` is the license that is spoken of, where another one of the product may count. Nothing where the product has none here. */
export function musicOf(product: ProductCard, held: LicenseCard | null = null): string | null {
  const decides = best(product.licenses);
  if (!decides) return null;
  const of = { product: product.name };
  if (COUNTS.includes(decides.standing)) {
    if (held && !COUNTS.includes(held.standing)) return t("music.byAnother", of);
    const end = decides.standing === "active" ? endOf(decides) : null;
    return end === null ? t("music.plays", of) : t("music.playsUntil", { ...of, day: day(end) });
  }
  if (decides.standing === "clock_behind") return t("music.clock", of);
  return t(LAPSED.includes(decides.standing) ? "music.lapsed" : "music.without", of);
}
