// Requests made of pieces, so that the marks stand exactly where the declared items are.

import type { RequestDeed, Mark, Request, RequestWhen } from "../types";

type Piece = string | { item: string; value: string } | { secret: string; bytes: number } | { slot: string };

const text = (piece: Piece): string => {
  if (typeof piece === "string") return piece;
  if ("item" in piece) return piece.value;
  return "secret" in piece ? `[secret ${piece.secret}]` : `‹server: ${piece.slot}›`;
};

function mark(piece: Exclude<Piece, string>, start: number): Mark {
  const end = start + text(piece).length;
  if ("item" in piece) return { start, end, kind: "item", items: [piece.item], sentBytes: null };
  if ("secret" in piece) return { start, end, kind: "secret", items: [piece.secret], sentBytes: piece.bytes };
  return { start, end, kind: "slot", items: [], sentBytes: null };
}

type Body = { method: string; path: Piece[]; auth?: Piece[]; body?: Piece[] };
type About = { host: string; purpose: string; label: string; when?: RequestWhen };

export function compose(about: About, { method, path, auth, body }: Body): Request {
  const bodyBytes = (body ?? []).reduce((sum, piece) => sum + sent(piece), 0);
  const pieces: Piece[] = [
    `${method} `, ...path, " HTTP/1.1\r\n",
    `host: ${about.host}\r\nuser-agent: Gatefold/0.1\r\naccept: application/vnd.api+json\r\nkeygen-version: 1.7\r\n`,
    ...(auth ? ["authorization: ", ...auth, "\r\n"] : []),
    ...(body ? [`content-type: application/vnd.api+json\r\ncontent-length: ${bodyBytes}\r\n\r\n`, ...body] : ["\r\n"]),
  ];
  let whole = "";
  const marks: Mark[] = [];
  for (const piece of pieces) {
    if (typeof piece !== "string") marks.push(mark(piece, whole.length));
    whole += text(piece);
  }
  return {
    method,
    url: `https://${about.host}${path.map(text).join("")}`,
    purpose: about.purpose,
    label: about.label,
    deed: deedOf(method, path.map(text).join("")),
    wireBytes: pieces.reduce((sum, piece) => sum + sent(piece), 0),
    items: [...new Set(marks.flatMap((m) => m.items))],
    text: whole,
    marks,
    when: about.when ?? "always",
    alike: 0,
  };
}

function deedOf(method: string, path: string): RequestDeed | null {
  const end = path.split("?")[0]?.split("/").at(-1);
  if (end === "check-out") return "file";
  if (end === "validate") return "standing";
  if (end === "machines") return method === "POST" ? "seat" : "look";
  return null;
}

const sent = (piece: Piece): number =>
  typeof piece !== "string" && "secret" in piece ? piece.bytes : new TextEncoder().encode(text(piece)).length;

const ACCOUNT = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0001";
const BASE = `/v1/accounts/${ACCOUNT}`;
const KEY: Piece = { secret: "license_key", bytes: 32 };
const BY_KEY: Piece[] = ["License ", KEY];
export const IDENTIFIER = "gf1-7c0e41f2a9d35b8806c1de77b4f0932a5ce8146fd2b97035aa1e60c48f3d91ab";

export function checkKey(host: string): Request {
  return compose({ host, purpose: "check_key", label: "Check license" }, {
    method: "POST",
    path: [`${BASE}/licenses/actions/validate-key`],
    body: ['{"meta":{"key":"', KEY, '","nonce":', { item: "nonce", value: "7310559021" }, "}}"],
  });
}

export function activation(host: string, license: string, machine: string, name: string, known: boolean): Request[] {
  const about = { host, purpose: "activate", label: "Activation" };
  const licenseId: Piece = known ? { item: "license_id", value: license } : { slot: "license id" };
  const take = compose(about, {
    method: "POST",
    path: [`${BASE}/machines`],
    auth: BY_KEY,
    body: [
      '{"data":{"type":"machines","id":"', { item: "machine_id", value: machine }, '","attributes":{"fingerprint":"',
      { item: "identifier", value: IDENTIFIER }, '","name":', { item: "device_name", value: JSON.stringify(name) },
      ',"platform":"', { item: "os", value: "Debian GNU/Linux 12" }, '","metadata":{"cpu":"',
      { item: "cpu", value: "AMD EPYC 7302" }, '","memoryGib":', { item: "memory", value: "24" },
      '}},"relationships":{"license":{"data":{"type":"licenses","id":"', licenseId, '"}}}}}',
    ],
  });
  const look = compose({ ...about, when: "if_no_seat_came" }, {
    method: "GET",
    path: [`${BASE}/machines?license=`, licenseId, "&fingerprint=", { item: "identifier", value: IDENTIFIER }],
    auth: BY_KEY,
  });
  return [take, look, fetchFile(host, machine, "activate")];
}

export function fetchFile(host: string, machine: string, purpose: string): Request {
  return compose({ host, purpose, label: purpose === "refresh" ? "Refresh" : "Activation" }, {
    method: "POST",
    path: [`${BASE}/machines/`, { item: "machine_id", value: machine }, "/actions/check-out"],
    auth: BY_KEY,
    body: [
      '{"meta":{"encrypt":true,"algorithm":"aes-256-gcm+ed25519","ttl":', { item: "file_ttl", value: "null" },
      ',"include":["license","license.entitlements"]}}',
    ],
  });
}

export function release(host: string, machine: string): Request {
  return compose({ host, purpose: "release", label: "Release a seat" }, {
    method: "DELETE",
    path: [`${BASE}/machines/`, { item: "machine_id", value: machine }],
    auth: BY_KEY,
  });
}

