// The program in memory, for component tests and for looking at pages in a browser. Plainly invented; nothing is sent.

import type { Backend } from "./backend";
import type {
  Activated, Batch, CheckedKey, DamagedVendor, Failure, HowEnded, LedgerCheck, Library, OwnedLicense, Prepared, ProductCard, Progress, Registered, Request, Seats, Secrets, Settings, Start, Step, StepName, VendorPage, VendorReview, VendorSummary,
} from "./types";
import { activation, checkKey, fetchFile, IDENTIFIER, listLicenses, listSeats, register, release, rename, seat, signIn, signOut, whoSignedIn } from "./memory/bytes";
import { computers, demoLibrary, fullLibrary, license, owned, sleeve, tidewater } from "./memory/demo";
import { DemoLedger } from "./memory/ledger";
import { examples, pageOf } from "./memory/pages";
import { activationRows, rowsFor } from "./memory/rows";
import { LOCKED, newer, NO_NAME, NOT_SIGNED_IN, PLACES, SETTINGS, UNREACHABLE, WHOLE } from "./memory/said";

export type DemoState = "demo" | "first" | "empty" | "full" | "error" | "offline" | "loading" | "examples";
/** What a send shall be refused with, and at which step; without a step, before the first. */
export type Refusing = { failure: Failure; step: StepName | null };

const never = new Promise<never>(() => undefined);

type Pending = { prepared: Prepared; key?: string; machine?: string; license?: string; product?: ProductCard; name?: string; vendor: VendorSummary; email?: string; entry?: number | undefined };
type Hear = (what: never) => void;

export class MemoryBackend implements Backend {
  /** Set by tests: what the next send is refused with. */
  refusing: Refusing | null = null;
  /** Set by tests: what a check of the record finds; else it is whole. */
  found: LedgerCheck | null = null;
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
  readonly opened: string[] = [];
  readonly copied: string[] = [];

  readonly #state: DemoState;
  readonly #ledger: DemoLedger;
  readonly #library: Library;
  #vendors: VendorSummary[];
  #settings: Settings = { ...SETTINGS };
  #next = 1;
  #stopped = new Set<number>();
  #pending = new Map<number, Pending>();
  #hearers = new Map<string, Set<Hear>>();

  constructor(state: DemoState = "demo", pace = 0) {
    this.#state = state;
    this.pace = pace;
    const empty = state === "empty" || state === "first";
    this.#ledger = new DemoLedger(empty ? 0 : state === "full" ? 100_000 : 42);
    this.#library = state === "full" ? fullLibrary() : empty ? { products: [], unreadable: [], unfinished: [], owned: [], computers: [], clock: null } : demoLibrary();
    this.#vendors = state === "first" ? [] : [structuredClone(sleeve), structuredClone(tidewater)];
    if (state === "examples") this.#vendors = structuredClone(examples);
    if (state === "offline") this.refusing = { failure: UNREACHABLE, step: null };
  }

