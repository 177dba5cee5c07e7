// What every page shares: the backend, the settings, the library, the vendors and how much was sent today.

import { createContext } from "svelte";
import type { Going } from "./features/going/going.svelte";
import { Health } from "./features/ledger/health.svelte";
import type { Backend } from "./backend/backend";
import type {
  BundledVendor, Changed, DamagedVendor, Failure, Library, LinkName, ProductCard, SentToday, Settings, SignedIn, Start, VendorReview, VendorSummary,
} from "./backend/types";
import { restore } from "./features/library/view.svelte";
import { either, hidden } from "./words/words";

export type Loaded<T> = { is: "loading" } | { is: "ready"; value: T } | { is: "failed"; failure: Failure };

/** Something that was refused always has words; what has none is a fault of ours. */
export function failureOf(thrown: unknown): Failure {
  if (isFailure(thrown)) return thrown;
  return { code: "app.fault", message: thrown instanceof Error ? thrown.message : String(thrown), hint: "" };
}

const isFailure = (thrown: unknown): thrown is Failure =>
  typeof thrown === "object" && thrown !== null && ["code", "message", "hint"].every((word) => word in thrown);

/** So long the first picture waits for the library: one that is drawn with it is there sooner than one that is drawn twice. */
const SOON_MS = 150;

export class Session {
  readonly backend: Backend;
  /** Of the record. */
  readonly health: Health;
  start = $state.raw<Start | null>(null);
  /** Why the program could not start. */
  broken = $state.raw<Failure | null>(null);
  settings = $state.raw<Settings | null>(null);
  vendors = $state.raw<VendorSummary[]>([]);
  bundled = $state.raw<BundledVendor[]>([]);
  damaged = $state.raw<DamagedVendor[]>([]);
  library = $state.raw<Loaded<Library>>({ is: "loading" });
  today = $state.raw<SentToday | null>(null);
  /** The last thing we sent found no network. */
  offline = $state(false);
  /** A vendor file that waits to be looked at. */
  review = $state.raw<VendorReview | null>(null);
  reviewFailure = $state.raw<Failure | null>(null);
  /** It came while something was typed or sent, until it is looked at. */
  reviewWaits = $state(false);
  /** A bundle came while something was typed or sent, until it is looked at. */
  bundleWaits = $state(false);
  /** Counts the bundles that came unasked, so that their page looks again. */
  bundleTick = $state(0);
  /** What goes on while another page is looked at, and what ended there until it was seen. */
  going = $state.raw<Going[]>([]);
  /** That of it whose page is about to be looked at. */
  wanted: Going | null = null;
  /** What the page that is open does. */
  here = $state.raw<Going | null>(null);
  /** A product that a link asked for while something was typed or sent, until it is looked at. */
  waiting = $state.raw<{ vendor: string; product: string } | null>(null);
  /** Why the list of licenses could not be read at the last sign-in. */
  unread = $state.raw<Failure | null>(null);
  /** Who just signed in, until it was seen. */
  welcomed = $state.raw<SignedIn | null>(null);
  /** What went wrong aside, with no place of its own on the page. */
  trouble = $state.raw<Failure | null>(null);
  #opening: Promise<void> | null = null;
  /** What was activated is on the screen. */
  placed = false;
  /** Counts how often another license was to be added from there. */
  anew = $state(0);
  /** Counts what was written to the ledger, so that its page looks again. */
  ledgerTick = $state(0);
  /** Counts how often what is shared with whom may have changed, so that its pages look again. */
  usageTick = $state(0);

  constructor(backend: Backend) {
    this.backend = backend;
    this.health = new Health(backend);
  }

