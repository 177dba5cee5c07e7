// Diagnostic bundles: one in the making, and one of somebody else. Plainly invented; nothing is written.

import type { BundleComparison, BundleLine, BundleName, BundlePage, BundleSaved, Crashed, Failure, OpenedBundle, Replaced, RowMark, TextRow, TextRows } from "../types";
import { WithUsage } from "./usage";

type Text = { name: string; part: string; text: string };
const NO_BUNDLE: Failure = { code: "app.no_bundle", message: "There is no such bundle any more.", hint: "Make it anew, or open it again." };
export const SEALED: Failure = { code: "diagnostics.sealed", message: "The bundle is sealed for somebody, and opens with their key alone.", hint: "Choose the file of the key that it was sealed for." };
const PSEUDONYM = /\b(host|device|key|identifier|home|login|email|account|id)-\d+\b/g;

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const logLine = (i: number): string =>
  JSON.stringify({ at: `2026-11-30T09:${String(i % 60).padStart(2, "0")}:04.120Z`, level: i % 9 ? "INFO" : "WARN", name: i % 9 ? "request.answered" : "failure.told", fields: i % 9 ? { host: "host-1", status: 200 } : { code: "keygen.seats_full", path: "home-1/.local/share/gatefold" } });

/** What is collected of this computer. */
const COLLECTED: Text[] = [
  { name: "app.json", part: "app", text: json({ v: 1, gatefold_version: "0.1.0", build: "debug", started_at: "2026-11-30T09:00:00.000Z", components: [{ component: "web view", version: "2.46" }] }) },
  { name: "machine.json", part: "machine", text: json({ v: 1, name: "device-1", host: "host-1", os: "Debian 12", cpu: "8 cores", memory_gib: 16, keyring: "open", identifiers: [{ vendor: "Sleeve Audio", identifier: "identifier-1" }] }) },
  { name: "licenses.json", part: "licenses", text: json({ v: 1, entries: [{ license_id: "id-1", product: "Halo Plate", vendor: "Sleeve Audio", standing: "unlicensed", reason: "no_file", machine_name: "device-1", seats: { used: 3, limit: 3 } }] }) },
  { name: "settings.json", part: "settings", text: json({ v: 1, settings: { theme: "system" }, damaged: [] }) },
  { name: "ledger-index.json", part: "ledger", text: json({ v: 1, intact: true, total: 42, entries: [{ id: 42, purpose: "activation", vendor: "sleeve", outcome: "answered", code: "keygen.seats_full" }] }) },
  { name: "crashes/001.json", part: "crashes", text: json({ at: "2026-11-29T18:20:00.000Z", program: "window", version: "0.1.0", location: "client/src/app.rs:120:5" }) },
  { name: "log.jsonl", part: "log", text: Array.from({ length: 300 }, (_, i) => `${logLine(i)}\n`).join("") },
];
const CONTACTS: Text = { name: "reachability.json", part: "reachability", text: json({ v: 1, at: "2026-11-30T10:00:00.000Z", entries: [{ vendor: "Sleeve Audio", host: "licenses.sleeve.example", reached: true }] }) };
export const NAMES: BundleName[] = [
  { pseudonym: "host-1", value: "studio-desk.home" },
  { pseudonym: "device-1", value: "studio-desk" },
  { pseudonym: "home-1", value: "/home/ada" },
  { pseudonym: "key-1", value: "[secret] that ends in 7QX2" },
];

const marksOf = (text: string): { start: number; end: number; kind: string }[] =>
  [...text.matchAll(PSEUDONYM)].map((found) => ({ start: found.index, end: found.index + found[0].length, kind: found[1] ?? "" }));

const replacedOf = (text: string): Replaced[] => {
  const sums = new Map<string, number>();
  for (const { kind } of marksOf(text)) sums.set(kind, (sums.get(kind) ?? 0) + 1);
  return [...sums].map(([kind, count]) => ({ kind, count }));
};

