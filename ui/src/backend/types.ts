// What the program sends and takes. Made from the Rust types by `cargo xtask types`; never edited by hand.

/** A failure: a stable code, a sentence, a way out. */
export type Failure = {
  code: string;
  message: string;
  hint: string;
  /** The seat that this computer holds although nothing was installed. */
  seat?: string;
  /** For how long the server asks to be left alone. */
  retryAfterSecs?: number;
  /** It is not known whether the server acted. */
  unsure?: boolean;
  /** What the license key does not open waits under this number for a sign-in. */
  bySignIn?: number;
};

/** The words of one code: what happened, and the next step, which may be empty. */
export type Words = {
  code: string;
  message: string;
  hint: string;
};

export type Secrets = "keyring" | "file" | "memory";

export type Theme = "system" | "light" | "dark";

/** By what the products of the library are put in order. */
export type Sort = "name" | "maker" | "standing";

/** Which products of the library are shown. */
export type Filter = "all" | "here" | "not" | "yours" | "attention";

/** How the library is looked at; what is searched for is kept nowhere. */
export type LibraryView = {
  sort: Sort;
  filter: Filter;
  /** One vendor's key; null for all. */
  vendor: string | null;
};

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
  /** Whether licenses that the user agreed to it for are asked about again by themselves. */
  renew: boolean;
  library: LibraryView;
};

export type PlaceName = "ledger" | "store" | "shelf" | "logs";

export type Place = {
  what: PlaceName;
  path: string;
};

/** A vendor file that came with the app and was not agreed to yet. */
export type BundledVendor = {
  id: string;
  name: string;
  products: number;
};

/** A vendor agreed to of which what is kept can no longer be read. `key` names it as it does any vendor. */
export type DamagedVendor = {
  key: string;
  id: string;
  fingerprint: string;
};

/** Everything the first page needs; asks nobody. */
export type Start = {
  version: string;
  deviceName: string | null;
  secrets: Secrets;
  places: Array<Place>;
  settings: Settings;
  vendors: Array<VendorSummary>;
  damaged: Array<DamagedVendor>;
  bundled: Array<BundledVendor>;
  /** What this start was asked to open; told once. */
  link: Link | null;
  offered: Offered | null;
  /** A bundle is being opened, to be asked for. */
  bundle: boolean;
};

/** What a vendor's licenses are bound to. */
export type Binding = "machine" | "account";

/** The pages of a vendor that the window offers to open. */
export type LinkName = "account" | "forgot_password" | "create_account" | "policy";

/** Why a sign-in that is remembered is of no use. */
export type WhyEnded = "quit" | "date";

export type Account = {
  email: string;
  signedInAt: string;
  expiresAt: string | null;
  /** When it was read which licenses are the account's, if it was. */
  licensesReadAt: string | null;
  /** Why the sign-in is of no use any more; none while it stands. */
  ended: WhyEnded | null;
};

/** How an earlier sign-in ended at its vendor. */
export type HowEnded = "revoked" | "before" | "open";

/** The sign-in that another took the place of. */
export type Earlier = {
  email: string;
  ended: HowEnded;
};

/** How much of an account's list was read. */
export type ListRead = {
  count: number;
  /** The list goes on after the last page that is read. */
  cut: boolean;
};

/** What a sign-in brought: it stands, whatever became of the list. */
export type SignedIn = {
  vendor: VendorSummary;
  /** The account's licenses, as far as they were read. */
  licenses: ListRead | null;
  /** Why they were not. */
  unread: Failure | null;
  earlier: Earlier | null;
};

/** What a vendor may ask for when a product is registered. */
export type BoughtField = "product" | "product_serial" | "unlock_code";

/** A product that is registered. */
export type Registered = {
  /** The product's name. */
  product: string;
  licenseId: string;
  /** The account had it before. */
  wasYours: boolean;
  /** Whether the vendor's list shows it; none where that was not read. */
  listed: boolean | null;
  /** Why it was not. */
  unread: Failure | null;
};

/** A trial that a vendor offers of a product. */
export type Trial = {
  days: number;
  /** It is counted by the account, so somebody signs in first. */
  byAccount: boolean;
  /** Since when one may have begun that is not activated here. */
  openSince: string | null;
  /** The vendor said that it began. */
  begun: boolean;
};

