// Trying a product and giving a license away.

import type { Activated, Message, Transferred, TrialPlan } from "../types";
import { WithAccounts } from "./accounts";
import { activation, askTransfer, beginTrial, listLicenses, release, transfer } from "./bytes";
import { inDays, license } from "./demo";
import { activationRows, rowsFor } from "./rows";
import { NO_NAME, NOT_SIGNED_IN } from "./said";

const MACHINE = "0b9c0000-0000-4000-8000-000000000902";

export class WithClaims extends WithAccounts {
  prepareTrial = async (key: string, id: string, typed: string | null): Promise<TrialPlan> => {
    const vendor = this.vendor(key);
    const product = this.shelf.products.find((card) => card.vendor === key && card.id === id);
    if (!product?.trial) throw { code: "trial.not_offered", message: "This vendor offers no trial of this product here.", hint: "" };
    if (product.trial.byAccount && !vendor.account) throw NOT_SIGNED_IN;
    const name = typed ?? "studio-desk";
    if (!name.trim()) throw NO_NAME;
    const rows = [...rowsFor({ product: id, nonce: "7310559021" }), ...activationRows(name, "", "", MACHINE)].filter((row, i, all) => row.item !== "license_id" && all.findIndex(({ item }) => item === row.item) === i);
    const [take, look, file] = activation(this.host(vendor), "", MACHINE, name, false);
    const then = [take, look, file].flatMap((request) => (request ? [{ ...request, when: request.when === "always" ? ("if_good" as const) : request.when }] : []));
    const plan = this.prepare({ vendor, product, name }, rows, [beginTrial(this.host(vendor), id, product.trial.byAccount), ...then]);
    return { plan, deviceName: name, takesName: true, wantsName: true };
  };
  sendTrial = async (preview: number): Promise<Activated> => {
    const { prepared, product, name } = this.take(preview);
    const entries = await this.send(prepared.requests, null);
    const made = license(61, "trial", "active", inDays(product?.trial?.days ?? 14));
    this.shelf.products.find(({ id }) => id === product?.id)?.licenses.push({ ...made, deviceName: name ?? made.deviceName });
    this.announce("changed", "library");
    return { product: product?.name ?? "", licenseId: made.id, standing: "active", reason: made.reason, entries: entries.flatMap((id) => this.record.entry(id)?.line ?? []) };
  };

  prepareTransfer = async (id: string, recipient: string) => {
    const { vendor, name } = this.#given(id);
    if (!vendor.account) throw NOT_SIGNED_IN;
    if (!recipient.includes("@")) throw { code: "transfer.recipient", message: "The recipient's address cannot be used, and nothing was given away: it is no e-mail address.", hint: "" };
    return this.prepare({ vendor, license: id, name, email: recipient }, rowsFor({ token: "••••", license_id: id, nonce: "7310559021" }), [askTransfer(this.host(vendor), id)]);
  };
  askTransfer = async (preview: number) => {
    const { vendor, prepared, license: id = "", name = "", email = "" } = this.take(preview);
    await this.send(prepared.requests, null);
    const rows = rowsFor({ recipient_email: email, license_key: "••7H3K", token: "••••", license_id: id, machine_id: MACHINE, nonce: "7310559021" });
    return this.prepare({ vendor, license: id, name, email }, rows, [release(this.host(vendor), MACHINE), transfer(this.host(vendor), id, email), ...listLicenses(this.host(vendor))]);
  };
  sendTransfer = async (preview: number): Promise<Transferred | null> => {
    if (!this.agrees) return null;
    const { prepared, license: id, name = "", email = "" } = this.take(preview);
    await this.send(prepared.requests, null);
    for (const card of this.shelf.products) card.licenses = card.licenses.filter((held) => held.id !== id);
    this.own(this.shelf.owned.filter((owned) => owned.id !== id));
    this.announce("changed", "library");
    return { product: name, recipient: email, gone: true, unread: null };
  };
  transferMessage = async (id: string, recipient: string | null): Promise<Message> => {
    const { name } = this.#given(id);
    const facts = [name, id, ...(recipient ? [recipient] : [])];
    const body = `Hello,\n\nI would like to give a license of mine to somebody else.\n\nProduct: ${name}\nLicense: ${id}\n${recipient ? `New owner: ${recipient}\n` : ""}\nPlease tell me what you need from me, and what it costs.\n`;
    return { to: "licenses@tidewater.example", subject: `Transfer of a license: ${name}`, body, facts };
  };
  copyTransferMessage = async (id: string, recipient: string | null) => {
    this.copied.push((await this.transferMessage(id, recipient)).body);
  };
  openTransferMessage = async (id: string, recipient: string | null) => {
    this.opened.push(`mailto:${(await this.transferMessage(id, recipient)).to}`);
    return true;
  };

  #given(id: string) {
    const card = this.shelf.products.find(({ licenses }) => licenses.some((held) => held.id === id));
    const owned = this.shelf.owned.find((one) => one.id === id);
    return { vendor: this.vendor(card?.vendor ?? owned?.vendor ?? ""), name: card?.name ?? owned?.product ?? "" };
  }
}
