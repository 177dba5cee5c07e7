// The liner notes of the demo vendor, Sleeve Audio. Nobody is behind it.

import type { ItemGroup, ItemRow } from "../types";
import { IDENTIFIER } from "./bytes";

const RETENTION = "as long as the activation exists, and 90 days after (policy, line 27)";
const REGION = "servers in Germany (policy, line 28)";
const RECIPIENTS = ["Hosting firm of the license server (policy, line 31)", "Support desk, when you ask for help (policy, line 31)"];
/** Where Sleeve Audio's policy speaks of an item; of the rest, all at once. */
const LINES: Record<string, number> = { identifier: 14, device_name: 15, os: 16 };
const ELSE = 18;

function row(item: string, label: string, group: ItemGroup, value: string | null, words: string, reason: string | null, stated = true): ItemRow {
  return {
    item, label, group, value, words, reason,
    source: null,
    also: null,
    basis: stated ? `Contract (policy, line ${LINES[item] ?? ELSE})` : null,
    retention: stated ? RETENTION : null,
    region: stated ? REGION : null,
    recipients: ["bind", "required"].includes(group) ? RECIPIENTS : [],
    secret: ["license_key", "password", "one_time_code", "token", "product_serial", "unlock_code"].includes(item),
  };
}

const PROOF = "Shows that the license is yours";
const rows: Record<string, (value: string | null) => ItemRow> = {
  identifier: (v) => row("identifier", "Identifier", "bind", v, "A hash that stands for this computer", "Ties the license to this computer"),
  device_name: (v) => row("device_name", "Device name", "required", v, "A name for the computer", "So that you can tell your computers apart and free a seat"),
  os: (v) => row("os", "Operating system", "required", v, "Operating system and version", "To offer the right download"),
  cpu: (v) => row("cpu", "Processor", "required", v, "Processor", null, false),
  memory: (v) => row("memory", "Memory", "required", v, "Installed memory", null, false),
  license_key: (v) => row("license_key", "License key", "protocol", v, "License key", PROOF),
  token: (v) => row("token", "Sign-in token", "protocol", v, "Sign-in", PROOF),
  password: (v) => row("password", "Password", "protocol", v, "Password", PROOF),
  one_time_code: (v) => row("one_time_code", "One-time code", "protocol", v, "One-time code", "Your second factor"),
  product_serial: (v) => row("product_serial", "Serial number", "required", v, "Serial number", "Shows that the product was bought"),
  unlock_code: (v) => row("unlock_code", "Unlock code", "required", v, "Unlock code", "Shows that the product was bought"),
  product: (v) => row("product", "Product", "required", v, "The product", "Names the product that is meant"),
  recipient_email: (v) => row("recipient_email", "Recipient's e-mail", "required", v, "E-mail address of who gets the license", "Names whose the license becomes"),
  account_email: (v) => row("account_email", "Account e-mail", "protocol", v, "E-mail address of the account", PROOF),
  license_id: (v) => row("license_id", "License id", "protocol", v, "Id of the license", "Names the license that is meant"),
  machine_id: (v) => row("machine_id", "Machine id", "protocol", v, "Number of the activation", "Names this activation, so that it is never counted twice"),
  token_id: (v) => row("token_id", "Token id", "protocol", v, "Number of the sign-in", "Names the sign-in that ends"),
  nonce: (v) => row("nonce", "Random number", "protocol", v, "A random number against replayed answers", "So that an old answer cannot be played again"),
  file_ttl: (v) => row("file_ttl", "File lifetime", "protocol", v, "How long the license file shall last", "So that the file lasts as long as what you paid for"),
};

const network: ItemRow = {
  ...row("network", "IP address and time", "network", null, "Every connection shows them to the server", "Kept for seven days against abuse (policy, line 19)"),
  basis: "Legitimate interest (policy, line 19)",
  retention: "seven days (policy, line 19)",
};

export function rowsFor(values: Record<string, string | null>): ItemRow[] {
  return [...Object.entries(values).flatMap(([item, value]) => rows[item]?.(value) ?? []), network];
}

export const activationRows = (name: string, key: string, license: string, machine: string): ItemRow[] =>
  rowsFor({
    identifier: IDENTIFIER, device_name: name, os: "Debian GNU/Linux 12", cpu: "AMD EPYC 7302", memory: "24 GiB",
    license_key: `••${key}`, license_id: license, machine_id: machine, file_ttl: "null (it never ends)",
  });
