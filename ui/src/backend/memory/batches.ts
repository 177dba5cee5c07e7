// What is done for every license at once.

import type { Batch, OwnedLicense, Progress } from "../types";
import { activation, checkKey, release } from "./bytes";
import { license, sleeve } from "./demo";
import { activationRows, rowsFor } from "./rows";
import { NO_NAME } from "./said";
import { WithSeats } from "./seats";

export class WithBatches extends WithSeats {
  /** Which licenses were prepared to be activated, and under which name of the computer. */
  #wanted = new Map<number, { licenses: OwnedLicense[]; name: string }>();

  prepareReleaseOfAll = async (): Promise<Batch> => {
    const held = this.shelf.products.flatMap((card) => card.licenses.map((license) => ({ card, license })));
    const parts = [...new Set(held.filter(({ license }) => license.machineId).map(({ card }) => card.vendor))].map((key) => {
      const [vendor, seats] = [this.vendor(key), held.flatMap(({ card, license }) => (card.vendor === key && license.machineId ? [license.machineId] : []))];
      return this.prepare({ vendor }, rowsFor({ license_key: "••••", machine_id: seats.join(", ") }), seats.map((seat) => release(this.host(vendor), seat)));
    });
    const deeds = held.map(({ card, license }) => ({ licenseId: license.id, vendor: card.vendor, product: card.name, keyHint: "", requests: license.machineId === null ? 0 : 1 }));
    return { preview: this.next++, parts, deeds, leftOut: [], spare: [], deviceName: null, takesName: false, wantsName: false, renewed: 0 };
  };
  prepareActivationOfAll = async (one: string | null, name: string | null): Promise<Batch> => {
    await this.wait();
    const licenses = this.shelf.owned.filter((license) => one === null || license.id === one);
    const host = this.host(sleeve);
    const device = name ?? "studio-desk";
    if (!device.trim()) throw NO_NAME;
    const each = licenses.map((license, i) => {
      const rest = activation(host, license.id, `0b9c0000-0000-4000-8000-0000000009${10 + i}`, device, true);
      return [checkKey(host), ...rest.map((request) => (request.when === "always" ? { ...request, when: "if_good" as const } : request))];
    });
    const requests = each.flat();
    const rows = activationRows(device, licenses.map((license) => license.keyHint).join(", ••"), licenses.map(({ id }) => id).join(", "), "");
    const parts = licenses.length ? [this.prepare({ vendor: sleeve }, rows, requests)] : [];
    const deeds = licenses.map((license, i) => ({ licenseId: license.id, vendor: license.vendor, product: license.product, keyHint: license.keyHint, requests: each[i]?.length ?? 0 }));
    const preview = this.next++;
    this.#wanted.set(preview, { licenses, name: device });
    return { preview, parts, deeds, leftOut: [], spare: [], deviceName: licenses.length ? device : null, takesName: licenses.length > 0, wantsName: licenses.length > 0, renewed: licenses.filter((license) => license.terms === "subscription").length };
  };
  sendActivationOfAll = (preview: number): Promise<Progress[]> =>
    this.each(preview, this.#wanted.get(preview)?.licenses ?? [], async (owned) => {
      const host = this.host(sleeve);
      await this.send([checkKey(host), ...activation(host, owned.id, "0b9c0000-0000-4000-8000-000000000910", this.#wanted.get(preview)?.name ?? "", true)], null);
      const card = this.shelf.products.find((known) => known.id === owned.productId);
      card?.licenses.push({ ...license(41, owned.terms, "active", owned.expiresAt), id: owned.id });
      this.own(this.shelf.owned.filter((other) => other.id !== owned.id));
    });
  sendReleaseOfAll = async (preview: number): Promise<Progress[] | null> => !this.agrees ? null :
    this.each(preview, this.shelf.products.flatMap((card) => card.licenses), async (license) => {
      await this.send(license.machineId ? [release(this.host(sleeve), license.machineId)] : [], null);
      this.remove(license.id);
    });
}
