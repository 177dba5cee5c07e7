// One line about a product on this computer, and where it belongs in the filters.

import type { LicenseCard, ProductCard } from "../../backend/types";
import { daysUntil, t } from "../../words/words";

export type Tone = "calm" | "soft" | "attention" | "loss";
export type Status = { text: string; tone: Tone; here: boolean; attention: boolean };

/** A subscription says so when its end is this near. */
const SOON_DAYS = 14;
/** A trial is short by nature: it asks for attention on its last days. */
const TRIAL_SOON_DAYS = 3;
const RANK = ["active", "grace", "clock_behind"];

export function statusOf(product: ProductCard, now: Date = new Date()): Status {
  const license = best(product.licenses);
  const status = license ? statusOfLicense(license, now) : { text: t(product.yours ? "standing.yours" : "standing.none"), tone: "soft" as const, here: false, attention: false };
  const [open] = product.open;
  if (!open || status.here) return open ? { ...status, attention: true } : status;
  return { text: t(open.fileIsLost ? "standing.lost" : "standing.open"), tone: "attention", here: false, attention: true };
}

export function statusOfLicense(license: LicenseCard, now: Date = new Date()): Status {
  const here = RANK.includes(license.standing);
  const status = (text: string, tone: Tone): Status => ({ text, tone, here, attention: tone === "attention" || tone === "loss" });
  const days = license.expiresAt === null ? null : daysUntil(license.expiresAt, now);
  if (license.standing === "active") {
    if (license.terms === "trial") return status(t("standing.trial", { days: Math.max(days ?? 0, 0) }), (days ?? 0) <= TRIAL_SOON_DAYS ? "attention" : "calm");
    if (license.terms === "subscription" && days !== null && days <= SOON_DAYS) return status(t("standing.renews", { days: Math.max(days, 0) }), "attention");
    return status(license.machineId === null ? t("standing.account") : t("standing.active"), "calm");
  }
  const ended = license.standing === "expired" || license.standing === "revoked";
  return status(t(`standing.${license.standing}`), ended ? "loss" : "attention");
}

/** The license that decides: the best standing first. */
export function best(licenses: LicenseCard[]): LicenseCard | null {
  const rank = (license: LicenseCard): number => {
    const at = RANK.indexOf(license.standing);
    return at < 0 ? RANK.length : at;
  };
  return [...licenses].sort((a, b) => rank(a) - rank(b))[0] ?? null;
}