  start = async (): Promise<Start> => ({
    version: "0.1.0",
    deviceName: "studio-desk",
    secrets: this.secrets,
    places: PLACES,
    settings: this.#settings,
    vendors: this.#vendors,
    damaged: this.damaged,
    bundled: await this.bundled(),
    link: null,
    offered: null,
  });
  vendors = async () => structuredClone(this.#vendors);
  damagedVendors = async () => this.damaged;
  bundled = async () =>
    [sleeve, tidewater]
      .filter((vendor) => !this.#vendors.some((known) => known.id === vendor.id))
      .map((vendor) => ({ id: vendor.id, name: vendor.name, products: 5 }));

  pickVendor = async (): Promise<VendorReview> => this.#review(tidewater, "/home/you/Downloads/tidewater.toml");
  reviewBundled = async (id: string) => this.#review(id === "sleeve" ? sleeve : tidewater, null);
  reviewWaiting = async (key: string) => this.#review(this.#vendor(key), "");
  agreeVendor = async (review: number) => {
    const vendor = this.#pending.get(review)?.vendor;
    if (vendor && !this.#vendors.some((known) => known.key === vendor.key)) {
      this.#vendors.push(structuredClone(vendor));
      this.#library.products.push(...demoLibrary().products.filter((card) => card.vendor === vendor.key).map((card) => ({ ...card, licenses: [] })));
    }
    this.#tell("changed", "vendors");
    return { from: this.countsFrom };
  };
  removeVendor = async (key: string) => {
    if (this.#library.products.some((card) => card.vendor === key && card.licenses.length)) {
      throw { code: "vendor.in_use", message: "Licenses of this vendor are still on this computer.", hint: "Deactivate them first." } satisfies Failure;
    }
    this.#vendors = this.#vendors.filter((vendor) => vendor.key !== key);
    this.#library.products = this.#library.products.filter((card) => card.vendor !== key);
    this.#tell("changed", "vendors");
    return [];
  };
  vendorPage = async (key: string) => (this.#state === "loading" ? never : this.#pageOf(this.#vendor(key)));
  exportVendorPage = async (key: string) => `/home/you/${this.#vendor(key).id}.jsonld`;
  openLink = async (vendor: string, link: string) => {
    this.opened.push(`${vendor} ${link}`);
    return true;
  };

  openReviewLink = async (review: number, link: string) => this.openLink(this.#pending.get(review)?.vendor.key ?? "", link);

  library = async () => {
    if (this.#state === "loading") return never;
    if (this.#state === "error") throw LOCKED;
    return structuredClone(this.#library);
  };

  activationItems = async () => activationRows("", "", "", "").map((row) => ({ ...row, value: null }));
  prepareCheck = async (key: string, typed: string): Promise<Prepared> => {
    const vendor = this.#vendor(key);
    if (!typed.trim()) throw { code: "license.key_empty", message: "There is no license key.", hint: "Paste the key from your receipt." } satisfies Failure;
    const rows = rowsFor({ license_key: `••${typed.trim().slice(-4)}`, nonce: "7310559021" });
    return this.#prepare({ vendor, key: typed.trim() }, rows, [checkKey(this.#host(vendor))]);
  };
  prepareCheckAgain = async (id: string): Promise<Prepared> => {
    const open = this.#library.unfinished.find((left) => left.licenseId === id);
    if (!open && id === license(1, "perpetual", "active").id) return this.prepareCheck(sleeve.key, "SLEEVE-DEMO-0000-7H3K");
    if (!open) throw { code: "license.not_installed", message: "Nothing with that id is on this computer.", hint: "" } satisfies Failure;
    return this.prepareCheck(open.vendor ?? sleeve.key, "SLEEVE-DEMO-0000-7H3K");
  };
  sendCheck = async (preview: number): Promise<CheckedKey> => {
    const pending = this.#take(preview);
    const [entry] = await this.#send(pending.prepared.requests, null);
    const product = this.#library.products.find((card) => card.vendor === pending.vendor.key && !card.licenses.length)
      ?? this.#library.products.find((card) => card.vendor === pending.vendor.key);
    if (!product) throw { code: "keygen.wrong_key", message: "The vendor knows no such license key.", hint: "Compare it with your receipt: O and 0, I and 1. A key belongs to one vendor." } satisfies Failure;
    return this.#plan({ ...pending, product, entry }, "studio-desk");
  };
  planBySignIn = async (preview: number): Promise<CheckedKey> => {
    const pending = this.#pending.get(preview);
    if (!pending || !this.#vendor(pending.vendor.key).account) throw NOT_SIGNED_IN;
    return { ...this.#plan(this.#take(preview), pending.name ?? "studio-desk"), bySignIn: true };
  };
  renameDevice = async (preview: number, name: string) => this.#plan(this.#take(preview), name);
  sendActivation = async (preview: number): Promise<Activated> => {
    const pending = this.#take(preview);
    const entries: number[] = pending.entry === undefined ? [] : [pending.entry];
    const [seat, , file] = pending.prepared.requests;
    for (const step of ["seat", "file", "install"] as const) {
      this.#step(preview, step, "running");
      const request = step === "seat" ? seat : step === "file" ? file : undefined;
      try {
        if (request) entries.push(...(await this.#send([request], step)));
        else await this.#wait();
        if (this.#stopped.has(preview)) throw { code: "license.stopped", message: "You stopped it; this computer holds a seat now.", hint: "Activate again to finish, or give the seat back." } satisfies Failure;
      } catch (thrown) {
        if (step !== "seat") this.#leaveOpen(pending);
        this.#step(preview, step, this.#stopped.has(preview) ? "cancelled" : "failed");
        if ((thrown as Failure).code !== "keygen.not_allowed") throw thrown;
        // What the key does not open waits for a sign-in.
        const waiting = this.#next++;
        this.#pending.set(waiting, pending);
        throw { ...(thrown as Failure), bySignIn: waiting } satisfies Failure;
      }
      this.#step(preview, step, "done");
    }
    const card = this.#library.products.find((known) => known.id === pending.product?.id);
    const made = license(1, "perpetual", "active");
    card?.licenses.push({ ...made, deviceName: pending.name ?? made.deviceName });
    this.#library.unfinished = [];
    this.#tell("changed", "library");
    return { product: pending.product?.id ?? "", licenseId: made.id, standing: "active", reason: made.reason, entries: entries.flatMap((id) => this.#ledger.entry(id)?.line ?? []) };
  };
  cancel = async (preview: number) => void this.#stopped.add(preview);
  discard = async (preview: number) => void this.#pending.delete(preview);

  prepareRefresh = async (key: string, id: string) => {
    const vendor = this.#vendor(key);
    const machine = this.#license(id)?.machineId ?? "";
    const rows = rowsFor({ identifier: IDENTIFIER, license_key: "••7H3K", license_id: id, machine_id: machine, nonce: "991204", file_ttl: "null (it never ends)" });
    return this.#prepare({ vendor, license: id }, rows, [checkKey(this.#host(vendor)), fetchFile(this.#host(vendor), machine, "refresh")]);
  };
  sendRefresh = async (preview: number) => {
    await this.#send(this.#take(preview).prepared.requests, null);
    this.#tell("changed", "library");
  };
  prepareRelease = async (id: string) => {
    const card = this.#library.products.find((known) => known.licenses.some((held) => held.machineId === id || held.id === id));
    const vendor = this.#vendor(card?.vendor ?? sleeve.key);
    if (!card && this.#computer(id)) return this.#prepare({ vendor, machine: id }, rowsFor({ license_key: "••7H3K", machine_id: id }), [release(this.#host(vendor), id), seat(this.#host(vendor), id, "release")]);
    // Without a seat there is nothing to ask for.
    if (card?.licenses.find((held) => held.id === id)?.machineId === null) return this.#prepare({ vendor, machine: id }, [], []);
    return this.#prepare({ vendor, machine: id }, rowsFor({ license_key: "••7H3K", machine_id: id }), [release(this.#host(vendor), id)]);
  };
  sendRelease = async (preview: number) => {
    if (!this.agrees) return false;
    const { machine, prepared } = this.#take(preview);
    await this.#send(prepared.requests, null);
    for (const list of this.#library.computers) {
      list.computers = list.computers.filter(({ machineId }) => machineId !== machine);
      list.seats.used = list.computers.length;
    }
    this.#remove(machine ?? "");
    return true;
  };
  prepareSeats = async (id: string) => {
    const vendor = this.#vendor(sleeve.key);
    return this.#prepare({ vendor, license: id }, rowsFor({ license_key: "••7H3K", license_id: id, nonce: "7310559021" }), [checkKey(this.#host(vendor)), ...listSeats(this.#host(vendor), id)]);
  };
  sendSeats = async (preview: number) => {
    const { license: id, prepared } = this.#take(preview);
    await this.#send(prepared.requests, null);
    this.#library.computers = [...this.#library.computers.filter(({ licenseId }) => licenseId !== id), { ...computers(), licenseId: id ?? "", readAt: new Date().toISOString() }];
    this.#tell("changed", "library");
  };
  prepareRename = async (id: string, name: string) => {
    const vendor = this.#vendor(sleeve.key);
    if (!name.trim()) throw NO_NAME;
    return this.#prepare({ vendor, machine: id, name }, rowsFor({ device_name: name, license_key: "••7H3K", machine_id: id }), [rename(this.#host(vendor), id, name), seat(this.#host(vendor), id, "rename")]);
  };
  sendRename = async (preview: number) => {
    const { machine, name, prepared } = this.#take(preview);
    await this.#send(prepared.requests, null);
    const computer = this.#computer(machine ?? "");
    if (computer) computer.name = name ?? null;
    this.#tell("changed", "library");
  };

  removeHere = async (id: string) => {
    this.#remove(id);
    return true;
  };
  prepareReleaseOfAll = async (): Promise<Batch> => {
    const held = this.#library.products.flatMap((card) => card.licenses.map((license) => ({ card, license })));
    const parts = [...new Set(held.filter(({ license }) => license.machineId).map(({ card }) => card.vendor))].map((key) => {
      const [vendor, seats] = [this.#vendor(key), held.flatMap(({ card, license }) => (card.vendor === key && license.machineId ? [license.machineId] : []))];
      return this.#prepare({ vendor }, rowsFor({ license_key: "••••", machine_id: seats.join(", ") }), seats.map((seat) => release(this.#host(vendor), seat)));
    });
    const deeds = held.map(({ card, license }) => ({ licenseId: license.id, vendor: card.vendor, product: card.name, keyHint: "", silent: license.machineId === null }));
    return { preview: this.#next++, parts, deeds, leftOut: [], spare: [], deviceName: null, renewed: 0 };
  };
  prepareActivationOfAll = async (one: string | null, name: string | null): Promise<Batch> => {
    const licenses = this.#library.owned.filter((license) => one === null || license.id === one);
    const host = this.#host(sleeve);
    const device = name ?? "studio-desk";
    if (!device.trim()) throw NO_NAME;
    const requests = licenses.flatMap((license, i) => {
      const rest = activation(host, license.id, `0b9c0000-0000-4000-8000-0000000009${10 + i}`, device, true);
      return [checkKey(host), ...rest.map((request) => (request.when === "always" ? { ...request, when: "if_good" as const } : request))];
    });
    const rows = activationRows(device, licenses.map((license) => license.keyHint).join(", ••"), licenses.map(({ id }) => id).join(", "), "");
    const parts = licenses.length ? [this.#prepare({ vendor: sleeve }, rows, requests)] : [];
    const deeds = licenses.map((license) => ({ licenseId: license.id, vendor: license.vendor, product: license.product, keyHint: license.keyHint, silent: false }));
    return { preview: this.#next++, parts, deeds, leftOut: [], spare: [], deviceName: licenses.length ? device : null, renewed: licenses.filter((license) => license.terms === "subscription").length };
  };
  sendActivationOfAll = (preview: number): Promise<Progress[]> =>
    this.#each(preview, this.#library.owned, async (owned) => {
      const host = this.#host(sleeve);
      await this.#send([checkKey(host), ...activation(host, owned.id, "0b9c0000-0000-4000-8000-000000000910", "studio-desk", true)], null);
      const card = this.#library.products.find((known) => known.id === owned.productId);
      card?.licenses.push({ ...license(41, owned.terms, "active", owned.expiresAt), id: owned.id });
      this.#own(this.#library.owned.filter((other) => other.id !== owned.id));
    });
  sendReleaseOfAll = (preview: number): Promise<Progress[]> =>
    this.#each(preview, this.#library.products.flatMap((card) => card.licenses), async (license) => {
      await this.#send(license.machineId ? [release(this.#host(sleeve), license.machineId)] : [], null);
      this.#remove(license.id);
    });

  prepareSignIn = async (key: string, email: string, _password: string, otp: string | null) => {
    const vendor = this.#vendor(key);
    const rows = rowsFor({ account_email: email, password: "••••••", ...(otp ? { one_time_code: "••••••" } : {}) });
    return this.#prepare({ vendor, email }, rows, [signIn(this.#host(vendor), otp), whoSignedIn(this.#host(vendor)), ...listLicenses(this.#host(vendor))]);
  };
  sendSignIn = async (preview: number) => {
    const { vendor, prepared, email } = this.#take(preview);
    await this.#send(prepared.requests, null);
    const known = this.#vendor(vendor.key);
    const now = new Date().toISOString();
    known.account = { email: email ?? "", signedInAt: now, expiresAt: null, licensesReadAt: now, ended: null };
    this.#own(owned.filter((license) => license.vendor === vendor.key));
    this.#tell("changed", "vendors");
    return { vendor: structuredClone(known), licenses: { count: owned.length, cut: false }, unread: null, earlier: null };
  };
  prepareLibrary = async (key: string) => {
    const vendor = this.#vendor(key);
    return this.#prepare({ vendor }, rowsFor({ token: "••••" }), listLicenses(this.#host(vendor)));
  };
  sendLibrary = async (preview: number) => {
    const { vendor, prepared } = this.#take(preview);
    await this.#send(prepared.requests, null);
    this.#own(owned.filter((license) => license.vendor === vendor.key));
    this.#tell("changed", "vendors");
    return { count: owned.length, cut: false };
  };
  prepareRegistration = async (key: string, product: string | null, serial: string | null, unlockCode: string | null) => {
    const vendor = this.#vendor(key);
    const rows = rowsFor({ token: "••••", ...(serial ? { product_serial: "••••" } : {}), ...(unlockCode ? { unlock_code: "••••" } : {}), ...(product ? { product } : {}) });
    return this.#prepare({ vendor }, rows, [register(this.#host(vendor), { product, serial, unlockCode }), ...listLicenses(this.#host(vendor))]);
  };
  sendRegistration = async (preview: number): Promise<Registered> => {
    const { vendor, prepared } = this.#take(preview);
    await this.#send(prepared.requests, null);
    const [card, made] = [this.#library.products.find((known) => known.vendor === vendor.key), owned[0]];
    if (card && made) this.#own([...this.#library.owned, { ...made, id: "b1f60000-0000-4000-8000-000000000052", vendor: vendor.key, product: card.name, productId: card.id }]);
    this.#tell("changed", "vendors");
    return { product: card?.name ?? "", licenseId: "b1f60000-0000-4000-8000-000000000052", wasYours: false, listed: true, unread: null };
  };
  prepareSignOut = async (key: string) => {
    const vendor = this.#vendor(key);
    return this.#prepare({ vendor }, rowsFor({ token: "••••", token_id: "1d7f9a52-0c6e-4c3a-9d0b-51c0a2f8e4b7" }), [signOut(this.#host(vendor))]);
  };
  sendSignOut = async (preview: number): Promise<HowEnded | null> => {
    const { vendor, prepared } = this.#take(preview);
    await this.#send(prepared.requests, null);
    this.#signOut(vendor.key);
    return prepared.requests.length ? "revoked" : null;
  };
  forgetSignIn = async (key: string) => {
    this.#signOut(key);
    return true;
  };
  quit = async () => void (this.ended = true);

  revealKey = async (_vendor: string, id: string) => `SLEEVE-DEMO-0000-${this.#license(id)?.keyHint ?? "0000"}`;
  copyKey = async (_vendor: string, id: string) => this.copied.push(id) > 0;

  ledgerPage = async (filter: Parameters<Backend["ledgerPage"]>[0]) => {
    if (this.#state === "loading") return never;
    if (this.#state === "error") throw { code: "ledger.locked", message: "Another program keeps the ledger busy, and nothing is sent without it.", hint: "Try again when the other Gatefold is done." } satisfies Failure;
    return this.#ledger.page(filter);
  };
  ledgerEntry = async (id: number) => {
    const entry = this.#ledger.entry(id);
    if (!entry) throw { code: "ledger.no_entry", message: "The ledger has no such entry.", hint: "" } satisfies Failure;
    return entry;
  };
  ledgerCheck = async () => structuredClone(this.found ?? { ...WHOLE, entries: this.#ledger.length });
  beginLedgerAnew = async () => {
    this.found = null;
    return true;
  };
  sentToday = async () => this.#ledger.today();
  copyEntry = async (id: number) => void this.copied.push(String(id));
  exportLedger = async (format: "har" | "json") => `/home/you/Documents/what-was-sent.${format}`;
  eraseEntry = async (id: number) => {
    this.#ledger.erase(id);
    this.#tell("changed", "ledger");
    return true;
  };

  settings = async () => ({ ...this.#settings });
  changeSettings = async (change: Partial<Settings>) => {
    if (change.proxy && !/^http:\/\/[^/:@]+:\d+$/.test(change.proxy)) {
      throw { code: "network.proxy_malformed", message: "That is not a proxy.", hint: "Write it as http://HOST:PORT." } satisfies Failure;
    }
    this.#settings = { ...this.#settings, ...change };
    return { ...this.#settings };
  };
  letRenew = async (id: string | null, on: boolean) => {
    if (on && !this.agrees) return false;
    if (id === null) this.#settings = { ...this.#settings, renew: on };
    for (const held of this.#library.products.flatMap((card) => card.licenses)) if (held.id === id) held.renews = on;
    this.#tell("changed", "settings");
    this.#tell("changed", "library");
    return true;
  };
  notices = async () => "Gatefold stands on the work of others. The program lists each of them here, with its license.";

  on(event: string, hear: Hear): () => void {
    const hearers = this.#hearers.get(event) ?? new Set();
    this.#hearers.set(event, hearers.add(hear));
    return () => void hearers.delete(hear);
  }

  #tell(event: string, what: unknown): void {
    for (const hear of this.#hearers.get(event) ?? []) hear(what as never);
  }

  #step(preview: number, step: StepName, state: Step["state"]): void {
    this.#tell("step", { preview, step, state } satisfies Step);
  }

  #review(vendor: VendorSummary, path: string | null): VendorReview {
    const known = this.#vendors.some((agreed) => agreed.key === vendor.key);
    const { preview } = this.#prepare({ vendor }, [], []);
    const review: VendorReview = { review: preview, vendor, page: this.#pageOf(vendor), known: "new", from: null, changes: [], countsFrom: this.countsFrom, lookAlikes: [], path };
    if (!known) return review;
    // Whoever picks a file of a vendor they know has a newer one.
    return path === null ? { ...review, known: "agreed" } : newer(review);
  }

  #pageOf(vendor: VendorSummary) {
    return { ...pageOf(vendor, this.#ledger.lines()), newer: this.newer };
  }

  #prepare(pending: Omit<Pending, "prepared">, rows: Prepared["rows"], requests: Request[]): Prepared {
    const preview = this.#next++;
    const prepared = { preview, vendor: pending.vendor.key, host: this.#host(pending.vendor), rows, requests };
    this.#pending.set(preview, { ...pending, prepared });
    return prepared;
  }

  #plan(pending: Pending, name: string): CheckedKey {
    const product = pending.product;
    if (!product) throw new Error("nothing was checked");
    if (!name.trim()) throw NO_NAME;
    const [licenseId, machine] = [license(1, "perpetual", "active").id, "0b9c0000-0000-4000-8000-000000000901"];
    const key = pending.key?.slice(-4) ?? "7H3K";
    const requests = activation(this.#host(pending.vendor), licenseId, machine, name, true);
    const plan = this.#prepare({ ...pending, name, machine }, activationRows(name, key, licenseId, machine), requests);
    return { product, licenseId, terms: "perpetual", expiresAt: null, seats: this.seats, holdsSeat: false, offline: product.offline, offlineUntil: null, forEver: !product.offline.includes("year"), renews: product.offline.includes("year") ? ["license_key", "machine_id", "identifier", "nonce", "file_ttl"] : null, keyHint: key, bySignIn: false, plan, deviceName: name, takesName: true };
  }

  #leaveOpen({ product, machine }: Pending): void {
    const open = { vendor: product?.vendor ?? null, product: product?.name ?? "", licenseId: license(1, "perpetual", "active").id, machineId: machine ?? null, fileIsLost: false };
    this.#library.unfinished = [open];
    this.#tell("changed", "library");
  }

  /** One after another; what is refused stops none of the others. */
  async #each<T extends { id: string }>(preview: number, all: T[], act: (one: T) => Promise<void>): Promise<Progress[]> {
    const done: Progress[] = [];
    for (const one of [...all]) {
      const tell = (state: Progress["state"], failure: Failure | null): Progress => {
        const progress = { preview, licenseId: one.id, state, failure };
        this.#tell("progress", progress);
        return progress;
      };
      if (this.#stopped.has(preview)) {
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

  #signOut(key: string): void {
    this.#vendor(key).account = null;
    this.#own([]);
    this.#tell("changed", "vendors");
  }

  #own(licenses: OwnedLicense[]): void {
    this.#library.owned = structuredClone(licenses);
    for (const card of this.#library.products) card.yours = licenses.some((license) => license.productId === card.id);
  }

  #remove(id: string): void {
    const other = (held: { machineId: string | null; id: string }): boolean => held.machineId !== id && held.id !== id;
    for (const card of this.#library.products) card.licenses = card.licenses.filter(other);
    this.#library.unfinished = this.#library.unfinished.filter((open) => open.machineId !== id);
    this.#tell("changed", "library");
  }

  #take(preview: number): Pending {
    const pending = this.#pending.get(preview);
    if (!pending) throw { code: "app.preview_gone", message: "That was sent already, or forgotten.", hint: "Prepare it again." } satisfies Failure;
    this.#pending.delete(preview);
    return pending;
  }

  async #send(requests: Request[], step: StepName | null): Promise<number[]> {
    await this.#wait();
    const refused = this.refusing && (this.refusing.step === step || this.refusing.step === null) ? this.refusing.failure : null;
    const silent = refused?.code.startsWith("network.") ?? false;
    const ids = requests
      .filter(({ when }) => when === "always" || when === "if_good")
      .map((request) => this.#ledger.add(request, silent ? "not_sent" : "answered", silent ? null : refused ? 422 : 200, refused));
    this.#tell("changed", "ledger");
    if (refused) throw refused;
    return ids;
  }

  #computer = (id: string) => this.#library.computers.flatMap((list) => list.computers).find(({ machineId }) => machineId === id);
  #wait = (): Promise<void> => new Promise((done) => setTimeout(done, this.pace));
  #host = (vendor: VendorSummary): string => vendor.hosts[0] ?? "";
  #license = (id: string) => this.#library.products.flatMap((card) => card.licenses).find((held) => held.id === id);

  #vendor(key: string): VendorSummary {
    const vendor = this.#vendors.find((known) => known.key === key);
    if (!vendor) throw { code: "vendor.unknown", message: "That is no vendor that you added.", hint: "" } satisfies Failure;
    return vendor;
  }
}
