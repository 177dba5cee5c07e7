// What one request does, said more closely than its purpose: an activation is three of them.

import type { RequestDeed, LedgerLine } from "../../backend/types";
import type { Session } from "../../session.svelte";
import { t } from "../../words/words";

export function deedOf({ deed, label, file }: { deed: RequestDeed | null; label: string; file?: string | null }): string {
  if (deed !== null) return t(`deed.${deed}`);
  return !label && file ? t("deed.export") : label;
}

/** To whom it went, by what the program tells apart; else by who has that id. */
export function vendorOf(line: LedgerLine, session: Session): string {
  if (line.vendor === null) return t("sent.thisComputer");
  return line.vendorName && line.vendorName !== line.vendor ? line.vendorName : session.vendorNamed(line.vendor);
}

/** What it was about: the product, as far as that is known here, and its vendor; and that nobody asked for it there and then. */
export function aboutOf(line: LedgerLine, session: Session): string {
  const vendor = vendorOf(line, session);
  const about = line.product === null ? vendor : t("entry.line", { product: line.product, vendor });
  return line.byItself ? t("entry.lineByItself", { about }) : about;
}
