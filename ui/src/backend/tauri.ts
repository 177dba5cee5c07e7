// The program itself, over IPC. Each method is one command of the same name in snake case.

import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Backend } from "./backend";

const COMMANDS = {
  start: [],
  vendors: [],
  damagedVendors: [],
  bundled: [],
  pickVendor: [],
  reviewBundled: ["id"],
  reviewWaiting: ["vendor"],
  agreeVendor: ["review"],
  removeVendor: ["vendor"],
  vendorPage: ["vendor"],
  exportVendorPage: ["vendor"],
  exportUsageRecords: ["vendor"],
  openLink: ["vendor", "link"],
  openReviewLink: ["review", "link"],
  library: [],
  activationItems: ["vendor"],
  vendorsOfKey: ["key"],
  prepareCheck: ["vendor", "key"],
  prepareCheckAgain: ["license"],
  sendCheck: ["preview"],
  renameDevice: ["preview", "name"],
  planBySignIn: ["preview"],
  sendActivation: ["preview"],
  cancel: ["preview"],
  discard: ["preview"],
  prepareRefresh: ["vendor", "license"],
  sendRefresh: ["preview"],
  prepareRelease: ["id"],
  sendRelease: ["preview"],
  prepareSeats: ["license"],
  planSeatsBySignIn: ["preview"],
  sendSeats: ["preview"],
  prepareRename: ["id", "name"],
  sendRename: ["preview"],
  removeHere: ["id"],
  prepareReleaseOfAll: [],
  sendReleaseOfAll: ["preview"],
  prepareActivationOfAll: ["license", "name"],
  sendActivationOfAll: ["preview"],
  prepareSignIn: ["vendor", "email", "password", "otp"],
  sendSignIn: ["preview"],
  prepareLibrary: ["vendor"],
  sendLibrary: ["preview"],
  prepareRegistration: ["vendor", "product", "serial", "unlockCode"],
  sendRegistration: ["preview"],
  prepareTrial: ["vendor", "product", "name"],
  sendTrial: ["preview"],
  prepareTransfer: ["license", "recipient"],
  askTransfer: ["preview"],
  sendTransfer: ["preview"],
  transferMessage: ["license", "recipient"],
  copyTransferMessage: ["license", "recipient"],
  openTransferMessage: ["license", "recipient"],
  prepareSignOut: ["vendor"],
  sendSignOut: ["preview"],
  forgetSignIn: ["vendor"],
  revealKey: ["vendor", "license"],
  copyKey: ["vendor", "license"],
  ledgerPage: ["filter"],
  formerVendors: [],
  ledgerEntry: ["id"],
  ledgerCheck: [],
  ledgerEndsWhole: [],
  beginLedgerAnew: [],
  sentToday: [],
  copyEntry: ["id"],
  exportLedger: ["format"],
  eraseEntry: ["id"],
  usagePage: ["vendor"],
  planUsageGrant: ["vendor", "items"],
  grantUsage: ["preview"],
  refuseUsage: ["preview"],
  withdrawUsage: ["vendor", "erase"],
  withdrawUsageItem: ["vendor", "item"],
  letUsageGoWeekly: ["vendor", "on"],
  lockUsage: [],
  liftUsageLock: [],
  prepareUpload: ["vendor"],
  sendUpload: ["preview"],
  throwAwayUpload: ["preview"],
  prepareErasure: ["vendor"],
  sendErasure: ["preview"],
  crashReports: [],
  clearCrashReports: [],
  makeBundle: [],
  letReachabilityIn: ["on"],
  includeInBundle: ["what", "on"],
  setBundleNote: ["note"],
  bundleSize: [],
  bundleRows: ["file", "columns", "from", "count"],
  bundleMark: ["file", "columns", "nth"],
  bundleNames: [],
  exportBundle: ["sealFor"],
  exportBundleNames: [],
  pickBundle: [],
  openedBundle: [],
  unsealBundle: [],
  closeBundle: [],
  compareBundle: [],
  unsealSecondBundle: [],
  openedRows: ["file", "columns", "from", "count"],
  openedLine: ["file", "columns", "line"],
  searchBundle: ["words"],
  copyBundleSummary: [],
  settings: [],
  changeSettings: ["change"],
  letRenew: ["license", "on"],
  notices: [],
  quit: [],
} as const satisfies Record<Exclude<keyof Backend, "on">, readonly string[]>;

export function tauriBackend(): Backend {
  const calls = Object.entries(COMMANDS).map(([name, parameters]) => {
    const command = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const call = (...given: unknown[]): Promise<unknown> =>
      invoke(command, Object.fromEntries(parameters.map((parameter, i) => [parameter, given[i]])));
    return [name, call] as const;
  });
  return Object.assign(Object.fromEntries(calls), { on }) as unknown as Backend;
}

/** Stops hearing at once, also when the listener is not there yet. */
function on(event: string, hear: (what: never) => void): () => void {
  let wanted = true;
  const unlisten = listen<never>(event, ({ payload }) => wanted && hear(payload));
  return () => {
    wanted = false;
    void unlisten.then((stop) => stop());
  };
}
