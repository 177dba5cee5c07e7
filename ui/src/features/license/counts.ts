// Whether what was just activated counts: a clock that is off keeps a good file from it.

import type { Activated } from "../../backend/types";
import { t } from "../../words/words";

export const counts = ({ standing }: Activated): boolean => standing === "active" || standing === "grace";

/** What is said of it first. */
export function placedTitle(done: Activated, product: string): string {
  if (counts(done)) return t("add.doneTitle", { product });
  return t(done.standing === "clock_behind" ? "add.clockTitle" : "add.waitsTitle", { product });
}
