// What tells one of several licenses of a product: how its key ends and its terms, and its id where that is not enough.

import type { Terms } from "../../backend/types";
import { t } from "../../words/words";

type Told = { id: string; keyHint: string; terms: Terms };

export function whichOf(license: Told, all: Told[], shown: (value: string) => string): string {
  const isTold = all.every(({ id, keyHint, terms }) => id === license.id || keyHint !== license.keyHint || terms !== license.terms);
  const key = license.keyHint ? [t("key.hidden", { hint: shown(license.keyHint) })] : [];
  return [t(`terms.title.${license.terms}`), ...key, ...(isTold ? [] : [shown(license.id)])].join(", ");
}
