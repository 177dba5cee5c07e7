// What tells one of several licenses of a product: how its key ends and its terms, and its id where that is not enough. While
// such values are hidden they all look alike, so then they are numbered, in the order in which they came to this computer.

import type { Deed, Terms } from "../../backend/types";
import { t } from "../../words/words";

type Told = { id: string; keyHint: string; terms: Terms };

export function whichOf(license: Told, all: Told[], shown: (value: string) => string): string {
  const terms = t(`terms.title.${license.terms}`);
  if (all.length > 1 && shown(license.id) !== license.id) return [terms, numberOf(license.id, all.map(({ id }) => id))].join(", ");
  const isTold = all.every(({ id, keyHint, terms }) => id === license.id || keyHint !== license.keyHint || terms !== license.terms);
  const key = license.keyHint ? [t("key.hidden", { hint: shown(license.keyHint) })] : [];
  return [terms, ...key, ...(isTold ? [] : [shown(license.id)])].join(", ");
}

/** Which of several that stand in one order. */
export function numberOf(id: string, all: string[]): string {
  return t("license.number", { number: all.indexOf(id) + 1 });
}

/** What tells a license of a batch from the others of its product; nothing where there are none. */
export function tailOf(deed: Deed, deeds: Deed[], hides: boolean): string {
  const all = deeds.filter(({ product }) => product === deed.product);
  if (all.length < 2) return "";
  if (hides) return numberOf(deed.licenseId, all.map(({ licenseId }) => licenseId));
  return deed.keyHint && t("key.hidden", { hint: deed.keyHint });
}