/** How a license is given away. */
export type GivenBy = "server" | "message";

/** What the vendor's file says of giving a license away. */
export type Giving = {
  by: GivenBy;
  /** What it costs, in the vendor's words. */
  fee: string | null;
  /** So many days after the purchase at the earliest. */
  afterDays: number | null;
  /** On which terms never. */
  never: Array<string>;
};

/** A license that was given away. */
export type Transferred = {
  product: string;
  recipient: string;
  /** Whether the account's list shows it no more; none where that was not read. */
  gone: boolean | null;
  /** Why it was not. */
  unread: Failure | null;
};

/** A message to be sent by the user's hand. */
export type Message = {
  to: string;
  subject: string;
  body: string;
  /** Every fact that is in it. */
  facts: Array<string>;
};

/** What the user said, as it counts now. */
export type UsageState = "not_offered" | "not_asked" | "off" | "on" | "withdrawing" | "withdrawn" | "expired" | "locked";

/** What is shared with a vendor, at a glance. */
export type Sharing = {
  state: UsageState;
  /** What goes to it once it is sent. */
  items: Array<string>;
};

/** `key` names a vendor in every call: its id and the fingerprint of its root key. */
export type VendorSummary = {
  key: string;
  id: string;
  name: string;
  brands: Array<string>;
  fingerprint: string;
  /** Everybody can sign with it. */
  demoKey: boolean;
  signed: boolean;
  version: number;
  date: string;
  binding: Binding;
  hosts: Array<string>;
  links: Array<LinkName>;
  account: Account | null;
  /** Whether it shows who is signed in which licenses are theirs. */
  hasLibrary: boolean;
  /** It shows which computers hold a license's seats. */
  showsSeats: boolean;
  /** It lets a computer be called otherwise. */
  renames: boolean;
  /** With what a product is registered; nothing where that cannot be done here. */
  registersWith: Array<BoughtField>;
  /** Since when it is not known whether a product was registered. */
  registrationOpenSince: string | null;
  /** How its licenses are given away; none where its file says nothing of it. */
  giving: Giving | null;
  /** Since when it is not known whether a license was given away. */
  transferOpenSince: string | null;
  /** What is shared with it of the use of its products; null where that cannot be told. */
  sharing: Sharing | null;
};

/** What a picked vendor file is to the vendors agreed to before. */
export type HowKnown = "new" | "agreed" | "update" | "same_id_other_root";

/** What became of a member of a vendor file. */
export type ChangeKind = "added" | "removed" | "changed";

/** One difference from the file agreed to. */
export type VendorChange = {
  what: string;
  kind: ChangeKind;
  before: string | null;
  after: string | null;
  /** More is asked, reached or shared than before, or less is promised. */
  weighs: boolean;
};

/** A vendor agreed to that another could be taken for. */
export type LookAlike = {
  name: string;
  fingerprint: string;
};

/** Whose a license key can be, by what was typed of it. */
export type WhoseKey = {
  /** The key of the one vendor whose it must be, if it looks like nobody else's. */
  its: string | null;
  /** The keys of all vendors whose license keys look like it; of some no shape is known. */
  alike: Array<string>;
};

/** A newer file than the one in force. */
export type NewerFile = {
  version: number;
  /** What differs. */
  changes: Array<VendorChange>;
  /** When that was first shown; null for one that came with the app and was not looked at. */
  shownAt: string | null;
  /** The user agreed, and it waits for its day. */
  agreed: boolean;
  countsFrom: string | null;
  /** By this name it came with the app. */
  bundled: string | null;
};

/** What became of an agreement: it counts from then on; null where it counts at once. */
export type Agreed = {
  from: string | null;
};

/** A vendor file as it was picked, before it is agreed to. */
export type VendorReview = {
  review: number;
  vendor: VendorSummary;
  /** Everything that the file says, as it is shown once the vendor is added. */
  page: VendorPage;
  known: HowKnown;
  /** The version agreed to before. */
  from: number | null;
  changes: Array<VendorChange>;
  /** Agreed to now, it counts from then on, as its vendor promised; null where it counts at once. */
  countsFrom: string | null;
  lookAlikes: Array<LookAlike>;
  /** Vendors whose license keys look like this one's. */
  sameKeys: Array<string>;
  /** The products whose license files this file lets count no more. */
  struckOff: Array<string>;
  path: string | null;
};

