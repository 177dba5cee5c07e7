// What became of a request, in words.

import type { LedgerLine } from "../../backend/types";
import { t } from "../../words/words";

export type Outcome = { text: string; tone: "soft" | "attention" | "loss" };

/** What can be said of a line that is not what was written: what it says of itself is not to be relied on. */
export const ALTERED: Outcome = { text: t("outcome.altered"), tone: "loss" };

export function outcomeOf(line: LedgerLine): Outcome {
  if (line.carrier === "file") return { text: t("outcome.file"), tone: "soft" };
  if (line.failed) return { text: t("outcome.failed"), tone: "attention" };
  if (line.refused) return { text: t("outcome.refused"), tone: "attention" };
  // Of what was erased it is not known any more whether the answer was a no.
  if (line.outcome === "answered" && line.url === null) return { text: t("outcome.answeredOnce"), tone: "soft" };
  if (line.outcome === "answered") return { text: t("outcome.answered"), tone: "soft" };
  return { text: t(`outcome.${line.outcome}`), tone: line.outcome === "pending" ? "soft" : "attention" };
}
