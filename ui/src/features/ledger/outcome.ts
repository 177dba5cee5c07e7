// What became of a request, in words.

import type { LedgerLine } from "../../backend/types";
import { t } from "../../words/words";

export type Outcome = { text: string; tone: "soft" | "attention" | "loss" };

export function outcomeOf(line: LedgerLine): Outcome {
  if (line.carrier === "file") return { text: t("outcome.file"), tone: "soft" };
  if (line.refused) return { text: t("outcome.refused"), tone: "attention" };
  // Of what was erased it is not known any more whether the answer was a no.
  if (line.outcome === "answered" && line.url === null) return { text: t("outcome.answeredOnce"), tone: "soft" };
  if (line.outcome === "answered") return { text: t("outcome.answered"), tone: "soft" };
  return { text: t(`outcome.${line.outcome}`), tone: line.outcome === "pending" ? "soft" : "attention" };
}
