// Plainly invented vendors, sleeves and licenses.

import type { LicenseCard, Library, OwnedLicense, ProductCard, SeatList, Standing, Terms, VendorSummary, Words } from "../types";

export const NOW = new Date();
export const inDays = (days: number): string => new Date(NOW.getTime() + days * 86_400_000).toISOString();

export const sleeve: VendorSummary = {
  key: "sleeve@0adf63b89d53410c",
  id: "sleeve",
  name: "Sleeve Audio",
  brands: ["Sleeve Audio", "B-Side"],
  fingerprint: "0adf 63b8 9d53 410c",
  demoKey: true,
  signed: true,
  version: 3,
  date: "2026-11-01",
  binding: "machine",
  hosts: ["license.sleeve.example"],
  links: ["account", "forgot_password", "create_account", "policy"],
  account: null,
  hasLibrary: true,
  showsSeats: true,
  renames: true,
  registersWith: [],
  registrationOpenSince: null,
  giving: { by: "server", fee: "nothing", afterDays: 30, never: ["trial"] },
  transferOpenSince: null,
  sharing: { state: "not_asked", items: [] },
};

export const tidewater: VendorSummary = {
  ...sleeve,
  key: "tidewater@77c1f0a2be914d60",
  id: "tidewater",
  name: "Tidewater Instruments",
  brands: ["Tidewater"],
  fingerprint: "77c1 f0a2 be91 4d60",
  demoKey: true,
  version: 1,
  binding: "account",
  showsSeats: false,
  renames: false,
  hosts: ["license.tidewater.example"],
  links: ["account", "forgot_password", "policy"],
  registersWith: ["product_serial"],
  sharing: { state: "not_offered", items: [] },
  giving: { by: "message", fee: "nothing", afterDays: null, never: [] },
};

const WORDS: Partial<Record<Standing, Words>> = {
  active: { code: "license.active", message: "The license is good.", hint: "" },
  grace: {
    code: "license.grace",
    message: "The license file should have been fetched again; it still counts for a while: for 9 more days.",
    hint: "Fetch it again when you are online.",
  },
  expired: { code: "license.expired", message: "The license has ended.", hint: "Renew it at the vendor, then refresh." },
  revoked: {
    code: "license.suspended",
    message: "The vendor has suspended this license, in a signed answer.",
    hint: "Only the vendor can lift that. Ask them why.",
  },
  clock_behind: {
    code: "license.clock_behind",
    message: "This computer's clock is behind the time at which the vendor signed this: by 3 days at least.",
    hint: "Set the clock; the license then counts by itself.",
  },
  wrong_machine: {
    code: "license.wrong_machine",
    message: "The file is for another computer.",
    hint: "Activate this computer; the license key is enough.",
  },
};

