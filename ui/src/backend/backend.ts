// What the window may ask of the program. Ids go in, never bytes, URLs or paths. Two implementations: the real one
// over IPC, and one in memory for component tests and for looking at pages in a browser.

import type {
  Activated, Agreed, Batch, BundleComparison, BundledVendor, BundleLine, BundleName, BundlePage, BundleSaved, BundleSize, Changed, CheckedKey, Crashed, DamagedVendor, FormerVendor, GrantPlan, HowEnded, ItemRow, LedgerCheck, LedgerEntry, LedgerFilter, LedgerLine, Library, Link,
  LinkName, ListRead, Message, Offered, OpenedBundle, Prepared, Progress, Registered, Released, SentToday, Settings, SignedIn, Start, Step, Stopped, TextRows, Transferred, TrialPlan, Uploaded, UsagePage, VendorPage, VendorReview, VendorSummary, WhoseKey,
} from "./types";

/** Every call may reject with a `Failure`. */
export interface Backend {
  start(): Promise<Start>;
  vendors(): Promise<VendorSummary[]>;
  /** Those of which what is kept can no longer be read. */
  damagedVendors(): Promise<DamagedVendor[]>;
  bundled(): Promise<BundledVendor[]>;

  /** Opens the system's file dialog; null when it was closed. */
  pickVendor(): Promise<VendorReview | null>;
  reviewBundled(id: string): Promise<VendorReview>;
  /** A newer file that was shown before, and waits. */
  reviewWaiting(vendor: string): Promise<VendorReview>;
  /** Asks once more in a native dialog; null when the user said no. */
  agreeVendor(review: number): Promise<Agreed | null>;
  /** After a native confirmation; null when the user said no. The license files that stay. */
  removeVendor(vendor: string): Promise<string[] | null>;
  vendorPage(vendor: string): Promise<VendorPage>;
  /** Its page as linked data, in a file that the user chooses; null when they chose none. */
  exportVendorPage(vendor: string): Promise<string | null>;
  /** The records of what was agreed to with it, refused and taken back, likewise. */
  exportUsageRecords(vendor: string): Promise<string | null>;
  /** Shows the address in a native dialog, then opens it in the browser. */
  openLink(vendor: string, link: LinkName): Promise<boolean>;
  /** The same of a vendor whose file is looked at and not agreed to. */
  openReviewLink(review: number, link: LinkName): Promise<boolean>;

  library(): Promise<Library>;

  /** What an activation by key sends to a vendor, before there is a key: no values. */
  activationItems(vendor: string): Promise<ItemRow[]>;
  /** Whose a key can be, by its shape: nothing leaves, and nobody is asked. */
  vendorsOfKey(key: string): Promise<WhoseKey>;
  prepareCheck(vendor: string, key: string): Promise<Prepared>;
  /** The same for a license that something was left open about: its key was kept. */
  prepareCheckAgain(license: string): Promise<Prepared>;
  /** Sends the check, then prepares the activation. */
  sendCheck(preview: number): Promise<CheckedKey>;
  /** The same activation under another device name, or under none where none is required; the old preview is gone. */
  renameDevice(preview: number, name: string): Promise<CheckedKey>;
  /** What the key did not open (`Failure.bySignIn`), once more by the sign-in. It waits until somebody is signed in. */
  planBySignIn(preview: number): Promise<CheckedKey>;
  sendActivation(preview: number): Promise<Activated>;
  /** Stops before the next step; what has left has left. */
  cancel(preview: number): Promise<void>;
  /** Forgets something prepared; nothing leaves. */
  discard(preview: number): Promise<void>;

  prepareRefresh(vendor: string, license: string): Promise<Prepared>;
  sendRefresh(preview: number): Promise<void>;
  /** `id` is the activation's, or the license's where there are no seats; or of another computer's seat that was listed. */
  prepareRelease(id: string): Promise<Prepared>;
  /** Another computer's seat after a native confirmation; null when the user said no, and it can still be sent. */
  sendRelease(preview: number): Promise<Released | null>;
  /** Which computers hold the seats of a license that is known here. */
  prepareSeats(license: string): Promise<Prepared>;
  /** What the key did not open (`Failure.bySignIn`), once more by the sign-in. It waits until somebody is signed in. */
  planSeatsBySignIn(preview: number): Promise<Prepared>;
  sendSeats(preview: number): Promise<void>;
  /** Another name of a computer in the vendor's list. */
  prepareRename(id: string, name: string): Promise<Prepared>;
  sendRename(preview: number): Promise<void>;
  /** Forgets a license here without asking its vendor. After a native confirmation; null when the user said no. */
  removeHere(id: string): Promise<Released | null>;
  prepareReleaseOfAll(): Promise<Batch>;
  /** After a native confirmation; null when the user said no. What became of each. */
  sendReleaseOfAll(preview: number): Promise<Progress[] | null>;
  /** The accounts' licenses that are not here, or one of them, under this name of the computer. */
  prepareActivationOfAll(license: string | null, name: string | null): Promise<Batch>;
  sendActivationOfAll(preview: number): Promise<Progress[]>;