  /** Reads what every page needs, once. */
  open(): Promise<void> {
    return (this.#opening ??= this.#open());
  }

  async #open(): Promise<void> {
    const library = this.loadLibrary();
    const asked = this.backend.start();
    // Answered one after the other, so what the first picture can do without comes last.
    const rest = Promise.all([library, this.loadToday()]);
    try {
      const start = await asked;
      await Promise.race([library, new Promise((over) => setTimeout(over, SOON_MS))]);
      this.start = start;
      this.settings = start.settings;
      restore(start.settings.library);
      this.vendors = start.vendors;
      this.bundled = start.bundled;
      this.damaged = start.damaged;
    } catch (thrown) {
      this.broken = failureOf(thrown);
      return;
    }
    this.backend.on("changed", (what) => void this.attempt(() => this.#changed(what)));
    await rest;
  }

  async loadLibrary(): Promise<void> {
    try {
      this.library = { is: "ready", value: await this.backend.library() };
    } catch (thrown) {
      this.library = { is: "failed", failure: failureOf(thrown) };
    }
  }

  async loadVendors(): Promise<void> {
    const { backend } = this;
    [this.vendors, this.bundled, this.damaged] = await Promise.all([backend.vendors(), backend.bundled(), backend.damagedVendors()]);
  }

  async loadToday(): Promise<void> {
    this.today = await this.backend.sentToday().catch(() => null);
  }

  async change(change: Partial<Settings>): Promise<void> {
    this.settings = await this.backend.changeSettings(change);
  }

  /** Whether licenses are asked about again by themselves. What the switch shows is what came of it, also after a no. */
  async letRenew(license: string | null, on: boolean): Promise<void> {
    await this.backend.letRenew(license, on);
    this.settings = { ...(await this.backend.settings()) };
    await this.loadLibrary();
  }

  /** Does something small; what is in its way is said above the page. */
  async attempt(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (thrown) {
      this.trouble = failureOf(thrown);
    }
  }

  vendor(key: string): VendorSummary | null {
    return this.vendors.find((vendor) => vendor.key === key) ?? null;
  }

  /** The name of a vendor as the record knows it, by its id alone. */
  vendorNamed(id: string): string {
    const named = this.vendors.filter((vendor) => vendor.id === id).map(({ name }) => name);
    return named.length ? either(named) : id;
  }

  product(vendor: string, id: string): ProductCard | null {
    const cards = this.library.is === "ready" ? this.library.value.products : [];
    return cards.find((card) => card.vendor === vendor && (card.id === id || card.code === id)) ?? null;
  }

  /** What is being done on another page with a license, or with a product, so that it is not begun here. */
  worksOn(licenses: string[], product?: { vendor: string; id: string }): Going | null {
    const isOf = (going: Going): boolean => product !== undefined && going.product?.vendor === product.vendor && going.product.id === product.id;
    return this.going.find((going) => going.isUnderWay && (isOf(going) || going.licenses.some((id) => licenses.includes(id)))) ?? null;
  }

  /** Somebody looks on: nothing of the user, their computers or their keys is on the page. */
  get hides(): boolean {
    return this.settings?.hideValues ?? false;
  }

  /** The one way in which such a value stands on a page, or in a sentence. */
  shown(value: string): string {
    return this.hides ? hidden(value) : value;
  }

  /** Opens a page of a vendor in the browser, after the system asked. */
  openLink(vendor: string, link: LinkName): void {
    void this.attempt(() => this.backend.openLink(vendor, link));
  }

  /** The same of a vendor whose file is only looked at. */
  openReviewLink(review: number, link: LinkName): void {
    void this.attempt(() => this.backend.openReviewLink(review, link));
  }

  /** Does what sends, and remembers whether there was a network. */
  async sending<T>(send: () => Promise<T>): Promise<T> {
    try {
      const result = await send();
      this.offline = false;
      return result;
    } catch (thrown) {
      this.offline = failureOf(thrown).code === "network.unreachable";
      throw thrown;
    }
  }

  async #changed(what: Changed): Promise<void> {
    if (what === "ledger") {
      this.ledgerTick += 1;
      await this.loadToday();
    } else if (what === "library") {
      await this.loadLibrary();
    } else if (what === "usage") {
      this.usageTick += 1;
      this.vendors = await this.backend.vendors();
    } else if (what === "vendors") {
      await Promise.all([this.loadVendors(), this.loadLibrary()]);
    } else {
      this.settings = await this.backend.settings();
    }
  }
}

export const [useSession, setSession] = createContext<Session>();