/** On which terms a license is held. */
export type Terms = "perpetual" | "subscription" | "trial";

/** What a license is worth on this computer now. */
export type Standing = "active" | "grace" | "clock_behind" | "expired" | "revoked" | "incomplete" | "wrong_machine" | "wrong_product" | "wrong_kind" | "unlicensed";

export type LicenseCard = {
  id: string;
  terms: Terms;
  standing: Standing;
  reason: Words;
  expiresAt: string | null;
  refreshBy: string | null;
  /** Days until it ends or needs its file again, the begun one included. */
  daysLeft: number | null;
  /** The features that it includes, by their codes. */
  features: Array<string>;
  /** Whether it is asked about again by itself, as the user agreed; none where nothing of it ends, or ends for good. */
  renews: boolean | null;
  /** This computer's seat; none for a license bound to the account. */
  machineId: string | null;
  deviceName: string | null;
  /** When the vendor said that the seat is gone, if it did and no file came since. */
  seatGoneAt: string | null;
  /** When its seat was asked to be given back, where no answer told what became of it. */
  releaseAskedAt: string | null;
  /** The last characters of the key; may be empty. */
  keyHint: string;
  /** When its first file came to this computer, as far as that is known; a product's licenses stand in this order. */
  activatedAt: string | null;
};

export type ProductCard = {
  vendor: string;
  maker: string;
  id: string;
  code: string;
  name: string;
  kind: string;
  version: string;
  /** What works offline, whatever the terms of a license, in words. */
  offline: string;
  licenses: Array<LicenseCard>;
  /** What was left open about it. */
  open: Array<Unfinished>;
  /** A license of it is an account's, and would be of use on this computer, which has none. */
  yours: boolean;
  /** It can be tried. */
  trial: Trial | null;
};

export type UnreadableFile = {
  path: string;
  /** The license, by the file's name. */
  licenseId: string | null;
  /** The product's name, where it is remembered. */
  product: string | null;
  why: Words;
};

/** A license of an account that is signed in. */
export type OwnedLicense = {
  vendor: string;
  id: string;
  /** The product's name. */
  product: string;
  productId: string | null;
  terms: Terms;
  expiresAt: string | null;
  /** By the list, the right has ended. */
  ended: boolean;
  /** Why it is not needed here; none if it is. */
  spare: WhySpare | null;
  /** None where licenses are bound to the account. */
  seats: Seats | null;
  /** The last characters of the key; may be empty. */
  keyHint: string;
  readAt: string;
};

export type Unfinished = {
  /** None where the vendor's file is gone. */
  vendor: string | null;
  /** The product's name. */
  product: string;
  licenseId: string;
  /** The seat that may be held; none where none was asked for. */
  machineId: string | null;
  /** It is a seat whose license file is lost or spoilt. */
  fileIsLost: boolean;
  /** The vendor said that the seat is gone: then nothing is taken there. */
  seatIsGone: boolean;
};

/** The seats of one license. */
export type SeatList = {
  vendor: string;
  licenseId: string;
  productId: string | null;
  seats: Seats;
  computers: Array<Computer>;
  /** The vendor's list goes on. */
  cut: boolean;
  readAt: string;
  /** A request went out since that may have changed it. */
  changed: boolean;
};

/** A computer that holds a seat. */
export type Computer = {
  machineId: string;
  /** None where the vendor was told none. */
  name: string | null;
  isHere: boolean;
  /** It is this one from before its system was installed anew, by all that is known here. */
  isSystemBefore: boolean;
  lastFileAt: string | null;
  /** That file is later than the one here. */
  fetchedElsewhere: boolean;
};

/** What was given back, or forgotten here. */
export type Released = {
  /** The files of the license that root installed for all users of this computer, which count until root removes them. */
  copies: Array<string>;
};

