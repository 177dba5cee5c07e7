// What the Rust side sends. Written by `cargo test -p gatefold-app`; do not edit.

/** A failure: a stable code, a sentence, a way out. */
export type Failure = { code: string; message: string; hint: string };

export type Secrets = "keyring" | "file" | "memory";
export type Theme = "system" | "light" | "dark";

export type Settings = {
  theme: Theme;
  /** Percent. */
  zoom: number;
  /** `http://HOST:PORT`. */
  proxy: string | null;
  /** Months; null is for ever. */
  keepBytesMonths: number | null;
  keepLinesMonths: number | null;
  ledgerInBackups: boolean;
  hideValues: boolean;
};

export type Place = { what: "ledger" | "store" | "shelf" | "logs"; path: string };

/** Everything the first page needs; asks nobody. */
export type Start = {
  version: string;
  deviceName: string | null;
  secrets: Secrets;
  places: Place[];
  settings: Settings;
  vendors: VendorSummary[];
  bundled: BundledVendor[];
};

/** A vendor file that came with the app and was not agreed to yet. */
export type BundledVendor = { id: string; name: string; products: number };

/** `key` names a vendor in every call: its id and the fingerprint of its root key. */
export type VendorSummary = {
  key: string;
  id: string;
  name: string;
  brands: string[];
  fingerprint: string;
  signed: boolean;
  version: number;
  date: string;
  binding: "machine" | "account";
  hosts: string[];
  links: LinkName[];
  account: Account | null;
};

export type LinkName = "account" | "forgot_password" | "create_account" | "policy";
export type Account = { email: string; signedInAt: string; expiresAt: string | null };

/** A vendor file as it was picked, before it is agreed to. */
export type VendorReview = {
  review: number;
  vendor: VendorSummary;
  known: "new" | "agreed" | "update" | "same_id_other_root";
  /** The version agreed to before. */
  from: number | null;
  path: string | null;
};

export type Terms = "perpetual" | "subscription" | "trial";
export type Standing =
  | "active" | "grace" | "clock_behind" | "expired" | "revoked"
  | "incomplete" | "wrong_product" | "wrong_kind" | "wrong_machine" | "unlicensed";

/** Words of one code: what happened, and the next step (may be empty). */
export type Words = { code: string; message: string; hint: string };

export type LicenseCard = {
  id: string;
  terms: Terms;
  standing: Standing;
  reason: Words;
  expiresAt: string | null;
  refreshBy: string | null;
  /** This computer's seat; none for a license bound to the account. */
  machineId: string | null;
  deviceName: string | null;
  /** The last characters of the key; may be empty. */
  keyHint: string;
};

export type ProductCard = {
  vendor: string;
  maker: string;
  id: string;
  code: string;
  name: string;
  kind: string;
  version: string;
  /** What works offline, in words. */
  offline: string;
  licenses: LicenseCard[];
};

export type Library = {
  products: ProductCard[];
  /** License files that cannot be used, and why. */
  unreadable: { path: string; why: Words }[];
  /** Activations that a crash or a lost answer left open. */
  unfinished: { vendor: string; product: string; licenseId: string; machineId: string | null }[];
};

export type MarkKind = "item" | "secret" | "slot";
/** A stretch of `Request.text`, in UTF-16 units. */
export type Mark = { start: number; end: number; kind: MarkKind; items: string[]; sentBytes: number | null };

/** One request as it is kept and shown: head and body, secrets named in their place. */
export type Request = {
  method: string;
  url: string;
  purpose: string;
  label: string;
  wireBytes: number;
  items: string[];
  text: string;
  marks: Mark[];
  /** Sent only if the server says that this computer holds a seat already. */
  onlyIfSeatTaken: boolean;
};

export type ItemGroup = "bind" | "required" | "protocol" | "network";
/** A row of the liner notes. What is null the policy does not say. */
export type ItemRow = {
  item: string;
  label: string;
  group: ItemGroup;
  value: string | null;
  words: string;
  reason: string | null;
  basis: string | null;
  retention: string | null;
  region: string | null;
  secret: boolean;
};

/** Something that is ready to be sent, once. Nothing has left. */
export type Prepared = { preview: number; vendor: string; host: string; rows: ItemRow[]; requests: Request[] };

export type CheckedKey = {
  product: ProductCard;
  licenseId: string;
  terms: Terms;
  expiresAt: string | null;
  seats: { used: number; limit: number | null } | null;
  keyHint: string;
  /** The activation, ready to be sent. */
  plan: Prepared;
  deviceName: string | null;
};

export type StepName = "seat" | "look" | "file" | "verify" | "install";
export type StepState = "running" | "done" | "failed" | "cancelled";
/** Event `step`: what an activation is doing. */
export type Step = { preview: number; step: StepName; state: StepState };

export type Activated = { product: string; licenseId: string; standing: Standing; entries: number[] };

export type LedgerOutcome = "pending" | "answered" | "not_sent" | "unknown";
export type LedgerLine = {
  id: number;
  at: string;
  vendor: string | null;
  purpose: string | null;
  label: string;
  carrier: "https" | "file";
  method: string | null;
  url: string | null;
  peer: string | null;
  outcome: LedgerOutcome;
  status: number | null;
  requestBytes: number;
  items: string[];
  /** The name of an exported file. */
  file: string | null;
};

export type LedgerFilter = {
  vendor: string | null;
  necessity: "required" | "optional" | null;
  outcome: LedgerOutcome | null;
  search: string;
  before: number | null;
  limit: number;
};

export type LedgerEntry = {
  line: LedgerLine;
  text: string | null;
  marks: Mark[];
  concludedAt: string | null;
  nameLookedUp: string | null;
  tlsVersion: string | null;
  proxy: string | null;
  code: Words | null;
  responseBytes: number | null;
  sha256: string | null;
  erasedAt: string | null;
  damaged: boolean;
};

export type LedgerCheck = { entries: number; intact: boolean; broken: number[]; erased: number; anchor: "kept" | "missing" | "cut" };
export type SentToday = { requests: number; bytes: number };

export type PolicyFact = { text: string | null; lines: number[] };
export type VendorPage = {
  vendor: VendorSummary;
  policy: { title: string; dated: string; archived: boolean; version: number };
  required: ItemRow[];
  optional: ItemRow[];
  network: { name: string; reason: string | null; basis: string | null }[];
  recipients: { name: string; context: string[] }[];
  retention: PolicyFact;
  region: PolicyFact;
  scope: PolicyFact;
  controller: { name: string; address: string | null; country: string | null; authority: string | null };
  contacts: { role: string; value: string; asOf: string }[];
  rights: { kind: string; channels: string[] }[];
};