const uuid = (n: number): string => `b1f60000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

/** What is said of one that counts and ends soon. */
function soon(terms: Terms, days: number | null): Words | null {
  if (days === null || days > (terms === "trial" ? 3 : 14)) return null;
  if (terms === "trial") return { code: "license.trial_ends_soon", message: `The trial ends soon: in ${days} days.`, hint: "" };
  return { code: "license.ends_soon", message: `The license ends soon: in ${days} days.`, hint: "If it goes on at the vendor, refresh it when you are online." };
}

/** `daysLeft` is of those that count. */
export function license(n: number, terms: Terms, standing: Standing, expiresAt: string | null = null): LicenseCard {
  const counts = standing === "active" || standing === "grace";
  const daysLeft = counts && expiresAt !== null ? Math.ceil((Date.parse(expiresAt) - NOW.getTime()) / 86_400_000) : null;
  return {
    id: uuid(n),
    terms,
    standing,
    reason: (standing === "active" ? soon(terms, daysLeft) : null) ?? WORDS[standing] ?? { code: `license.${standing}`, message: "The license does not count here.", hint: "" },
    expiresAt,
    refreshBy: terms === "subscription" ? expiresAt : null,
    features: ["CORE", "EXPANSION"].slice(0, n % 2 ? 1 : 2),
    daysLeft: standing === "grace" ? 9 : daysLeft,
    renews: terms === "subscription" ? n !== 9 : null,
    machineId: uuid(0x900 + n),
    deviceName: "studio-desk",
    seatGoneAt: null,
    releaseAskedAt: null,
    keyHint: ["7H3K", "M2QX", "90TD", "LL4P", "ZC81"][n % 5] ?? "7H3K",
    activatedAt: inDays(n - 90),
  };
}

const OFFLINE = "a perpetual license for good; a subscription or a trial until it ends";
const LEASED = "for a year at a time, and no license longer than until it ends";

function product(n: number, name: string, kind: string, version: string, licenses: LicenseCard[], vendor = sleeve, offline = OFFLINE): ProductCard {
  return {
    vendor: vendor.key,
    maker: vendor.brands[0] ?? vendor.name,
    id: `5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e01${n.toString().padStart(2, "0")}`,
    code: name.toLowerCase().replaceAll(" ", "-"),
    name, kind, version, offline, licenses, open: [], yours: false, trial: licenses.length ? null : { days: 14, byAccount: false, openSince: null, begun: false },
  };
}

export const products: ProductCard[] = [
  product(1, "Halo Plate", "Reverb", "3.2.1", []),
  product(2, "Low Tide", "Bass synthesizer", "2.6", [license(2, "subscription", "active", inDays(12))], sleeve, LEASED),
  product(3, "Blocks", "Drum sequencer", "3.0.1", [license(3, "perpetual", "active")]),
  product(4, "Paper Moon", "Tape echo", "1.0.3", [license(4, "perpetual", "active")]),
  product(5, "Ninth Groove", "Vinyl saturation", "0.9.8", [license(5, "trial", "active", inDays(9))], sleeve, LEASED),
  product(6, "Constellate", "Granular", "0.9", [license(6, "trial", "expired", inDays(-3))], sleeve, LEASED),
  product(7, "Braid", "Chorus", "1.1", [license(7, "perpetual", "clock_behind")]),
  product(8, "Offset", "Tape delay", "5.0", [license(8, "perpetual", "revoked")]),
  product(9, "Sunwheel", "Tremolo", "1.4", [license(9, "subscription", "grace", inDays(40))], sleeve, LEASED),
  {
    ...product(10, "Harbor Upright", "Felt piano", "1.2.0", [{ ...license(10, "perpetual", "active"), machineId: null, deviceName: null }], tidewater),
    id: "71dea7e0-44bb-4c6d-9d22-1b6a7c4f0101",
  },
];

/** What the demo account owns and has elsewhere; known once somebody is signed in. */
export const owned: OwnedLicense[] = [
  { vendor: sleeve.key, id: uuid(41), product: "Halo Plate", productId: products[0]?.id ?? "", terms: "perpetual", expiresAt: null, ended: false, spare: null, seats: { used: 1, limit: 3 }, keyHint: "FREE", readAt: NOW.toISOString() },
  { vendor: sleeve.key, id: uuid(42), product: "Constellate", productId: products[5]?.id ?? "", terms: "subscription", expiresAt: inDays(200), ended: false, spare: null, seats: { used: 0, limit: 2 }, keyHint: "YEAR", readAt: NOW.toISOString() },
];

/** Who holds the seats of "Blocks": this computer, and two others. */
export const computers = (): SeatList => {
  const here = license(3, "perpetual", "active");
  return {
    vendor: sleeve.key,
    licenseId: here.id,
    productId: product(3, "", "", "", []).id,
    seats: { used: 3, limit: 3 },
    computers: [
      { machineId: here.machineId ?? "", name: here.deviceName, isHere: true, isSystemBefore: false, lastFileAt: inDays(-4), fetchedElsewhere: false },
      { machineId: uuid(0xb01), name: "old laptop", isHere: false, isSystemBefore: false, lastFileAt: inDays(-400), fetchedElsewhere: false },
      { machineId: uuid(0xb02), name: null, isHere: false, isSystemBefore: false, lastFileAt: null, fetchedElsewhere: false },
    ],
    cut: false,
    readAt: inDays(-1),
    changed: false,
  };
};

export const demoLibrary = (): Library => ({ products: structuredClone(products), unreadable: [], unfinished: [], owned: [], computers: [computers()], reminders: [], clock: null });

/** Five hundred sleeves, for looking at a full shelf. */
export function fullLibrary(): Library {
  const kinds = ["Reverb", "Delay", "Chorus", "Bass synthesizer", "Tape echo", "Sampler", "Drum machine", "Compressor"];
  const [first, second] = [
    ["Halo", "Tall", "Low", "Paper", "Ninth", "Slow", "Amber", "Second", "Open", "Velvet"],
    ["Plate", "Order", "Tide", "Moon", "Groove", "Motion", "Room", "Street", "Circuit", "Hour"],
  ];
  const many = Array.from({ length: 490 }, (_, i) => {
    const name = `${first[i % 10]} ${second[Math.floor(i / 10) % 10]}${i >= 100 ? ` ${Math.floor(i / 100) + 1}` : ""}`;
    const licenses = i % 3 === 0 ? [] : [license(100 + i, "perpetual", "active")];
    return { ...product(i, name, kinds[i % kinds.length] ?? "Reverb", `1.${i % 10}`, licenses), id: uuid(5000 + i) };
  });
  return { products: [...structuredClone(products), ...many], unreadable: [], unfinished: [], owned: [], computers: [], reminders: [], clock: null };
}