/** As the program cuts a text. */
export function cut(text: string, columns: number, marked = true): TextRow[] {
  const rows: TextRow[] = [];
  const marks = marked ? marksOf(text) : [];
  let at = 0;
  text.match(/[^\n]*\n|[^\n]+$/g)?.forEach((whole, i) => {
    const ends = whole.endsWith("\n");
    const line = ends ? whole.slice(0, -1) : whole;
    for (let from = 0; from === 0 || from < line.length; from += columns) {
      const piece = line.slice(from, from + columns);
      const start = at + from;
      const within = marks.flatMap((mark, nth): RowMark[] =>
        mark.end > start && mark.start < start + piece.length ? [{ start: Math.max(0, mark.start - start), end: Math.min(piece.length, mark.end - start), nth, kind: mark.kind }] : []);
      rows.push({ line: from === 0 ? i + 1 : null, text: piece, ends: ends && from + columns >= line.length, marks: within });
    }
    at += whole.length;
  });
  return rows;
}

export class WithDiagnostics extends WithUsage {
  /** Set by tests: the crash reports that lie here. */
  crashed: Crashed[] = [{ at: "2026-11-29T18:20:00.000Z", program: "window", version: "0.1.0", location: "client/src/app.rs:120:5" }];
  /** Set by tests: what vendors promise to say before diagnostics. */
  bundleNotices: string[] = [];
  /** Set by tests: how large it would be. */
  bundleBytes = 48_213;
  /** Set by tests: what is collected. */
  collected = COLLECTED;
  /** Set by tests: why the export, or the opening, is refused. */
  bundleRefused: Failure | null = null;
  /** Set by tests: what is looked at. */
  looked: Text[] | null = null;
  protected leftOut = new Set<string>();
  protected bundleNote = "";
  protected contacts = false;

  crashReports = async () => this.crashed;
  clearCrashReports = async () => {
    if (this.agrees) this.crashed = [];
    return this.agrees;
  };
  makeBundle = async () => this.bundlePage();
  letReachabilityIn = async (on: boolean) => {
    this.contacts = on;
    return this.bundlePage();
  };
  includeInBundle = async (what: string, on: boolean) => {
    for (const { name, part } of this.texts()) {
      if (name !== what && part !== what) continue;
      if (on) this.leftOut.delete(name);
      else this.leftOut.add(name);
    }
    return this.bundlePage();
  };
  setBundleNote = async (note: string) => {
    this.bundleNote = note;
    return this.bundlePage();
  };
  bundleSize = async () => ({ bytes: this.bundleBytes, maxBytes: 5_000_000 });
  bundleRows = async (file: string, columns: number, from: number, count: number): Promise<TextRows> => {
    const rows = cut(this.textOf(this.files(), file), columns);
    return { count: rows.length, rows: rows.slice(from, from + count) };
  };
  bundleMark = async (file: string, columns: number, nth: number) => cut(this.textOf(this.files(), file), columns).findIndex(({ marks }) => marks.some((mark) => mark.nth === nth));
  bundleNames = async () => NAMES;
  exportBundle = async (sealFor: string | null): Promise<BundleSaved | null> => {
    if (this.bundleRefused) throw this.bundleRefused;
    return { path: `/home/you/Documents/gatefold-2026-11-30${sealFor ? "-sealed" : ""}.gatefold-diagnostics`, bytes: this.bundleBytes, sha256: "5f".repeat(32), entry: 42 };
  };
  exportBundleNames = async (): Promise<BundleSaved | null> => ({ path: "/home/you/Documents/names.txt", bytes: 120, sha256: "0a".repeat(32), entry: 43 });

