// What every part of the program in memory stands on: what it has, what was prepared, and how something is sent.

import type { DamagedVendor, Failure, FormerVendor, LedgerCheck, Library, OwnedLicense, Prepared, ProductCard, Progress, Request, Seats, Secrets, Settings, StepName, VendorPage, VendorSummary } from "../types";
import { demoLibrary, fullLibrary, sleeve, tidewater } from "./demo";
import { DemoLedger } from "./ledger";
import { examples } from "./pages";
import { SETTINGS, UNREACHABLE } from "./said";

export type DemoState = "demo" | "first" | "empty" | "full" | "error" | "offline" | "loading" | "examples";
/** What a send shall be refused with, and at which step; without a step, before the first. */
export type Refusing = { failure: Failure; step: StepName | null };

/** An answer that does not come. */
export const never = new Promise<never>(() => undefined);

export type Pending = { prepared: Prepared; key?: string; machine?: string; license?: string; product?: ProductCard; name?: string; vendor: VendorSummary; email?: string; entry?: number | undefined };
type Hear = (what: never) => void;

export class Program {
  /** Set by tests: what the next send is refused with. */
  refusing: Refusing | null = null;
  /** Set by tests: what a check of the record finds; else it is whole. */
  found: LedgerCheck | null = null;
  /** Set by tests: the record does not end where it was remembered to. */
  short = false;
  /** Set by tests: the seats of the license that is asked about. */
  seats: Seats = { used: 1, limit: 3 };
  /** Set by tests: when a newer file of a vendor counts at the earliest, and what waits. */
  countsFrom: string | null = null;
  newer: VendorPage["newer"] = null;
  /** Milliseconds that a step takes. */
  pace: number;
  /** Whether it was told to quit. */
  ended = false;
  /** Set by tests: where secrets are kept. */
  secrets: Secrets = "keyring";
  /** Set by tests: what is answered in the system's dialog about another computer's seat. */
  agrees = true;
  damaged: DamagedVendor[] = [];
  /** Set by tests: what root installed for all users. */
  copies: string[] = [];
  readonly opened: string[] = [];
  readonly copied: string[] = [];

  protected readonly state: DemoState;
  protected readonly record: DemoLedger;
  protected readonly shelf: Library;
  protected added: VendorSummary[];
  formers: FormerVendor[] = [];
  protected chosen: Settings = { ...SETTINGS };
  protected next = 1;
  protected stopped = new Set<number>();
  protected pending = new Map<number, Pending>();
  protected listeners = new Map<string, Set<Hear>>();

  constructor(state: DemoState = "demo", pace = 0) {
    this.state = state;
    this.pace = pace;
    const empty = state === "empty" || state === "first";
    this.record = new DemoLedger(empty ? 0 : state === "full" ? 100_000 : 42);
    this.shelf = state === "full" ? fullLibrary() : empty ? { products: [], unreadable: [], unfinished: [], owned: [], computers: [], reminders: [], clock: null } : demoLibrary();
    this.added = state === "first" ? [] : [structuredClone(sleeve), structuredClone(tidewater)];
    if (state === "examples") this.added = structuredClone(examples);
    if (state === "offline") this.refusing = { failure: UNREACHABLE, step: null };
  }

  on(event: string, hear: Hear): () => void {
    const hearers = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, hearers.add(hear));
    return () => void hearers.delete(hear);
  }

  protected announce(event: string, what: unknown): void {
    for (const hear of this.listeners.get(event) ?? []) hear(what as never);
  }

  protected prepare(pending: Omit<Pending, "prepared">, rows: Prepared["rows"], requests: Request[]): Prepared {
    const preview = this.next++;
    const prepared = { preview, vendor: pending.vendor.key, host: this.host(pending.vendor), rows, requests };
    this.pending.set(preview, { ...pending, prepared });
    return prepared;
  }

  protected take(preview: number): Pending {
    const pending = this.pending.get(preview);
    if (!pending) throw { code: "app.preview_gone", message: "That was sent already, or forgotten.", hint: "Prepare it again." } satisfies Failure;
    this.pending.delete(preview);
    return pending;
  }

  /** What the key does not open waits for a sign-in. */
  protected waiting(failure: Failure, pending: Pending): Failure {
    const waiting = this.next++;
    this.pending.set(waiting, pending);
    return { ...failure, bySignIn: waiting };
  }

  protected async send(requests: Request[], step: StepName | null): Promise<number[]> {
    await this.wait();
    const refused = this.refusing && (this.refusing.step === step || this.refusing.step === null) ? this.refusing.failure : null;
    const silent = refused?.code.startsWith("network.") ?? false;
    const ids = requests
      .filter(({ when }) => when === "always" || when === "if_good")
      .map((request) => this.record.add(request, silent ? "not_sent" : "answered", silent ? null : refused ? (refused.code === "keygen.server_error" ? 503 : 422) : 200, refused));
    this.announce("changed", "ledger");
    if (refused) throw refused;
    return ids;
  }

  /** One after another; what is refused stops none of the others. */
  protected async each<T extends { id: string }>(preview: number, all: T[], act: (one: T) => Promise<void>): Promise<Progress[]> {
    const done: Progress[] = [];
    for (const one of [...all]) {
      const before = this.record.length;
      const tell = (state: Progress["state"], failure: Failure | null): Progress => {
        const progress = { preview, licenseId: one.id, state, failure, entries: state === "running" ? [] : this.record.since(before), copies: state === "done" ? this.copies : [] };
        this.announce("progress", progress);
        return progress;
      };
      if (this.stopped.has(preview)) {
        done.push(tell("cancelled", null));
        continue;
      }
      tell("running", null);
      try {
        await act(one);
        done.push(tell("done", null));
      } catch (thrown) {
        done.push(tell("failed", thrown as Failure));
        this.refusing = null;
      }
    }
    return done;
  }

  protected own(licenses: OwnedLicense[]): void {
    this.shelf.owned = structuredClone(licenses);
    for (const card of this.shelf.products) card.yours = licenses.some((license) => license.productId === card.id);
  }

  protected remove(id: string): void {
    const other = (held: { machineId: string | null; id: string }): boolean => held.machineId !== id && held.id !== id;
    for (const card of this.shelf.products) card.licenses = card.licenses.filter(other);
    this.shelf.unfinished = this.shelf.unfinished.filter((open) => open.machineId !== id);
    this.announce("changed", "library");
  }

  protected computer = (id: string) => this.shelf.computers.flatMap((list) => list.computers).find(({ machineId }) => machineId === id);
  protected wait = (): Promise<void> => new Promise((done) => setTimeout(done, this.pace));
  protected host = (vendor: VendorSummary): string => vendor.hosts[0] ?? "";
  protected license = (id: string) => this.shelf.products.flatMap((card) => card.licenses).find((held) => held.id === id);

  protected vendor(key: string): VendorSummary {
    const vendor = this.added.find((known) => known.key === key);
    if (!vendor) throw { code: "vendor.unknown", message: "That is no vendor that you added.", hint: "" } satisfies Failure;
    return vendor;
  }
}
