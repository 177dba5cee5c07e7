// Sharing usage: what was agreed to, what was counted, what waits and what went.

import type { ConsentEvent, Failure, GrantPlan, ItemRow, PageItem, Prepared, Request, Said, Stopped, Upload, Uploaded, UsageItem, UsageLock, UsagePage, UsageState, UsageWeek, VendorSummary } from "../types";
import { compose } from "./bytes";
import { WithClaims } from "./claims";
import { inDays } from "./demo";
import { rowsFor } from "./rows";

const BATCH = "5d0c4b0e-6d0b-4f52-9a51-7d5f6b3e0101";
const SILENT: Said = { text: null, other: null, assurance: "silent", lines: [], otherLines: [] };
const NOT_SHARED: Failure = { code: "usage.not_shared", message: "You share no usage with this vendor, so nothing is counted and nothing is sent.", hint: "If you want to, choose on the vendor's page what to share." };

type Kept = { until: Map<string, string>; state: UsageState; weeks: UsageWeek[]; waits: boolean; weekly: UsagePage["weekly"]; uploads: Upload[]; records: UsagePage["records"] };

/** Sixteen weeks, as somebody who plays on most of them has them. */
export const demoWeeks = (sentUntil = 13): UsageWeek[] =>
  [3, 5, 0, 7, 4, 9, 12, 8, 0, 2, 6, 11, 7, 5, 8, 3].map((sessions, i) => {
    const monday = new Date(Date.UTC(2026, 7, 17 + 7 * i));
    return { week: `2026-W${34 + i}`, from: monday.toISOString().slice(0, 10), sessions, sent: i < sentUntil ? sessions : 0 };
  });

export class WithUsage extends WithClaims {
  /** Set by tests: what locks it off. */
  usageLock: UsageLock | null = null;
  readonly #kept = new Map<string, Kept>();

  usagePage = async (key: string): Promise<UsagePage> => {
    const vendor = this.vendor(key);
    const kept = this.kept(key);
    const items = this.#items(vendor);
    const state = !items.length ? "not_offered" : this.usageLock ? "locked" : kept.state;
    return {
      vendor: key,
      state,
      locked: this.usageLock,
      items: items.map((item) => ({ ...item, until: kept.until.get(item.item) ?? null })),
      server: items.length ? `https://usage.${vendor.id}.example` : null,
      age: this.pageOf(vendor).policy.age,
      weeks: structuredClone(kept.weeks),
      waiting: kept.waits ? { sessions: 11, lines: 3, weeks: 2 } : null,
      weekly: kept.weekly,
      uploads: structuredClone(kept.uploads),
      toErase: kept.uploads.filter(({ erasing }) => erasing).length,
      records: [...kept.records].reverse(),
    };
  };

  planUsageGrant = async (key: string, wanted: string[]): Promise<GrantPlan> => {
    const vendor = this.vendor(key);
    const items = this.#items(vendor).filter(({ item }) => !wanted.length || wanted.includes(item));
    const { preview } = this.prepare({ vendor, name: items.map(({ item }) => item).join(" ") }, [], []);
    const kept = this.kept(key);
    const asBefore = kept.until.size === items.length && items.every(({ item }) => kept.until.has(item));
    return { preview, items: items.map(({ item }) => item), notice: noticeOf(vendor, items), language: "en", sha256: "", asBefore };
  };
  grantUsage = async (preview: number): Promise<boolean> => {
    if (!this.agrees) return false;
    const { vendor, name = "" } = this.take(preview);
    const kept = this.kept(vendor.key);
    const event = kept.until.size ? "changed" : "granted";
    kept.until = new Map(name.split(" ").map((item) => [item, kept.until.get(item) ?? inDays(365)]));
    this.#said(vendor, event, "on");
    return true;
  };
  refuseUsage = async (preview: number): Promise<void> => {
    const { vendor } = this.take(preview);
    this.#said(vendor, "refused", this.kept(vendor.key).until.size ? "on" : "off");
  };
  withdrawUsage = async (key: string, erase: boolean): Promise<Stopped> => {
    const kept = this.kept(key);
    const wasOn = kept.until.size > 0;
    kept.until.clear();
    [kept.weeks, kept.waits, kept.weekly] = [[], false, null];
    const sent = kept.uploads.filter(({ erasedAt }) => erasedAt === null);
    if (erase) sent.forEach((upload) => (upload.erasing = true));
    if (wasOn) this.#said(this.vendor(key), "withdrawn", "withdrawn");
    return { gone: [], toErase: erase ? sent.length : 0 };
  };
  withdrawUsageItem = async (key: string, item: string): Promise<void> => {
    const kept = this.kept(key);
    if (kept.until.size === 1 && kept.until.has(item)) return void (await this.withdrawUsage(key, false));
    kept.until.delete(item);
    this.#said(this.vendor(key), "changed", "on");
  };
  letUsageGoWeekly = async (key: string, on: boolean): Promise<boolean> => {
    if (on && !this.agrees) return false;
    const kept = this.kept(key);
    kept.weekly = on ? { since: new Date().toISOString(), next: kept.waits ? inDays(3) : null } : null;
    this.#said(this.vendor(key), "changed", "on");
    return true;
  };
  lockUsage = async (): Promise<void> => {
    this.usageLock = { by: "you", since: new Date().toISOString() };
    this.announce("changed", "usage");
  };
  liftUsageLock = async (): Promise<boolean> => {
    if (this.agrees) this.usageLock = null;
    this.announce("changed", "usage");
    return this.agrees;
  };

