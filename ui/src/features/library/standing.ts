// One line about a product on this computer, and where it belongs in the filters.

import type { LicenseCard, OwnedLicense, ProductCard } from "../../backend/types";
import { day, t } from "../../words/words";

export type Tone = "calm" | "soft" | "attention" | "loss";
export type Status = { text: string; tone: Tone; here: boolean; attention: boolean };

/** What is said of a license that counts and is not about to end. */
const COUNTS = ["license.active", "license.vendor_gone"];
const RANK = ["active", "grace", "clock_behind"];

export function statusOf(product: ProductCard): Status {
  const license = best(product.licenses);
  const status = license ? statusOfLicense(license) : { text: t(product.yours ? "standing.yours" : "standing.none"), tone: "soft" as const, here: false, attention: false };
  const [open] = product.open;
  if (!open || status.here) return open ? { ...status, attention: true } : status;
  return { text: t(open.fileIsLost ? "standing.lost" : "standing.open"), tone: "attention", here: false, attention: true };
}

/** The days, and whether they are few enough to be told, are the program's to say. */
export function statusOfLicense(license: LicenseCard): Status {
  const here = RANK.includes(license.standing);
  const status = (text: string, tone: Tone): Status => ({ text, tone, here, attention: tone === "attention" || tone === "loss" });
  const days = license.daysLeft ?? 0;
  if (license.standing === "active") {
    if (license.terms === "trial") return status(t("standing.trial", { days }), endsSoon(license) ? "attention" : "calm");
    if (endsSoon(license)) return status(t(license.reason.code === "license.file_ends_soon" ? "standing.fetch" : "standing.ends", { days }), "attention");
    return status(t("standing.active"), "calm");
  }
  if (license.standing === "expired" && !hasEnded(license)) return status(t("standing.fileEnded"), "attention");
  const ended = license.standing === "expired" || license.standing === "revoked";
  return status(t(`standing.${license.standing}`, { days }), ended ? "loss" : "attention");
}

/** The right itself has ended, not its file alone. */
export function hasEnded({ standing, reason }: LicenseCard): boolean {
  return standing === "expired" && reason.code !== "license.file_expired";
}

/** Whether it counts, and is said to end soon. */
export function endsSoon(license: LicenseCard): boolean {
  return license.standing === "grace" || (license.standing === "active" && !COUNTS.includes(license.reason.code));
}

/** Why a license of the account would not be activated, by the list. */
export function notGood({ ended, spare }: OwnedLicense): { text: string; tone: Tone } | null {
  if (spare === "barred") return { text: t("standing.revoked"), tone: "loss" };
  return ended || spare === "ended" ? { text: t("standing.expired"), tone: "loss" } : null;
}

/** When the license or its file ends, whichever is sooner. */
export function endOf({ refreshBy, expiresAt }: LicenseCard): string | null {
  return refreshBy !== null && (expiresAt === null || refreshBy < expiresAt) ? refreshBy : expiresAt;
}

/** When its file ends, where the license goes on for more than that day. */
export function fileEnds(license: LicenseCard): string | null {
  const end = endOf(license);
  return end !== null && end === license.refreshBy && (license.expiresAt === null || day(end) !== day(license.expiresAt)) ? end : null;
}

/** The license that decides: the best standing first. */
export function best(licenses: LicenseCard[]): LicenseCard | null {
  const rank = (license: LicenseCard): number => {
    const at = RANK.indexOf(license.standing);
    return at < 0 ? RANK.length : at;
  };
  return [...licenses].sort((a, b) => rank(a) - rank(b))[0] ?? null;
}