/** Which computers hold the seats of a license. */
export function listSeats(host: string, license: string): Request[] {
  const page = (number: number, when: RequestWhen): Request =>
    compose({ host, purpose: "seats", label: "See the computers", when }, {
      method: "GET",
      path: [`${BASE}/machines?license=`, { item: "license_id", value: license }, `&page%5Bnumber%5D=${number}&page%5Bsize%5D=100`],
      auth: BY_KEY,
    });
  return [page(1, "if_good"), { ...page(2, "if_more"), alike: 18 }];
}

export function rename(host: string, machine: string, name: string): Request {
  return compose({ host, purpose: "rename", label: "Rename a computer" }, {
    method: "PATCH",
    path: [`${BASE}/machines/`, { item: "machine_id", value: machine }],
    auth: BY_KEY,
    body: ['{"data":{"type":"machines","attributes":{"name":', { item: "device_name", value: JSON.stringify(name) }, "}}}"],
  });
}

/** What became of a seat, where no answer came. */
export function seat(host: string, machine: string, purpose: "release" | "rename"): Request {
  return compose({ host, purpose, label: purpose === "rename" ? "Rename a computer" : "Release a seat", when: "if_unanswered" }, {
    method: "GET",
    path: [`${BASE}/machines/`, { item: "machine_id", value: machine }],
    auth: BY_KEY,
  });
}

export function signIn(host: string, otp: string | null): Request {
  const body: Piece[] = ['{"data":{"type":"tokens","attributes":{"name":"Gatefold"}}'];
  if (otp) body.push(',"meta":{"otp":"', { secret: "one_time_code", bytes: 6 }, '"}');
  return compose({ host, purpose: "sign_in", label: "Sign in" }, {
    method: "POST",
    path: [`${BASE}/tokens`],
    auth: ["Basic ", { secret: "password", bytes: 48 }],
    body: [...body, "}"],
  });
}

export function signOut(host: string): Request {
  return compose({ host, purpose: "sign_out", label: "Sign out" }, {
    method: "DELETE",
    path: [`${BASE}/tokens/`, { item: "token_id", value: "1d7f9a52-0c6e-4c3a-9d0b-51c0a2f8e4b7" }],
    auth: ["Bearer ", { secret: "token", bytes: 64 }],
  });
}

/** What is registered, as far as it was typed or chosen. */
export function register(host: string, given: { product: string | null; serial: string | null; unlockCode: string | null }): Request {
  const box: Piece[] = [];
  if (given.serial) box.push('"serial":"', { secret: "product_serial", bytes: given.serial.length }, '"');
  if (given.unlockCode) box.push(',"unlockCode":"', { secret: "unlock_code", bytes: given.unlockCode.length }, '"');
  const body: Piece[] = ['{"data":{"type":"registrations"', ...(box.length ? [',"attributes":{', ...box, "}"] : [])];
  if (given.product) body.push(',"relationships":{"product":{"data":{"type":"products","id":"', { item: "product", value: given.product }, '"}}}');
  return compose({ host, purpose: "register", label: "Registration" }, {
    method: "POST",
    path: [`${BASE}/registrations`],
    auth: ["Bearer ", { secret: "token", bytes: 64 }],
    body: [...body, "}}"],
  });
}

/** A trial of a product: for this computer, or by the sign-in. */
export function beginTrial(host: string, product: string, byAccount: boolean): Request {
  const counted: Piece[] = byAccount ? [] : ['"attributes":{"fingerprint":"', { item: "identifier", value: IDENTIFIER }, '"},'];
  return compose({ host, purpose: "trial", label: "Begin a trial" }, {
    method: "POST",
    path: [`${BASE}/trials`],
    ...(byAccount ? { auth: BY_TOKEN } : {}),
    body: [
      '{"data":{"type":"trials",', ...counted, '"relationships":{"product":{"data":{"type":"products","id":"', { item: "product", value: product },
      '"}}}},"meta":{"nonce":', { item: "nonce", value: "7310559021" }, "}}",
    ],
  });
}

/** Whether a license can be given to somebody else. */
export function askTransfer(host: string, license: string): Request {
  return compose({ host, purpose: "transfer", label: "Give a license away" }, {
    method: "GET",
    path: [`${BASE}/transfers/eligibility?license=`, { item: "license_id", value: license }, "&nonce=", { item: "nonce", value: "7310559021" }],
    auth: BY_TOKEN,
  });
}

export function transfer(host: string, license: string, recipient: string): Request {
  return compose({ host, purpose: "transfer", label: "Give a license away", when: "if_good" }, {
    method: "POST",
    path: [`${BASE}/transfers`],
    auth: BY_TOKEN,
    body: [
      '{"data":{"type":"transfers","attributes":{"recipient":"', { item: "recipient_email", value: recipient },
      '"},"relationships":{"license":{"data":{"type":"licenses","id":"', { item: "license_id", value: license }, '"}}}},"meta":{"nonce":', { item: "nonce", value: "7310559021" }, "}}",
    ],
  });
}

const BY_TOKEN: Piece[] = ["Bearer ", { secret: "token", bytes: 64 }];

export function whoSignedIn(host: string): Request {
  return compose({ host, purpose: "sign_in", label: "Sign in" }, { method: "GET", path: [`${BASE}/me`], auth: ["Bearer ", { secret: "token", bytes: 64 }] });
}

export function listLicenses(host: string): Request[] {
  const page = (number: number, when: RequestWhen): Request =>
    compose({ host, purpose: "library", label: "Your licenses", when }, {
      method: "GET",
      path: [`${BASE}/licenses?page[number]=${number}&page[size]=100`],
      auth: ["Bearer ", { secret: "token", bytes: 64 }],
    });
  return [page(1, "always"), { ...page(2, "if_more"), alike: 98 }];
}
