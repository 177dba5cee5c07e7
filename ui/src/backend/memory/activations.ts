// The library, and an activation from the key to the file.

import type { Activated, CheckedKey, Failure, Prepared, Step, StepName } from "../types";
import { activation, checkKey } from "./bytes";
import { license, sleeve } from "./demo";
import { activationRows, rowsFor } from "./rows";
import { LOCKED, NO_NAME, NOT_SIGNED_IN } from "./said";
import { never, type Pending } from "./program";
import { WithVendors } from "./vendors";

export class WithActivations extends WithVendors {
  library = async () => {
    if (this.state === "loading") return never;
    if (this.state === "error") throw LOCKED;
    return structuredClone(this.shelf);
  };

  activationItems = async () => activationRows("", "", "", "").map((row) => ({ ...row, value: null }));
  vendorsOfKey = async (key: string) => {
    const alike = this.added.filter(({ id }) => key.trim().startsWith(`${id.toUpperCase()}-`)).map((vendor) => vendor.key);
    return { its: alike.length === 1 ? (alike[0] ?? null) : null, alike };
  };
  prepareCheck = async (key: string, typed: string): Promise<Prepared> => {
    const vendor = this.vendor(key);
    if (!typed.trim()) throw { code: "license.key_empty", message: "There is no license key.", hint: "Paste the key from your receipt." } satisfies Failure;
    const rows = rowsFor({ license_key: `••${typed.trim().slice(-4)}`, nonce: "7310559021" });
    return this.prepare({ vendor, key: typed.trim() }, rows, [checkKey(this.host(vendor))]);
  };
  prepareCheckAgain = async (id: string): Promise<Prepared> => {
    const open = this.shelf.unfinished.find((left) => left.licenseId === id);
    if (!open && id === license(1, "perpetual", "active").id) return this.prepareCheck(sleeve.key, "SLEEVE-DEMO-0000-7H3K");
    if (!open) throw { code: "license.not_installed", message: "Nothing with that id is on this computer.", hint: "" } satisfies Failure;
    return this.prepareCheck(open.vendor ?? sleeve.key, "SLEEVE-DEMO-0000-7H3K");
  };
  sendCheck = async (preview: number): Promise<CheckedKey> => {
    const pending = this.take(preview);
    const [entry] = await this.send(pending.prepared.requests, null);
    const product = this.shelf.products.find((card) => card.vendor === pending.vendor.key && !card.licenses.length)
      ?? this.shelf.products.find((card) => card.vendor === pending.vendor.key);
    if (!product) throw { code: "keygen.wrong_key", message: "The vendor knows no such license key.", hint: "Compare it with your receipt: O and 0, I and 1. A key belongs to one vendor." } satisfies Failure;
    return this.plan({ ...pending, product, entry }, "studio-desk");
  };
  planBySignIn = async (preview: number): Promise<CheckedKey> => {
    const pending = this.pending.get(preview);
    if (!pending || !this.vendor(pending.vendor.key).account) throw NOT_SIGNED_IN;
    return { ...this.plan(this.take(preview), pending.name ?? "studio-desk"), bySignIn: true };
  };
  renameDevice = async (preview: number, name: string) => {
    await this.wait();
    // The old plan stays good.
    if (!name.trim()) throw NO_NAME;
    return this.plan(this.take(preview), name);
  };
  sendActivation = async (preview: number): Promise<Activated> => {
    const pending = this.take(preview);
    const entries: number[] = pending.entry === undefined ? [] : [pending.entry];
    const [seat, , file] = pending.prepared.requests;
    for (const step of ["seat", "file", "install"] as const) {
      this.step(preview, step, "running");
      const request = step === "seat" ? seat : step === "file" ? file : undefined;
      try {
        if (request) entries.push(...(await this.send([request], step)));
        else await this.wait();
        if (this.stopped.has(preview)) throw { code: "license.stopped", message: "You stopped it; this computer holds a seat now.", hint: "Activate again to finish, or give the seat back." } satisfies Failure;
      } catch (thrown) {
        if (step !== "seat") this.leaveOpen(pending);
        this.step(preview, step, this.stopped.has(preview) ? "cancelled" : "failed");
        if ((thrown as Failure).code !== "keygen.not_allowed") throw thrown;
        throw this.waiting(thrown as Failure, pending);
      }
      this.step(preview, step, "done");
    }
    const card = this.shelf.products.find((known) => known.id === pending.product?.id);
    const made = license(1, "perpetual", "active");
    card?.licenses.push({ ...made, deviceName: pending.name ?? made.deviceName });
    this.shelf.unfinished = [];
    this.announce("changed", "library");
    return { product: pending.product?.id ?? "", licenseId: made.id, standing: "active", reason: made.reason, entries: entries.flatMap((id) => this.record.entry(id)?.line ?? []) };
  };
  cancel = async (preview: number) => void this.stopped.add(preview);
  discard = async (preview: number) => void this.pending.delete(preview);

  protected step(preview: number, step: StepName, state: Step["state"]): void {
    this.announce("step", { preview, step, state } satisfies Step);
  }

  protected plan(pending: Pending, name: string): CheckedKey {
    const product = pending.product;
    if (!product) throw new Error("nothing was checked");
    if (!name.trim()) throw NO_NAME;
    const [licenseId, machine] = [license(1, "perpetual", "active").id, "0b9c0000-0000-4000-8000-000000000901"];
    const key = pending.key?.slice(-4) ?? "7H3K";
    const requests = activation(this.host(pending.vendor), licenseId, machine, name, true);
    const plan = this.prepare({ ...pending, name, machine }, activationRows(name, key, licenseId, machine), requests);
    const isLeased = product.offline.includes("year");
    const offline = isLeased ? "the file lasts a year and is then fetched again" : "a perpetual license never needs the network again";
    return { product, licenseId, terms: "perpetual", expiresAt: null, seats: this.seats, holdsSeat: false, offline, offlineUntil: null, forEver: !isLeased, renews: isLeased ? ["license_key", "machine_id", "identifier", "nonce", "file_ttl"] : null, keyHint: key, bySignIn: false, plan, deviceName: name, takesName: true };
  }

  protected leaveOpen({ product, machine }: Pending): void {
    const open = { vendor: product?.vendor ?? null, product: product?.name ?? "", licenseId: license(1, "perpetual", "active").id, machineId: machine ?? null, fileIsLost: false, seatIsGone: false };
    this.shelf.unfinished = [open];
    this.announce("changed", "library");
  }
}