export type Library = {
  products: Array<ProductCard>;
  /** License files that cannot be used, and why. */
  unreadable: Array<UnreadableFile>;
  /** Activations that a crash or a lost answer left open, and seats whose files are lost. */
  unfinished: Array<Unfinished>;
  /** What is the accounts' and not on this computer, as the vendors listed it last. */
  owned: Array<OwnedLicense>;
  /** Who holds the seats of licenses, as their vendors listed it last. */
  computers: Array<SeatList>;
  /** Vendors that may remove an account for want of activity. */
  reminders: Array<Reminder>;
  /** A sentence if this computer's clock is off, by what the servers signed. */
  clock: string | null;
};

/** That a vendor may remove an account: a whole sentence. */
export type Reminder = {
  vendor: string;
  says: string;
};

export type MarkKind = "item" | "secret" | "slot";

/** A stretch of a request's text, in UTF-16 units, as the page counts. */
export type Mark = {
  start: number;
  end: number;
  kind: MarkKind;
  items: Array<string>;
  sentBytes: number | null;
};

/** When a request is sent. */
export type RequestWhen = "always" | "if_good" | "unless_seat_taken" | "if_seat_taken" | "if_no_seat_came" | "if_more" | "if_unanswered" | "if_not_kept";

/** What a request does, where its purpose alone would not tell it from its neighbors. */
export type RequestDeed = "seat" | "look" | "file" | "standing";

/** One request as it is kept and shown: head and body, secrets named in their place. */
export type Request = {
  method: string;
  url: string;
  purpose: string;
  label: string;
  deed: RequestDeed | null;
  wireBytes: number;
  items: Array<string>;
  text: string;
  marks: Array<Mark>;
  when: RequestWhen;
  /** So many more like it may follow: nothing but a page's number differs. */
  alike: number;
};

export type ItemGroup = "bind" | "required" | "chosen" | "protocol" | "shared" | "frame" | "network";

/** A row of the liner notes. What is null the policy does not say. */
export type ItemRow = {
  item: string;
  label: string;
  group: ItemGroup;
  value: string | null;
  words: string;
  reason: string | null;
  /** Which lines of the policy give the reason, where the basis does not cite the same. */
  source: string | null;
  basis: string | null;
  /** What else weighs most, with basis and lines of its own. */
  also: string | null;
  retention: string | null;
  region: string | null;
  recipients: Array<string>;
  secret: boolean;
};

/** Something that is ready to be sent, once. Nothing has left. */
export type Prepared = {
  preview: number;
  vendor: string;
  host: string;
  rows: Array<ItemRow>;
  requests: Array<Request>;
};

/** Something that is ready to be sent for several licenses. Nothing has left. */
export type Batch = {
  preview: number;
  /** Everything that is sent, a part for each vendor. */
  parts: Array<Prepared>;
  /** In the order in which they are done. */
  deeds: Array<Deed>;
  /** What cannot be done, and why. */
  leftOut: Array<LeftOut>;
  /** What need not be done, and why. */
  spare: Array<Spare>;
  /** The name under which the vendors will list this computer, if it is sent. */
  deviceName: string | null;
  /** How many of them are asked about again by themselves from then on, as the user agrees to by sending. */
  renewed: number;
  /** A name of this computer may be sent. */
  takesName: boolean;
  /** And a vendor insists on one. */
  wantsName: boolean;
};

/** What is done for one license. */
export type Deed = {
  licenseId: string;
  vendor: string;
  /** The product's name. */
  product: string;
  /** The last characters of the key, where they are known. */
  keyHint: string;
  /** How many of its vendor's requests are its own, in the order of the deeds; with none, what is done is done here alone. */
  requests: number;
};

export type LeftOut = {
  licenseId: string;
  product: string;
  why: Words;
};

/** A license that is not needed here. */
export type Spare = {
  licenseId: string;
  product: string;
  keyHint: string;
  why: WhySpare;
};

export type WhySpare = "ended" | "barred" | "another" | "full";

/** Event `progress`, and in the end the list of all: what became of a license. */
export type Progress = {
  preview: number;
  licenseId: string;
  state: StepState;
  failure: Failure | null;
  /** The lines of the record that were written for it. */
  entries: Array<number>;
  /** Where it was given back, the files of it that root installed for all users, which count until root removes them. */
  copies: Array<string>;
};

export type Seats = {
  used: number;
  limit: number | null;
};