  prepareSignIn(vendor: string, email: string, password: string, otp: string | null): Promise<Prepared>;
  /** The sign-in stands, whatever became of the list of licenses. */
  sendSignIn(preview: number): Promise<SignedIn>;
  /** Which licenses are the account's, asked again. */
  prepareLibrary(vendor: string): Promise<Prepared>;
  sendLibrary(preview: number): Promise<ListRead>;
  /** What is registered, as far as the vendor asks for it. */
  prepareRegistration(vendor: string, product: string | null, serial: string | null, unlockCode: string | null): Promise<Prepared>;
  sendRegistration(preview: number): Promise<Registered>;
  /** What begins a trial and activates it, under this name of the computer, or the one that it has. */
  prepareTrial(vendor: string, product: string, name: string | null): Promise<TrialPlan>;
  sendTrial(preview: number): Promise<Activated>;
  /** The question whether a license can be given to somebody else. */
  prepareTransfer(license: string, recipient: string): Promise<Prepared>;
  /** Asks it; what gives the license away is then shown, and not sent yet. */
  askTransfer(preview: number): Promise<Prepared>;
  /** After a native confirmation; null when the user said no, and it can still be sent. */
  sendTransfer(preview: number): Promise<Transferred | null>;
  /** The message that a vendor wants instead; nothing is sent. */
  transferMessage(license: string, recipient: string | null): Promise<Message>;
  copyTransferMessage(license: string, recipient: string | null): Promise<void>;
  /** Opens the mail program after a native confirmation; false when the user said no. */
  openTransferMessage(license: string, recipient: string | null): Promise<boolean>;
  prepareSignOut(vendor: string): Promise<Prepared>;
  /** How it ended there; null if it was only forgotten here. */
  sendSignOut(preview: number): Promise<HowEnded | null>;
  /** Forgets a sign-in here without asking its vendor. After a native confirmation; false when the user said no. */
  forgetSignIn(vendor: string): Promise<boolean>;

  /** After a native confirmation; null when the user said no. */
  revealKey(vendor: string, license: string): Promise<string | null>;
  copyKey(vendor: string, license: string): Promise<boolean>;

  ledgerPage(filter: LedgerFilter): Promise<LedgerLine[]>;
  /** Vendors that were removed and of whom the record still speaks. */
  formerVendors(): Promise<FormerVendor[]>;
  ledgerEntry(id: number): Promise<LedgerEntry>;
  ledgerCheck(): Promise<LedgerCheck>;
  /** Whether the record ends where it was remembered to; no more than that is looked at. */
  ledgerEndsWhole(): Promise<boolean>;
  /** Takes the record for whole as it is. After a native confirmation; false when the user said no. */
  beginLedgerAnew(): Promise<boolean>;
  sentToday(): Promise<SentToday>;
  copyEntry(id: number): Promise<void>;
  /** Opens the system's save dialog; the path, or null when it was closed. */
  exportLedger(format: "har" | "json"): Promise<string | null>;
  /** After a native confirmation; false when the user said no. */
  eraseEntry(id: number): Promise<boolean>;

