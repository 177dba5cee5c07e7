// Vendors: their files, their pages, and agreeing to one.

import type { Failure, VendorReview, VendorSummary } from "../types";
import { demoLibrary, sleeve, tidewater } from "./demo";
import { pageOf } from "./pages";
import { newer } from "./said";
import { never, Program } from "./program";

export class WithVendors extends Program {
  vendors = async () => structuredClone(this.added);
  damagedVendors = async () => this.damaged;
  bundled = async () =>
    [sleeve, tidewater]
      .filter((vendor) => !this.added.some((known) => known.id === vendor.id))
      .map((vendor) => ({ id: vendor.id, name: vendor.name, products: 5 }));

  pickVendor = async (): Promise<VendorReview> => this.review(tidewater, "/home/you/Downloads/tidewater.toml");
  reviewBundled = async (id: string) => this.review(id === "sleeve" ? sleeve : tidewater, null);
  reviewWaiting = async (key: string) => this.review(this.vendor(key), "");
  agreeVendor = async (review: number) => {
    const vendor = this.pending.get(review)?.vendor;
    if (vendor && !this.added.some((known) => known.key === vendor.key)) {
      this.added.push(structuredClone(vendor));
      this.shelf.products.push(...demoLibrary().products.filter((card) => card.vendor === vendor.key).map((card) => ({ ...card, licenses: [] })));
    }
    this.announce("changed", "vendors");
    return { from: this.countsFrom };
  };
  removeVendor = async (key: string) => {
    if (this.shelf.products.some((card) => card.vendor === key && card.licenses.length)) {
      throw { code: "vendor.in_use", message: "Licenses of this vendor are still on this computer.", hint: "Deactivate them first." } satisfies Failure;
    }
    const { id, name } = this.vendor(key);
    this.formers = [...this.formers, { id, name }];
    this.added = this.added.filter((vendor) => vendor.key !== key);
    this.shelf.products = this.shelf.products.filter((card) => card.vendor !== key);
    this.announce("changed", "vendors");
    return [];
  };
  vendorPage = async (key: string) => (this.state === "loading" ? never : this.pageOf(this.vendor(key)));
  exportVendorPage = async (key: string) => `/home/you/gatefold-privacy-${this.vendor(key).id}-2026-11-30.jsonld`;
  exportUsageRecords = async (key: string) => `/home/you/gatefold-consent-${this.vendor(key).id}-2026-11-30.json`;
  openLink = async (vendor: string, link: string) => {
    this.opened.push(`${vendor} ${link}`);
    return true;
  };

  openReviewLink = async (review: number, link: string) => this.openLink(this.pending.get(review)?.vendor.key ?? "", link);

  protected review(vendor: VendorSummary, path: string | null): VendorReview {
    const known = this.added.some((agreed) => agreed.key === vendor.key);
    const { preview } = this.prepare({ vendor }, [], []);
    const review: VendorReview = { review: preview, vendor, page: this.pageOf(vendor), known: "new", from: null, changes: [], countsFrom: this.countsFrom, lookAlikes: [], sameKeys: [], path };
    if (!known) return review;
    // Whoever picks a file of a vendor they know has a newer one.
    return path === null ? { ...review, known: "agreed" } : newer(review);
  }

  protected pageOf(vendor: VendorSummary) {
    return { ...pageOf(vendor, this.record.lines()), newer: this.newer };
  }
}