  prepareUpload = async (key: string): Promise<Prepared | null> => {
    const kept = this.kept(key);
    if (kept.state !== "on") throw NOT_SHARED;
    if (!kept.waits) return null;
    const vendor = this.vendor(key);
    const host = `usage.${vendor.id}.example`;
    return { ...this.prepare({ vendor }, this.#rows(vendor, ["product", "usage_week", "batch_id", ...kept.until.keys()]), [upload(host)]), host };
  };
  sendUpload = async (preview: number): Promise<Uploaded> => {
    const { vendor, prepared } = this.take(preview);
    await this.send(prepared.requests, null);
    const kept = this.kept(vendor.key);
    kept.waits = false;
    kept.weeks.forEach((week) => (week.sent = week.sessions));
    kept.uploads.unshift({ batch: BATCH, at: new Date().toISOString(), state: "taken", status: 200, rejected: 0, erasing: false, erasedAt: null });
    this.announce("changed", "usage");
    return { rejected: 0 };
  };
  throwAwayUpload = async (preview: number): Promise<void> => {
    const { vendor } = this.take(preview);
    this.kept(vendor.key).waits = false;
    this.announce("changed", "usage");
  };
  prepareErasure = async (key: string): Promise<Prepared | null> => {
    const wanted = this.kept(key).uploads.filter(({ erasing }) => erasing);
    if (!wanted.length) return null;
    const vendor = this.vendor(key);
    const host = `usage.${vendor.id}.example`;
    return { ...this.prepare({ vendor }, this.#rows(vendor, ["batch_id"]), [erasure(host, wanted.map(({ batch }) => batch))]), host };
  };
  sendErasure = async (preview: number): Promise<void> => {
    const { vendor, prepared } = this.take(preview);
    await this.send(prepared.requests, null);
    for (const one of this.kept(vendor.key).uploads.filter(({ erasing }) => erasing)) [one.erasing, one.erasedAt] = [false, new Date().toISOString()];
    this.announce("changed", "usage");
  };

  /** For tests and the demo: these items are shared, for a while by now. */
  shares(key: string, items: string[], sent = true): void {
    const kept = this.kept(key);
    kept.until = new Map(items.map((item) => [item, inDays(290)]));
    [kept.weeks, kept.waits] = [demoWeeks(sent ? 13 : 0), true];
    if (sent) kept.uploads = [{ batch: BATCH, at: inDays(-16), state: "taken", status: 200, rejected: 0, erasing: false, erasedAt: null }];
    this.#said(this.vendor(key), "granted", "on", inDays(-75));
  }
  /** For tests: how it stands. */
  standsAt(key: string, state: UsageState): void {
    this.kept(key).state = state;
  }

  protected kept(key: string): Kept {
    const kept = this.#kept.get(key) ?? { until: new Map<string, string>(), state: "not_asked" as const, weeks: [], waits: false, weekly: null, uploads: [], records: [] };
    this.#kept.set(key, kept);
    return kept;
  }

  #said(vendor: VendorSummary, event: ConsentEvent, state: UsageState, at = new Date().toISOString()): void {
    const kept = this.kept(vendor.key);
    kept.records.push({ id: kept.records.length + 1, at, event });
    kept.state = state;
    for (const added of this.added) if (added.key === vendor.key) added.sharing = { state, items: [...kept.until.keys()] };
    this.announce("changed", "usage");
  }

  #optional = (vendor: VendorSummary): PageItem[] => this.pageOf(vendor).items.filter(({ group }) => group === "optional");
  #items(vendor: VendorSummary): UsageItem[] {
    return this.#optional(vendor).map(({ item, label, words, reasons, retention, recipients }) => ({ item, label, words, reasons, kept: retention ?? SILENT, recipients, until: null }));
  }
  #rows(vendor: VendorSummary, items: string[]): ItemRow[] {
    const network = rowsFor({});
    const blank = { value: null, reason: null, source: null, basis: null, also: null, retention: null, region: null, recipients: [], secret: false };
    const frame = { product: "Product", usage_week: "Week", batch_id: "Batch number" } as Record<string, string>;
    const rows = items.map((item): ItemRow => {
      const shared = this.#optional(vendor).find((one) => one.item === item);
      if (!shared) return { ...blank, item, label: frame[item] ?? item, group: "frame", value: item === "batch_id" ? BATCH : null, words: frame[item] ?? item };
      return { ...blank, item, label: shared.label, group: "shared", words: shared.words, reason: shared.reasons[0]?.says.text ?? null, basis: "Consent (policy, line 23)", retention: shared.retention?.text ?? null };
    });
    return [...rows, ...network];
  }
}

function noticeOf(vendor: VendorSummary, items: UsageItem[]): string {
  const each = items.flatMap(({ label, words, reasons, kept, recipients }) => [
    `- ${label}: ${words}`, `  Why: ${reasons[0]?.says.text ?? "the policy gives no reason"}`, `  Kept: ${kept.text ?? "the policy does not say"}`, `  Recipients beside the receiver: ${recipients.join("; ") || "the policy names none"}`,
  ]);
  return [
    `Share with ${vendor.name}`, `Receiver: ${vendor.name}`, `Sent to: https://usage.${vendor.id}.example`, ...each,
    "With it goes: which product and which week it is of, and a random number of the upload.", "Not with it: your account, your keys, this computer, any time of day.",
    "Seen on the network all the same: your IP address and the time of the upload.", "  What the policy says of it (IP address and time): Kept for seven days against abuse",
    "Age from which you decide yourself: 16 years", "It ends by itself after 12 months. You can stop at any time.", "",
  ].join("\n");
}

function upload(host: string): Request {
  return compose({ host, purpose: "usage", label: "Share usage" }, {
    method: "POST",
    path: ["/v1/metrics"],
    body: [
      '{"resourceMetrics":[{"resource":{"attributes":[{"key":"gatefold.batch_id","value":{"stringValue":"', { item: "batch_id", value: BATCH },
      '"}}]},"scopeMetrics":[{"scope":{"name":"gatefold"},"metrics":[{"name":"gatefold.sessions","unit":"{session}","sum":{"dataPoints":[{"startTimeUnixNano":"', { item: "usage_week", value: "1795996800000000000" },
      '","timeUnixNano":"', { item: "usage_week", value: "1796601600000000000" }, '","asInt":"', { item: "usage_frequency", value: "8" },
      '","attributes":[{"key":"gatefold.product","value":{"stringValue":"', { item: "product", value: "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101" },
      '"}},{"key":"gatefold.daw","value":{"stringValue":"', { item: "daw", value: "Ardour" }, '"}}]}],"aggregationTemporality":1,"isMonotonic":true}}]}]}]}',
    ],
  });
}

function erasure(host: string, batches: string[]): Request {
  return compose({ host, purpose: "erase_usage", label: "Have shared usage erased" }, {
    method: "POST",
    path: ["/v1/usage-erasures"],
    body: ['{"data":{"type":"usage-erasures","attributes":{"batchIds":["', { item: "batch_id", value: batches.join('","') }, '"]}}}'],
  });
}