  pickBundle = async () => {
    this.looked ??= COLLECTED;
    return true;
  };
  openedBundle = async (): Promise<OpenedBundle | null> => {
    if (this.bundleRefused) throw this.bundleRefused;
    if (!this.looked) return null;
    return {
      path: "/home/you/Downloads/gatefold-2026-11-30.gatefold-diagnostics",
      tool: "gatefold 0.1.0",
      madeAt: "2026-11-30T10:00:00.000Z",
      findings: [
        { grave: "problem", code: "seats.full", words: "all 3 seats of Halo Plate are in use", file: "licenses.json", count: 3, lastAt: "2026-11-30T09:54:04.120Z" },
        { grave: "warning", code: "settings.damaged", words: "the setting theme can no longer be read, and its default counts", file: "settings.json", count: 1, lastAt: null },
        { grave: "note", code: "bundle.left_out", words: "left out: 2 lines of log.jsonl, which is no line of a log", file: "log.jsonl", count: 1, lastAt: null },
      ],
      summary: "Diagnostic bundle by gatefold 0.1.0, made 2026-11-30T10:00:00.000Z\nDebian 12, 8 cores, 16 GiB\n\nFindings:\n- problem: all 3 seats of Halo Plate are in use (licenses.json, 3 times)\n",
      timeline: [
        { at: "2026-11-30T09:54:04.120Z", file: "ledger-index.json", what: "42. activation sleeve answered 422 keygen.seats_full", failed: true },
        { at: "2026-11-30T09:53:04.120Z", file: "log.jsonl", what: "request.answered host-1 200", failed: false },
      ],
      files: this.looked.map(({ name, text }) => ({ name, bytes: text.length })),
      leftOut: [{ file: "log.jsonl", reason: "not_typed", lines: 2 }],
      replaced: [{ kind: "host", count: 267 }],
    };
  };
  unsealBundle = async () => {
    this.bundleRefused = null;
    this.looked = COLLECTED;
    return true;
  };
  closeBundle = async () => void (this.looked = this.bundleRefused = null);
  compareBundle = async (): Promise<BundleComparison | null> => ({
    path: "/home/you/Downloads/later.gatefold-diagnostics",
    madeAt: "2026-12-01T10:00:00.000Z",
    differences: [
      { file: "findings", place: "seats.full", before: "all 3 seats of Halo Plate are in use", after: null },
      { file: "licenses.json", place: "entries.0.standing", before: "unlicensed", after: "active" },
    ],
  });
  unsealSecondBundle = async () => this.compareBundle();
  openedRows = async (file: string, columns: number, from: number, count: number): Promise<TextRows> => {
    const rows = cut(this.textOf(this.looked ?? [], file), columns, false);
    return { count: rows.length, rows: rows.slice(from, from + count) };
  };
  openedLine = async (file: string, columns: number, line: number) => cut(this.textOf(this.looked ?? [], file), columns, false).findIndex((row) => row.line === line);
  searchBundle = async (words: string): Promise<BundleLine[]> =>
    (this.looked ?? []).flatMap(({ name, text }) => text.split("\n").flatMap((line, i) => (line.includes(words) ? [{ file: name, line: i + 1, text: line.trim() }] : []))).slice(0, 200);
  copyBundleSummary = async () => void this.copied.push("summary");

  protected texts(): Text[] {
    const note = this.bundleNote ? [{ name: "note.txt", part: "note", text: this.bundleNote }] : [];
    return [...note, ...this.collected, ...(this.contacts ? [CONTACTS] : [])];
  }

  protected files(): Text[] {
    const held = this.texts().filter(({ name }) => !this.leftOut.has(name));
    const manifest = json({ v: 1, tool: "gatefold 0.1.0", files: held.map(({ name, text }) => ({ name, bytes: text.length })) });
    return [{ name: "manifest.json", part: "", text: manifest }, { name: "report.html", part: "", text: "<!doctype html>\n<p>host-1</p>\n" }, ...held];
  }

  protected textOf(texts: Text[], file: string): string {
    const found = texts.find(({ name }) => name === file);
    if (!found) throw NO_BUNDLE;
    return found.text;
  }

  protected bundlePage(): BundlePage {
    return {
      notices: this.bundleNotices,
      parts: this.texts().map(({ name, part, text }) => ({ part, name, bytes: text.length, included: !this.leftOut.has(name), replaced: replacedOf(text) })),
      files: this.files().map(({ name, text }) => ({ name, bytes: text.length, marks: marksOf(text).length })),
      leftOut: [{ file: "log.jsonl", reason: "still_found", lines: 2 }],
      uncollected: [],
      note: this.bundleNote,
      reachability: this.contacts,
      recipients: [{ vendor: "sleeve", called: "Sleeve Audio", contact: "support@sleeve.example" }],
    };
  }
}
