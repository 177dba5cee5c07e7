// What the program says and finds, in its own words.

import type { Failure, LedgerCheck, Place, Settings, VendorReview } from "../types";

export const UNREACHABLE: Failure = {
  code: "network.unreachable",
  message: "The vendor's server could not be reached, and nothing was sent.",
  hint: "Check the connection and try again. What is installed goes on working offline.",
};
export const LOCKED: Failure = {
  code: "store.locked",
  message: "Another program keeps Gatefold's notes busy.",
  hint: "Try again when the other Gatefold is done.",
};
export const WHOLE: LedgerCheck = { entries: 0, intact: true, altered: [], missing: [], erased: 1, lastErasure: null, retired: 0, anchor: "kept" };
export const NOT_SIGNED_IN: Failure = { code: "account.not_signed_in", message: "Nobody is signed in.", hint: "Sign in at this vendor, then do the same again." };
export const NO_NAME: Failure = { code: "machine.device_name_empty", message: "A device name needs at least one visible character.", hint: "Type another one." };

export const PLACES: Place[] = [
  { what: "ledger", path: "/home/you/.local/share/gatefold/ledger" },
  { what: "store", path: "/home/you/.local/share/gatefold/store" },
  { what: "shelf", path: "/home/you/.local/share/gatefold/shelf" },
  { what: "logs", path: "/home/you/.local/state/gatefold/logs" },
];
export const SETTINGS: Settings = { theme: "system", zoom: 100, proxy: null, keepBytesMonths: 13, keepLinesMonths: 36, ledgerInBackups: true, hideValues: false, renew: true, library: { sort: "name", filter: "all", vendor: null } };

/** The next version of a vendor file, with a little of everything that can differ. */
export function newer(review: VendorReview): VendorReview {
  const vendor = { ...review.vendor, version: review.vendor.version + 1 };
  const changes: VendorReview["changes"] = [
    { what: "DAW", kind: "added", before: null, after: "optional, to count usage", weighs: true },
    { what: "Account e-mail: kept", kind: "changed", before: "as long as the account exists", after: "five years after the account is closed", weighs: true },
    { what: "Support page", kind: "removed", before: "https://tidewater.example/help", after: null, weighs: false },
  ];
  return { ...review, vendor, known: "update", from: review.vendor.version, changes };
}