export type CheckedKey = {
  product: ProductCard;
  licenseId: string;
  terms: Terms;
  expiresAt: string | null;
  seats: Seats | null;
  /** This computer holds one of the seats in use, or may hold it. */
  holdsSeat: boolean;
  /** What works offline of this license, in words. */
  offline: string;
  /** The same as a time, where it is the license's end. */
  offlineUntil: string | null;
  /** The license file has no end: it works offline for good. */
  forEver: boolean;
  /**
   * What is sent when it is asked about again by itself, as the user agrees to by sending the plan; none where it is
   * not.
   */
  renews: Array<string> | null;
  keyHint: string;
  /** The sign-in opens it, not the key. */
  bySignIn: boolean;
  /** The activation, ready to be sent. */
  plan: Prepared;
  /** The name under which the vendor will list this computer. */
  deviceName: string | null;
  /** Whether a name can be given; it need not be where none is there. */
  takesName: boolean;
};

/** A trial that is ready to be begun and activated. Nothing has left. */
export type TrialPlan = {
  plan: Prepared;
  /** The name under which the vendor will list this computer, if it is sent. */
  deviceName: string | null;
  /** A name of this computer may be sent. */
  takesName: boolean;
  /** And the vendor insists on one. */
  wantsName: boolean;
};

/** A step of an activation; some are not always needed. */
export type StepName = "seat" | "look" | "file" | "install";

export type StepState = "running" | "done" | "unclear" | "refused" | "failed" | "cancelled";

/** Event `step`: what an activation is doing. */
export type Step = {
  preview: number;
  step: StepName;
  state: StepState;
};

export type Activated = {
  product: string;
  licenseId: string;
  standing: Standing;
  /** Why it counts, or does not count yet. */
  reason: Words;
  /** Every request, the check included. */
  entries: Array<LedgerLine>;
};

/** How it left: `https`, also for http to this very computer, or `file`. */
export type Carrier = "https" | "file";

export type LedgerOutcome = "pending" | "answered" | "not_sent" | "unknown";

export type LedgerLine = {
  id: number;
  at: string;
  /** The vendor's id; none for a file of the user's own. */
  vendor: string | null;
  /** What it is called, also where it is not here any more. */
  vendorName: string | null;
  purpose: string | null;
  label: string;
  carrier: Carrier;
  method: string | null;
  url: string | null;
  /** Every address and port that was tried, the one that answered last. */
  peers: Array<string>;
  outcome: LedgerOutcome;
  status: number | null;
  requestBytes: number;
  items: Array<string>;
  /** The name of an exported file. */
  file: string | null;
  /** The product that it was about, as far as that is known here. */
  product: string | null;
  /** What it did, more closely than its purpose. */
  deed: RequestDeed | null;
  /** The server said no. */
  refused: boolean;
  /** The server failed at it: what it made of it is not known. */
  failed: boolean;
  /** It left by itself, as the user had agreed to before. */
  byItself: boolean;
  /** It is not what was written. */
  altered: boolean;
  /** So many lines are gone right before it; 0 where lines were left out, which says nothing. */
  goneBefore: number;
};

export type Need = "required" | "optional";

export type LedgerFilter = {
  vendor: string | null;
  necessity: Need | null;
  outcome: LedgerOutcome | null;
  /** Requests with at least one of these items. */
  items: Array<string>;
  /** What was written since this time. */
  since: string | null;
  search: string;
  before: number | null;
  limit: number;
};

