// The program in memory, for component tests and for looking at pages in a browser. Plainly invented; nothing is sent.
// Each noun has its calls in a file of its own, on top of the one before; here are the record, the settings and the window's.

import type { Backend } from "./backend";
import type { Failure, Settings, Start } from "./types";
import { never } from "./memory/program";
import { PLACES, WHOLE } from "./memory/said";
import { WithDiagnostics } from "./memory/diagnostics";

export class MemoryBackend extends WithDiagnostics implements Backend {
  start = async (): Promise<Start> => ({
    version: "0.1.0",
    deviceName: "studio-desk",
    secrets: this.secrets,
    places: PLACES,
    settings: this.chosen,
    vendors: this.added,
    damaged: this.damaged,
    bundled: await this.bundled(),
    link: null,
    offered: null,
    bundle: false,
  });
  quit = async () => void (this.ended = true);

  ledgerPage = async (filter: Parameters<Backend["ledgerPage"]>[0]) => {
    if (this.state === "loading") return never;
    if (this.state === "error") throw { code: "ledger.locked", message: "Another program keeps the ledger busy, and nothing is sent without it.", hint: "Try again when the other Gatefold is done." } satisfies Failure;
    return this.record.page(filter);
  };
  formerVendors = async () => this.formers;
  ledgerEntry = async (id: number) => {
    const entry = this.record.entry(id);
    if (!entry) throw { code: "ledger.no_entry", message: "The ledger has no such entry.", hint: "" } satisfies Failure;
    return entry;
  };
  ledgerCheck = async () => structuredClone(this.found ?? { ...WHOLE, entries: this.record.length });
  ledgerEndsWhole = async () => !this.short;
  beginLedgerAnew = async () => {
    this.found = null;
    return true;
  };
  sentToday = async () => this.record.today();
  copyEntry = async (id: number) => void this.copied.push(String(id));
  exportLedger = async (format: "har" | "json") => `/home/you/Documents/gatefold-what-was-sent-2026-11-30.${format}`;
  eraseEntry = async (id: number) => {
    this.record.erase(id);
    this.announce("changed", "ledger");
    return true;
  };

  settings = async () => ({ ...this.chosen });
  changeSettings = async (change: Partial<Settings>) => {
    if (change.proxy && !/^http:\/\/[^/:@]+:\d+$/.test(change.proxy)) {
      throw { code: "network.proxy_malformed", message: "That is not a proxy.", hint: "Write it as http://HOST:PORT." } satisfies Failure;
    }
    this.chosen = { ...this.chosen, ...change };
    return { ...this.chosen };
  };
  letRenew = async (id: string | null, on: boolean) => {
    if (on && !this.agrees) return false;
    if (id === null) this.chosen = { ...this.chosen, renew: on };
    const held = id === null ? null : this.license(id);
    if (held) held.renews = on;
    this.announce("changed", "settings");
    this.announce("changed", "library");
    return true;
  };
  notices = async () => "Gatefold stands on the work of others. The program lists each of them here, with its license.";
}
