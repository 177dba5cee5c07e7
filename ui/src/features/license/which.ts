// What tells one of several licenses of a product: how its key ends and its terms, and its id where that is not enough.

import type { Terms } from "../../backend/types";
import { t } from "../../words/words";

type Told = { id: string; keyHint: string; terms: Terms };

export function whichOf(license: Told, all: Told[]): string {
  const name = ({ keyHint, terms }: Told): string => [t(`terms.title.${terms}`), ...(keyHint ? [t("key.hidden", { hint: keyHint })] : [])].join(", ");
  const isTold = all.every((other) => other.id === license.id || name(other) !== name(license));
  return isTold ? name(license) : `${name(license)}, ${license.id}`;
}
