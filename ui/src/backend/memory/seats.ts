// Licenses that are here, and the computers that hold their seats: refreshed, given back, listed, called otherwise.

import { checkKey, fetchFile, IDENTIFIER, listSeats, release, rename, seat } from "./bytes";
import { computers, sleeve } from "./demo";
import { rowsFor } from "./rows";
import { NO_NAME, NOT_SIGNED_IN } from "./said";
import type { Failure } from "../types";
import { WithActivations } from "./activations";

export class WithSeats extends WithActivations {
  prepareRefresh = async (key: string, id: string) => {
    const vendor = this.vendor(key);
    const machine = this.license(id)?.machineId ?? "";
    const rows = rowsFor({ identifier: IDENTIFIER, license_key: "••7H3K", license_id: id, machine_id: machine, nonce: "991204", file_ttl: "null (it never ends)" });
    return this.prepare({ vendor, license: id }, rows, [checkKey(this.host(vendor)), fetchFile(this.host(vendor), machine, "refresh")]);
  };
  sendRefresh = async (preview: number) => {
    await this.send(this.take(preview).prepared.requests, null);
    this.announce("changed", "library");
  };
  prepareRelease = async (id: string) => {
    const card = this.shelf.products.find((known) => known.licenses.some((held) => held.machineId === id || held.id === id));
    const vendor = this.vendor(card?.vendor ?? sleeve.key);
    if (!card && this.computer(id)) return this.prepare({ vendor, machine: id }, rowsFor({ license_key: "••7H3K", machine_id: id }), [release(this.host(vendor), id), seat(this.host(vendor), id, "release")]);
    // Without a seat there is nothing to ask for.
    if (card?.licenses.find((held) => held.id === id)?.machineId === null) return this.prepare({ vendor, machine: id }, [], []);
    return this.prepare({ vendor, machine: id }, rowsFor({ license_key: "••7H3K", machine_id: id }), [release(this.host(vendor), id)]);
  };
  sendRelease = async (preview: number) => {
    if (!this.agrees) return null;
    const { machine, prepared } = this.take(preview);
    await this.send(prepared.requests, null);
    for (const list of this.shelf.computers) {
      list.computers = list.computers.filter(({ machineId }) => machineId !== machine);
      list.seats.used = list.computers.length;
    }
    this.remove(machine ?? "");
    return { copies: this.copies };
  };
  prepareSeats = async (id: string) => {
    const vendor = this.vendor(sleeve.key);
    return this.prepare({ vendor, license: id }, rowsFor({ license_key: "••7H3K", license_id: id, nonce: "7310559021" }), [checkKey(this.host(vendor)), ...listSeats(this.host(vendor), id)]);
  };
  planSeatsBySignIn = async (preview: number) => {
    const { vendor, license: id } = this.pending.get(preview) ?? this.take(preview);
    if (!this.vendor(vendor.key).account) throw NOT_SIGNED_IN;
    this.take(preview);
    return this.prepare({ vendor, license: id ?? "" }, rowsFor({ license_key: "••7H3K", license_id: id ?? "", token: "••••", nonce: "7310559021" }), [checkKey(this.host(vendor)), ...listSeats(this.host(vendor), id ?? "")]);
  };
  sendSeats = async (preview: number) => {
    const pending = this.take(preview);
    const { license: id, prepared } = pending;
    await this.send(prepared.requests, null).catch((refused: Failure) => {
      throw refused.code === "keygen.not_allowed" ? this.waiting(refused, pending) : refused;
    });
    this.shelf.computers = [...this.shelf.computers.filter(({ licenseId }) => licenseId !== id), { ...computers(), licenseId: id ?? "", readAt: new Date().toISOString() }];
    this.announce("changed", "library");
  };
  prepareRename = async (id: string, name: string) => {
    const vendor = this.vendor(sleeve.key);
    if (!name.trim()) throw NO_NAME;
    return this.prepare({ vendor, machine: id, name }, rowsFor({ device_name: name, license_key: "••7H3K", machine_id: id }), [rename(this.host(vendor), id, name), seat(this.host(vendor), id, "rename")]);
  };
  sendRename = async (preview: number) => {
    const { machine, name, prepared } = this.take(preview);
    await this.send(prepared.requests, null);
    const computer = this.computer(machine ?? "");
    if (computer) computer.name = name ?? null;
    this.announce("changed", "library");
  };

  removeHere = async (id: string) => {
    this.remove(id);
    return { copies: this.copies };
  };
  revealKey = async (_vendor: string, id: string) => `SLEEVE-DEMO-0000-${this.license(id)?.keyHint ?? "0000"}`;
  copyKey = async (_vendor: string, id: string) => this.copied.push(id) > 0;
}
