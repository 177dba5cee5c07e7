// Opens a vendor file for looking at. Nothing is agreed to, and nothing is asked of anybody.

import type { VendorReview } from "../../backend/types";
import { router } from "../../route.svelte";
import { failureOf, type Session } from "../../session.svelte";

export async function review(session: Session, read: () => Promise<VendorReview | null>): Promise<void> {
  session.reviewFailure = null;
  try {
    const found = await read();
    if (!found) return;
    session.review = found;
    router.go({ page: "review" });
  } catch (thrown) {
    session.reviewFailure = failureOf(thrown);
  }
}