export type LedgerEntry = {
  line: LedgerLine;
  text: string | null;
  marks: Array<Mark>;
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

/** The chain's end, remembered outside the file. */
export type Anchor = "kept" | "missing" | "cut";

/** The erasure that was noted last. */
export type Erasure = {
  entry: number;
  at: string;
};

/** A vendor that was removed and of whom the record still speaks. */
export type FormerVendor = {
  id: string;
  name: string;
};

export type LedgerCheck = {
  entries: number;
  intact: boolean;
  /** Lines that are not what was written. */
  altered: Array<number>;
  /** Lines of which nothing is left. */
  missing: Array<number>;
  erased: number;
  lastErasure: Erasure | null;
  /** Lines that are gone from the front: by age, or given up when the record was begun anew. */
  retired: number;
  anchor: Anchor;
};

export type SentToday = {
  requests: number;
  bytes: number;
};

/** How a fact follows from the policy's text. */
export type Assurance = "stated" | "inferred" | "silent" | "contradictory";

/**
 * What a policy says, and in which of its lines. `text` is null where it is silent, `other` is the other side of a
 * contradiction.
 */
export type Said = {
  text: string | null;
  other: string | null;
  assurance: Assurance;
  lines: Array<number>;
  otherLines: Array<number>;
};

/** Why, and on which legal basis. */
export type Reason = {
  says: Said;
  basis: Said;
};

/** What was sent of an item: in how many requests, when last, and in which entry. */
export type WasSent = {
  times: number;
  last: string;
  entry: number;
};

/** Under which heading a row stands. */
export type PageGroup = "bind" | "required" | "chosen" | "protocol" | "optional" | "undeclared";

/** A row of the three columns. */
export type PageItem = {
  item: string;
  label: string;
  group: PageGroup;
  words: string;
  necessity: Said;
  reasons: Array<Reason>;
  /** Null where the policy says no more of this item than in general. */
  retention: Said | null;
  region: Said | null;
  /** Who sees it, each with the vendor's places where that is. */
  recipients: Array<string>;
  /** The requests that carry it. */
  sends: Array<string>;
  secret: boolean;
  /** The version of the file that first declared it. */
  since: number;
  sent: WasSent | null;
  /** The user agreed that it goes along with usage. */
  shared: boolean;
};

/** A category of data that the policy speaks of and no item carries. */
export type NotCarried = {
  name: string;
  context: Array<string>;
  source: string;
  necessity: Said;
  says: Said;
  /** It is in no request, and the network shows it. */
  seen: boolean;
  /** The policy asks for it; else it allows it. */
  asked: boolean;
};

/** What the network shows with every request. */
export type NetworkFact = {
  name: string;
  reason: Said;
  basis: Said;
};

/** A category of what was sent in the past twelve months. */
export type CategorySent = {
  name: string;
  items: Array<string>;
  labels: Array<string>;
  times: number;
};

/** What this computer had to do with the vendor. */
export type Contacts = {
  since: string;
  requests: number;
  bytes: number;
  categories: Array<CategorySent>;
  /** Requests whose bytes were erased, in those twelve months and in all. */
  erased: number;
  erasedEver: number;
  /** There are older requests, which were not added up. */
  cut: boolean;
  last: string | null;
  lastEntry: number | null;
  /** That an account may be removed for want of activity, once that is near or past; a sentence of the summary. */
  removal: string | null;
};

/** Somebody the vendor shares with, and in which of its places: a website's analytics firm gets nothing of an activation. */
export type Recipient = {
  says: Said;
  context: Array<string>;
};

/** A row of what the policy may use data for. */
export type PurposeRow = {
  says: Said;
  /** What kind of purpose it is, where one fits. */
  term: string | null;
  /** Empty where the policy does not say which data. */
  categories: Array<string>;
  context: Array<string>;
  basis: Said;
  choice: string | null;
};

/** Something else that the policy says. */
export type Statement = {
  about: string;
  says: Said;
};

/** A right that the policy names, and how it is used. */
export type Right = {
  says: Said;
  ways: string;
  note: string | null;
};

/** The responsible firm. */
export type Controller = {
  name: string;
  address: string | null;
  country: string | null;
  representative: string | null;
  authority: string | null;
  lines: Array<number>;
};

/** An address for questions, as it was known on a day. */
export type Contact = {
  role: string;
  value: string;
  asOf: string;
  lines: Array<number>;
};

/** The policy. */
export type PolicyPage = {
  title: string;
  dated: string;
  /** Kept for reference, no longer in force. */
  archived: boolean;
  /** The day the text was archived; null where that is not known. */
  archivedOn: string | null;
  sha256: string;
  effectiveFrom: Said;
  scope: Said;
  age: Said;
  /** What becomes of an account without activity; null where the policy names no such rule. */
  inactive: Said | null;
  retention: Said;
  region: Said;
  acknowledged: Said;
  answered: Said;
  noticeDays: Said;
  noticeHow: Said;
  controller: Controller;
  contacts: Array<Contact>;
  recipients: Array<Recipient>;
  purposes: Array<PurposeRow>;
  statements: Array<Statement>;
  rights: Array<Right>;
  /** What the vendor asks for when a product is registered; null where the policy speaks of no registering. */
  registration: Said | null;
};

/** Everything that is shown of a vendor. */
export type VendorPage = {
  vendor: VendorSummary;
  /** In plain words, what weighs most first. */
  summary: Array<string>;
  items: Array<PageItem>;
  /** Liner notes of what is sent without being asked for each time: everything but usage. */
  required: Array<ItemRow>;
  network: Array<NetworkFact>;
  notCarried: Array<NotCarried>;
  contacts: Contacts;
  policy: PolicyPage;
  /** A newer file that waits. */
  newer: NewerFile | null;
};

/** Who locked it off. */
export type UsageLocker = "do_not_track" | "you" | "administrator";

/** A lock that keeps it off. */
export type UsageLock = {
  by: UsageLocker;
  since: string | null;
};

/** An item that the vendor takes. */
export type UsageItem = {
  item: string;
  label: string;
  words: string;
  reasons: Array<Reason>;
  kept: Said;
  /** Who sees it beside the receiver. */
  recipients: Array<string>;
  /** Until when it is shared; null where it is not. */
  until: string | null;
};

/** Sessions of a week, over all products; a week without any is there too. */
export type UsageWeek = {
  /** As `2026-W49`. */
  week: string;
  /** Its Monday. */
  from: string;
  sessions: number;
  /** How many of them went to the vendor, or may have. */
  sent: number;
};

/** What waits to be sent. */
export type UsageWaiting = {
  /** Null where how often was not granted: then each line says that there was a session. */
  sessions: number | null;
  lines: number;
  weeks: number;
};

/** What became of an upload. */
export type UploadState = "taken" | "partly" | "refused" | "unknown";

/** An upload that was sent, or may have been. */
export type Upload = {
  /** Its number, which it was sent with. */
  batch: string;
  at: string;
  state: UploadState;
  status: number | null;
  /** How many lines of it were not taken. */
  rejected: number;
  /** It is to be erased, and that was not confirmed. */
  erasing: boolean;
  /** When the vendor confirmed that it is erased. */
  erasedAt: string | null;
};

/** What a record of consent is of. */
export type ConsentEvent = "granted" | "refused" | "changed" | "withdrawn" | "expired";

/** What the user said once, or what ended by itself. */
export type UsageRecord = {
  id: number;
  at: string;
  event: ConsentEvent;
};

/** What is shared leaves by itself, as the user chose. */
export type UsageWeekly = {
  since: string;
  /** When the next upload may leave; null where nothing waits. */
  next: string | null;
};

/** Everything about sharing usage with one vendor. */
export type UsagePage = {
  vendor: string;
  state: UsageState;
  locked: UsageLock | null;
  items: Array<UsageItem>;
  /** Where it goes. */
  server: string | null;
  /** From which age on the person decides alone. */
  age: Said;
  weeks: Array<UsageWeek>;
  waiting: UsageWaiting | null;
  /** Null where the user sends it. */
  weekly: UsageWeekly | null;
  /** The newest first. */
  uploads: Array<Upload>;
  /** How many of them are to be erased. */
  toErase: number;
  /** The newest first. */
  records: Array<UsageRecord>;
};

/** Items that are to be shared, and the very text that a record will say was shown. Nothing has changed. */
export type GrantPlan = {
  preview: number;
  items: Array<string>;
  notice: string;
  language: string;
  sha256: string;
  /** All of it is shared already, and nothing more. */
  asBefore: boolean;
};

/** What came of taking back. */
export type Stopped = {
  /** What had gone before, by the record's lines. */
  gone: Array<number>;
  /** How many uploads are to be erased: that is a request of its own. */
  toErase: number;
};

/** An upload that was answered. */
export type Uploaded = {
  /** How many lines of it were not taken. */
  rejected: number;
};

/** A program that ended against its will; its report waits for the next bundle. */
export type Crashed = {
  /** Null where none was noted. */
  at: string | null;
  program: string;
  version: string;
  location: string;
};

/** How many parts of one kind were replaced. */
export type Replaced = {
  kind: string;
  count: number;
};

/** A part of a bundle as it stands; of crash reports there may be several. */
export type BundlePart = {
  part: string;
  name: string;
  bytes: number;
  included: boolean;
  replaced: Array<Replaced>;
};

/** A file of the bundle as it will be. */
export type BundleFile = {
  name: string;
  bytes: number;
  /** How many parts of it were replaced. */
  marks: number;
};

export type WhyLeftOut = "unticked" | "not_text" | "not_typed" | "too_large" | "still_found";

/** What is not in a bundle. */
export type BundleLeftOut = {
  file: string;
  reason: WhyLeftOut;
  /** Null where it is the whole file. */
  lines: number | null;
};

/** Whose support a bundle can be sealed for. */
export type SealedFor = {
  vendor: string;
  called: string;
  /** Where it is handed over, if the vendor's file says so. */
  contact: string | null;
};

/** A bundle in the making. */
export type BundlePage = {
  /** What vendors promise to say before diagnostics, in sentences. */
  notices: Array<string>;
  parts: Array<BundlePart>;
  /** Every file that would be written, in the order of the bundle. */
  files: Array<BundleFile>;
  leftOut: Array<BundleLeftOut>;
  /** What could not be read. */
  uncollected: Array<Words>;
  /** What the user says, as they typed it. */
  note: string;
  reachability: boolean;
  recipients: Array<SealedFor>;
};

/** How large the file would be now. */
export type BundleSize = {
  bytes: number;
  maxBytes: number;
};

/** A marked part of a row, in units of UTF-16. */
export type RowMark = {
  start: number;
  end: number;
  /** Which of the text's, from 0. */
  nth: number;
  kind: string;
};

/** A row of a text. */
export type TextRow = {
  /** The number of the line that begins with it, from 1; null where it goes on with one. */
  line: number | null;
  text: string;
  /** A new line follows. */
  ends: boolean;
  marks: Array<RowMark>;
};

/** Some rows of a text. */
export type TextRows = {
  /** How many there are in all. */
  count: number;
  rows: Array<TextRow>;
};

/** Who is called what in a bundle. */
export type BundleName = {
  pseudonym: string;
  value: string;
};

/** A bundle, or its table of names, that was written. */
export type BundleSaved = {
  path: string;
  bytes: number;
  sha256: string;
  /** The entry of the record that notes it. */
  entry: number | null;
};

export type Grave = "problem" | "warning" | "note";

/** Something that a bundle tells of. */
export type BundleFinding = {
  grave: Grave;
  code: string;
  words: string;
  file: string;
  count: number;
  lastAt: string | null;
};

/** Something that happened. */
export type BundleEvent = {
  /** Empty where that is not known. */
  at: string;
  file: string;
  what: string;
  failed: boolean;
};

/** A file of a bundle; without a size where its manifest lists none of that name. */
export type OpenedFile = {
  name: string;
  bytes: number | null;
};

/** A line that was found. */
export type BundleLine = {
  file: string;
  line: number;
  text: string;
};

/** Something in which two bundles differ. */
export type BundleDifference = {
  file: string;
  place: string;
  /** Null where that bundle says nothing of it. */
  before: string | null;
  after: string | null;
};

/** A second bundle beside the first. */
export type BundleComparison = {
  path: string;
  madeAt: string;
  differences: Array<BundleDifference>;
};

/** A bundle that was opened. */
export type OpenedBundle = {
  path: string;
  tool: string;
  madeAt: string;
  /** The gravest first. */
  findings: Array<BundleFinding>;
  /** What a ticket holds. */
  summary: string;
  /** The newest first. */
  timeline: Array<BundleEvent>;
  files: Array<OpenedFile>;
  leftOut: Array<BundleLeftOut>;
  replaced: Array<Replaced>;
};

/** A vendor file that was dropped on the window or given to a start: to be looked at, or why it cannot be. */
export type Offered = VendorReview | Failure;

/** What is no longer as the page knows it. */
export type Changed = "ledger" | "library" | "vendors" | "settings" | "usage";

/** A product's page that a link asks for. */
export type Link = {
  vendor: string;
  product: string;
};