  /** How it stands with sharing usage; what plug-ins noted is counted, and nothing is sent. */
  usagePage(vendor: string): Promise<UsagePage>;
  /** Exactly these items, all if none is named: the text that is agreed to. Nothing changes. */
  planUsageGrant(vendor: string, items: string[]): Promise<GrantPlan>;
  /** After a native confirmation; false when the user said no, and it can still be agreed to. */
  grantUsage(preview: number): Promise<boolean>;
  /** The user said no to what was shown, which is kept. */
  refuseUsage(preview: number): Promise<void>;
  /** At once and without being asked; with `erase` the request for that is shown on its own. */
  withdrawUsage(vendor: string, erase: boolean): Promise<Stopped>;
  withdrawUsageItem(vendor: string, item: string): Promise<void>;
  /** What is shared leaves by itself. On after a native confirmation, false when the user said no; off counts at once. */
  letUsageGoWeekly(vendor: string, on: boolean): Promise<boolean>;
  /** Off for every vendor until it is lifted; takes nothing back. */
  lockUsage(): Promise<void>;
  /** After a native confirmation; false when the user said no. */
  liftUsageLock(): Promise<boolean>;
  /** What would be sent next; null where nothing waits. */
  prepareUpload(vendor: string): Promise<Prepared | null>;
  sendUpload(preview: number): Promise<Uploaded>;
  /** Forgets it; nothing leaves. */
  throwAwayUpload(preview: number): Promise<void>;
  /** The request that what was sent be erased; null where none is wanted. */
  prepareErasure(vendor: string): Promise<Prepared | null>;
  sendErasure(preview: number): Promise<void>;

  /** Programs that ended against their will; their reports wait for the next bundle. */
  crashReports(): Promise<Crashed[]>;
  /** After a native confirmation; false when the user said no. */
  clearCrashReports(): Promise<boolean>;
  /** Collects and cleans everything anew; what was left out before stays so. Nothing is written, and nothing sent. */
  makeBundle(): Promise<BundlePage>;
  /** The same, with or without how the last requests to servers ended, by the record. */
  letReachabilityIn(on: boolean): Promise<BundlePage>;
  /** A file by its name, or all files of a part by its word. */
  includeInBundle(what: string, on: boolean): Promise<BundlePage>;
  setBundleNote(note: string): Promise<BundlePage>;
  bundleSize(): Promise<BundleSize>;
  /** Some rows of a file as it will be written, each of at most so many columns. */
  bundleRows(file: string, columns: number, from: number, count: number): Promise<TextRows>;
  /** The row in which a replaced part begins. */
  bundleMark(file: string, columns: number, nth: number): Promise<number>;
  bundleNames(): Promise<BundleName[]>;
  /** Opens the system's save dialog; null when it was closed. Sealed for the support of a vendor, by its id, if one is named. */
  exportBundle(sealFor: string | null): Promise<BundleSaved | null>;
  exportBundleNames(): Promise<BundleSaved | null>;

  /** Opens the system's file dialog; false when it was closed. What became of it says `openedBundle`. */
  pickBundle(): Promise<boolean>;
  /** What is looked at; null where nothing is. Rejects with why it was refused. */
  openedBundle(): Promise<OpenedBundle | null>;
  /** Opens the sealed one that was refused, by the file of a key; false when the dialog was closed. */
  unsealBundle(): Promise<boolean>;
  closeBundle(): Promise<void>;
  /** With a second one; null when the dialog was closed. */
  compareBundle(): Promise<BundleComparison | null>;
  /** The same with the sealed one that was refused. */
  unsealSecondBundle(): Promise<BundleComparison | null>;
  openedRows(file: string, columns: number, from: number, count: number): Promise<TextRows>;
  /** The row with which a line begins. */
  openedLine(file: string, columns: number, line: number): Promise<number>;
  searchBundle(words: string): Promise<BundleLine[]>;
  copyBundleSummary(): Promise<void>;

  settings(): Promise<Settings>;
  changeSettings(change: Partial<Settings>): Promise<Settings>;
  /**
   * Whether licenses are asked about again by themselves: one, or all for which the user agreed to it. On is agreed to in a
   * native dialog; false when the user said no.
   */
  letRenew(license: string | null, on: boolean): Promise<boolean>;
  /** Third-party notices, one text. */
  notices(): Promise<string>;
  /** As closing the window. */
  quit(): Promise<void>;

  on(event: "step", hear: (step: Step) => void): () => void;
  on(event: "progress", hear: (progress: Progress) => void): () => void;
  /** The ledger, the library or the vendors changed; also by another program. */
  on(event: "changed", hear: (what: Changed) => void): () => void;
  /** A vendor file was dropped on the window, or a page was asked for by a link. */
  on(event: "review", hear: (offered: Offered) => void): () => void;
  /** A bundle was dropped on the window or given to a start: it is being opened. */
  on(event: "bundle", hear: () => void): () => void;
  on(event: "open", hear: (page: Link) => void): () => void;
}
