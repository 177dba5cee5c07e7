// The ways out of a refusal, as far as the window has one for it.

import type { Failure } from "../../backend/types";

export type Way = "again" | "computers" | "key" | "account" | "sign-in" | "by-sign-in" | "contacts" | "finish" | "release" | "product" | "settings";
/** What there is to go to. */
export type About = { openSeat: boolean; account: boolean; signedIn: boolean; showsSeats?: boolean };

const SEATS = ["keygen.seats_full", "keygen.expired", "keygen.limit_reached"];
const VENDOR = ["keygen.suspended", "keygen.banned", "keygen.refused", "keygen.protected", "keygen.unreadable", "license.would_not_count"];
const KEY = ["keygen.wrong_key", "keygen.not_found", "keygen.not_allowed", "license.key_missing"];
const NEWER_FILE = ["license.product_unknown", "vendor.no_issuer", "gate.undeclared", "gate.foreign_host", "vendor.damaged"];
/** Signed in as somebody else, who signs out first. */
const ANOTHER = ["account.foreign"];
const SIGN_IN = ["keygen.signed_out", "account.not_signed_in"];
/** The server takes no request just now. */
export const PAUSE = "keygen.throttled";

/** Whether the vendor said no to a license: then it is told what that means for the music. */
export const isRefusal = ({ code }: Failure): boolean => [...SEATS, ...VENDOR, "license.seat_gone"].includes(code);

/** The likeliest first. A way that the vendor does not offer is left out; what waits there is never a dead end. */
export function waysOut(failure: Failure, { openSeat, account, signedIn, showsSeats = false }: About): Way[] {
  const byAccount: Way[] = account ? ["account"] : [];
  const { code } = failure;
  if (failure.bySignIn !== undefined && code !== "account.not_signed_in") {
    return [signedIn ? "by-sign-in" : "sign-in", ...(openSeat ? (["release"] as const) : (["key"] as const))];
  }
  // Whoever asks for a pause wants no other request either; and most likely there is no seat to be given back.
  if (openSeat) return code === PAUSE ? ["finish"] : ["finish", "release"];
  if (code === "keygen.seats_full" && showsSeats) return ["computers", ...byAccount, "again"];
  if (SEATS.includes(code)) return [...(account ? byAccount : (["contacts"] as const)), "again"];
  if (VENDOR.includes(code)) return ["contacts", ...byAccount];
  if (SIGN_IN.includes(code)) return ["sign-in", "again"];
  if (code === "license.seat_elsewhere") return ["product", "again"];
  if (ANOTHER.includes(code)) return ["settings", "again"];
  if (NEWER_FILE.includes(code)) return ["settings", "contacts"];
  if (KEY.includes(code) || code.startsWith("license.key_")) return ["key"];
  return ["again"];
}

/** The same for a license that is here already: to refresh it, or to give it back. */
export function errandWays({ code, bySignIn }: Failure, isSignedIn = false): ("contacts" | "sign-in" | "by-sign-in" | "again")[] {
  if (bySignIn !== undefined && code !== "account.not_signed_in") return [isSignedIn ? "by-sign-in" : "sign-in"];
  if (SIGN_IN.includes(code)) return ["sign-in", "again"];
  return VENDOR.includes(code) ? ["contacts", "again"] : ["again"];
}
