// Who is signed in at a vendor, as far as the sign-in is still of use.

import type { Account, VendorSummary } from "../../backend/types";

export const signedIn = (vendor: VendorSummary | null | undefined): Account | null =>
  vendor?.account?.ended === null ? vendor.account : null;
