// A ledger of demo requests. A long one is made line by line as it is read.

import type { LedgerEntry, LedgerFilter, LedgerLine, Request, Words } from "../types";
import { activation, checkKey, fetchFile, release, signIn } from "./bytes";
import { NOW, products, sleeve } from "./demo";

const HOST = "license.sleeve.example";
const UNREACHED: Words = {
  code: "network.unreachable",
  message: "The vendor's server could not be reached, and nothing was sent.",
  hint: "Check the connection and try again. What is installed goes on working offline.",
};
const FULL: Words = {
  code: "keygen.seats_full",
  message: "All seats of this license are in use, so this computer got none.",
  hint: "Give back the seat of a computer that you no longer use: in Gatefold on that computer, or on the vendor's pages.",
};

type Kept = { line: LedgerLine; request: Request | null; erasedAt: string | null; code: Words | null };

const ago = (minutes: number): string => new Date(NOW.getTime() - minutes * 60_000).toISOString();
const uuid = (n: number): string => `0b9c0000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

/** What one line of a demo ledger was: the kind turns with its number. */
function nth(id: number, minutes: number): Kept {
  const license = products[id % products.length]?.licenses[0]?.id ?? uuid(1);
  const [take, , file] = activation(HOST, license, uuid(id), "studio-desk", true);
  const kinds: (Request | undefined)[] = [checkKey(HOST), take, file, signIn(HOST, null), fetchFile(HOST, uuid(id), "refresh"), release(HOST, uuid(id))];
  const request = kinds[id % kinds.length] ?? checkKey(HOST);
  const failed = id % 13 === 4;
  const refused = id % 17 === 6;
  return {
    line: lineOf(id, ago(minutes), request, failed ? "not_sent" : "answered", failed ? null : refused ? 422 : request.method === "DELETE" ? 204 : 201),
    request,
    erasedAt: id % 29 === 3 ? ago(minutes - 10) : null,
    code: failed ? UNREACHED : refused ? FULL : null,
  };
}

export function lineOf(id: number, at: string, request: Request, outcome: LedgerLine["outcome"], status: number | null): LedgerLine {
  return {
    id, at,
    vendor: sleeve.id,
    vendorName: sleeve.name,
    purpose: request.purpose,
    label: request.label,
    deed: request.deed,
    carrier: "https",
    method: request.method,
    url: request.url,
    peers: outcome === "not_sent" ? [] : ["203.0.113.7:443"],
    outcome, status,
    requestBytes: request.wireBytes,
    items: request.items,
    file: null,
    product: request.purpose === "sign_in" ? null : (products[id % products.length]?.name ?? null),
    refused: status !== null && status >= 400 && status < 500,
    failed: status !== null && status >= 500,
    byItself: request.purpose === "refresh" && id % 2 === 0,
    altered: false,
    goneBefore: 0,
  };
}

function exported(id: number, minutes: number): Kept {
  const line: LedgerLine = {
    id, at: ago(minutes), vendor: null, vendorName: null, deed: null, purpose: null, label: "Export of this record", carrier: "file", method: null,
    url: null, peers: [], outcome: "answered", status: null, requestBytes: 48_213, items: [], file: "what-was-sent.har", product: null, refused: false, failed: false, byItself: false, altered: false, goneBefore: 0,
  };
  return { line, request: null, erasedAt: null, code: null };
}

export class DemoLedger {
  readonly #length: number;
  readonly #added: Kept[] = [];
  readonly #erased = new Map<number, string>();

  constructor(length: number) {
    this.#length = length;
  }

  get length(): number {
    return this.#length + this.#added.length;
  }

  add(request: Request, outcome: LedgerLine["outcome"], status: number | null, code: Words | null): number {
    const id = this.length + 1;
    this.#added.push({ line: lineOf(id, new Date().toISOString(), request, outcome, status), request, erasedAt: null, code });
    return id;
  }

  /** The lines that came after so many. */
  since(before: number): number[] {
    return Array.from({ length: this.length - before }, (_, i) => before + 1 + i);
  }

  page(filter: LedgerFilter): LedgerLine[] {
    const lines: LedgerLine[] = [];
    const words = filter.search.trim().toLowerCase();
    for (let id = Math.min((filter.before ?? this.length + 1) - 1, this.length); id >= 1 && lines.length < filter.limit; id--) {
      const { line } = this.#kept(id);
      const fits = (!filter.vendor || line.vendor === filter.vendor)
        && (!filter.outcome || line.outcome === filter.outcome)
        && (!filter.necessity || (filter.necessity === "optional") === (line.purpose === "usage"))
        && (!filter.since || Date.parse(line.at) >= Date.parse(filter.since))
        && (!filter.items.length || filter.items.some((item) => line.items.includes(item)))
        && words.split(" ").every((word) => `${line.label} ${line.product ?? ""} ${line.url ?? ""} ${line.items.join(" ")} ${line.refused ? "refused" : ""}`.toLowerCase().includes(word));
      if (fits) lines.push(line);
    }
    return lines;
  }

  /** The newest lines, as many as are added up. */
  lines(): LedgerLine[] {
    return this.page({ vendor: null, necessity: null, outcome: null, items: [], since: null, search: "", before: null, limit: 500 });
  }

  entry(id: number): LedgerEntry | null {
    if (id < 1 || id > this.length) return null;
    const { line, request, erasedAt, code } = this.#kept(id);
    const erased = this.#erased.get(id) ?? erasedAt;
    const answered = line.outcome === "answered" && line.carrier === "https";
    return {
      line: erased ? { ...line, method: null, url: null, items: [] } : line,
      text: erased ? null : (request?.text ?? null),
      marks: erased ? [] : (request?.marks ?? []),
      concludedAt: new Date(Date.parse(line.at) + 84).toISOString(),
      nameLookedUp: line.carrier === "https" ? HOST : null,
      tlsVersion: answered ? "1.3" : null,
      proxy: null,
      code,
      responseBytes: answered ? 1840 : null,
      sha256: line.carrier === "file" ? "9f2c4d1be07a83c5561f9be2d7704a3e8c1d5b6f0a9273e48c5d1f6072ab34ce" : null,
      erasedAt: erased,
      damaged: false,
    };
  }

  erase(id: number): void {
    this.#erased.set(id, new Date().toISOString());
  }

  today(): { requests: number; bytes: number } {
    const lines = this.page({ vendor: null, necessity: null, outcome: null, items: [], since: null, search: "", before: null, limit: 50 })
      .filter((line) => line.carrier === "https" && line.outcome !== "not_sent" && new Date(line.at).toDateString() === new Date().toDateString());
    return { requests: lines.length, bytes: lines.reduce((sum, line) => sum + line.requestBytes, 0) };
  }

  #kept(id: number): Kept {
    const added = this.#added[id - this.#length - 1];
    if (added) return added;
    const back = this.#length - id;
    const minutes = this.#length > 1000 ? back * 7 : back < 4 ? back * 3 : (back - 3) * 840;
    return id % 31 === 11 ? exported(id, minutes) : nth(id, minutes);
  }
}
