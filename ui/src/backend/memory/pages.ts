// Pages of vendors as the program makes them (`pages.json`, by `cargo xtask types`), and what the demo's record says was
// sent to them.

import type { LedgerLine, VendorPage, VendorSummary } from "../types";
import made from "./pages.json";

const PAGES = made as unknown as Record<string, VendorPage>;

/** The examples of real policies that there is a page of. */
export const examples: VendorSummary[] = ["arturia", "toontrack"].flatMap((id) => PAGES[id]?.vendor ?? []);

export function pageOf(vendor: VendorSummary, lines: LedgerLine[]): VendorPage {
  const page = PAGES[vendor.id];
  if (!page) throw new Error(`the demo has no page of ${vendor.id}`);
  const sent = lines.filter((line) => line.vendor === vendor.id && line.outcome === "answered").sort((a, b) => b.id - a.id);
  const [last] = sent;
  const items = page.items.map((row) => {
    const carrying = sent.filter((line) => line.items.includes(row.item));
    const [newest] = carrying;
    return newest ? { ...row, sent: { times: carrying.length, last: newest.at, entry: newest.id } } : row;
  });
  const computer = items.filter((row) => row.sent && ["bind", "required", "chosen"].includes(row.group));
  const rest = items.filter((row) => row.sent && row.group === "protocol");
  const category = (name: string, rows: typeof items) => ({ name, items: rows.map((row) => row.item), labels: rows.map((row) => row.label), times: Math.max(...rows.map((row) => row.sent?.times ?? 0)) });
  return {
    ...page,
    vendor,
    items,
    summary: last ? page.summary.map((said) => said.replace("This computer has had no contact with it.", "The last contact from this computer was today.")) : page.summary,
    contacts: {
      ...page.contacts,
      requests: sent.length,
      bytes: sent.reduce((sum, line) => sum + line.requestBytes, 0),
      categories: [computer.length ? [category("About this computer", computer)] : [], rest.length ? [category("Part of the protocol", rest)] : []].flat(),
      last: last?.at ?? null,
      lastEntry: last?.id ?? null,
    },
  };
}
