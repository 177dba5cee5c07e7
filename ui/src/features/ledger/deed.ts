// What one request does, said more closely than its purpose: an activation is three of them.

import type { LedgerLine } from "../../backend/types";
import { t } from "../../words/words";

type Asked = { method: string | null; url: string | null; label: string };

export function deedOf({ method, url, label }: Asked): string {
  const path = url?.split("?")[0] ?? "";
  if (path.endsWith("/actions/check-out")) return t("deed.file");
  if (path.endsWith("/actions/validate")) return t("deed.standing");
  if (path.endsWith("/machines")) return t(method === "POST" ? "deed.seat" : "deed.look");
  return label;
}

/** What it was about: the product, as far as that is known here, and its vendor; and that nobody asked for it there and then. */
export function aboutOf(line: LedgerLine, vendorName: (id: string | null) => string): string {
  const vendor = vendorName(line.vendor);
  const about = line.product === null ? vendor : t("entry.line", { product: line.product, vendor });
  return line.byItself ? t("entry.lineByItself", { about }) : about;
}
