// Signing in and out, the account's licenses, and registering a product for it.

import type { HowEnded, Registered } from "../types";
import { listLicenses, register, signIn, signOut, whoSignedIn } from "./bytes";
import { owned } from "./demo";
import { rowsFor } from "./rows";
import { WithBatches } from "./batches";

export class WithAccounts extends WithBatches {
  prepareSignIn = async (key: string, email: string, _password: string, otp: string | null) => {
    const vendor = this.vendor(key);
    const rows = rowsFor({ account_email: email, password: "••••••", ...(otp ? { one_time_code: "••••••" } : {}) });
    return this.prepare({ vendor, email }, rows, [signIn(this.host(vendor), otp), whoSignedIn(this.host(vendor)), ...listLicenses(this.host(vendor))]);
  };
  sendSignIn = async (preview: number) => {
    const { vendor, prepared, email } = this.take(preview);
    await this.send(prepared.requests, null);
    const known = this.vendor(vendor.key);
    const now = new Date().toISOString();
    known.account = { email: email ?? "", signedInAt: now, expiresAt: null, licensesReadAt: now, ended: null };
    this.own(owned.filter((license) => license.vendor === vendor.key));
    this.announce("changed", "vendors");
    return { vendor: structuredClone(known), licenses: { count: owned.length, cut: false }, unread: null, earlier: null };
  };
  prepareLibrary = async (key: string) => {
    const vendor = this.vendor(key);
    return this.prepare({ vendor }, rowsFor({ token: "••••" }), listLicenses(this.host(vendor)));
  };
  sendLibrary = async (preview: number) => {
    const { vendor, prepared } = this.take(preview);
    await this.send(prepared.requests, null);
    this.own(owned.filter((license) => license.vendor === vendor.key));
    this.announce("changed", "vendors");
    return { count: owned.length, cut: false };
  };
  prepareRegistration = async (key: string, product: string | null, serial: string | null, unlockCode: string | null) => {
    const vendor = this.vendor(key);
    const rows = rowsFor({ token: "••••", ...(serial ? { product_serial: "••••" } : {}), ...(unlockCode ? { unlock_code: "••••" } : {}), ...(product ? { product } : {}) });
    return this.prepare({ vendor }, rows, [register(this.host(vendor), { product, serial, unlockCode }), ...listLicenses(this.host(vendor))]);
  };
  sendRegistration = async (preview: number): Promise<Registered> => {
    const { vendor, prepared } = this.take(preview);
    await this.send(prepared.requests, null);
    const [card, made] = [this.shelf.products.find((known) => known.vendor === vendor.key), owned[0]];
    if (card && made) this.own([...this.shelf.owned, { ...made, id: "b1f60000-0000-4000-8000-000000000052", vendor: vendor.key, product: card.name, productId: card.id }]);
    this.announce("changed", "vendors");
    return { product: card?.name ?? "", licenseId: "b1f60000-0000-4000-8000-000000000052", wasYours: false, listed: true, unread: null };
  };
  prepareSignOut = async (key: string) => {
    const vendor = this.vendor(key);
    return this.prepare({ vendor }, rowsFor({ token: "••••", token_id: "1d7f9a52-0c6e-4c3a-9d0b-51c0a2f8e4b7" }), [signOut(this.host(vendor))]);
  };
  sendSignOut = async (preview: number): Promise<HowEnded | null> => {
    const { vendor, prepared } = this.take(preview);
    await this.send(prepared.requests, null);
    this.signOut(vendor.key);
    return prepared.requests.length ? "revoked" : null;
  };
  forgetSignIn = async (key: string) => {
    this.signOut(key);
    return true;
  };

  protected signOut(key: string): void {
    this.vendor(key).account = null;
    this.own([]);
    this.announce("changed", "vendors");
  }
}
