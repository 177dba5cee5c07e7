// Which page is open: kept in the address after `#`, so that back, forward and links are the web view's own.

// Beside what a page is about stands the product that it was opened from, if it was: its way back leads there.

export type Route =
  | { page: "library" }
  | { page: "product"; vendor: string; product: string }
  | { page: "add"; vendor: string | null; product?: string }
  | { page: "finish"; license: string }
  | { page: "deactivate-all" }
  | { page: "activate-all"; license: string | null }
  | { page: "read-library"; vendor: string }
  | { page: "release"; id: string }
  | { page: "seats"; license: string }
  | { page: "rename"; id: string; name: string }
  | { page: "refresh"; vendor: string; license: string }
  | { page: "keys" }
  | { page: "sent"; entry: number | null; search?: string; of?: Of }
  | { page: "privacy"; vendor: string | null }
  | { page: "usage"; vendor: string }
  | { page: "upload"; vendor: string }
  | { page: "erase-usage"; vendor: string }
  | { page: "settings" }
  | { page: "support" }
  | { page: "make-bundle" }
  | { page: "bundle" }
  | { page: "sign-in"; vendor: string; product?: string }
  | { page: "sign-out"; vendor: string }
  | { page: "register"; vendor: string; product?: string }
  | { page: "trial"; vendor: string; product: string }
  | { page: "transfer"; license: string }
  | { page: "review" };

/** What was sent to a vendor, by its id, since a time or ever, with at least one of some items; with whatever there was, if none is named. */
export type Of = { vendor: string; items: string[]; since?: string };

/** Beside an entry nothing is searched for: its list is the one that it was chosen from. */
const SEARCH = "search";
const OF = "of";
const SINCE = "since";

export function href(route: Route): string {
  if (route.page === "sent" && route.search) return `#/sent/${SEARCH}/${encodeURIComponent(route.search)}`;
  if (route.page === "sent" && route.of) {
    const { vendor, items, since } = route.of;
    return `#/sent/${[...(since ? [SINCE, since] : [OF]), vendor, ...items].map(encodeURIComponent).join("/")}`;
  }
  const steps = Object.values(route).filter((step) => typeof step === "string" || typeof step === "number");
  return `#/${steps.map((step) => encodeURIComponent(step)).join("/")}`;
}

/** Anything that is not a page is the library. */
export function parse(hash: string): Route {
  const [page, one = null, two = null, ...more] = hash.replace(/^#\//, "").split("/").map(decode);
  if (page === "product" && one && two) return { page, vendor: one, product: two };
  if (page === "trial" && one && two) return { page, vendor: one, product: two };
  if (page === "transfer" && one) return { page, license: one };
  if (page === "refresh" && one && two) return { page, vendor: one, license: two };
  if (page === "release" && one) return { page, id: one };
  if (page === "seats" && one) return { page, license: one };
  if (page === "rename" && one && two) return { page, id: one, name: two };
  if (page === "finish" && one) return { page, license: one };
  if ((page === "sign-out" || page === "read-library" || page === "usage" || page === "upload" || page === "erase-usage") && one) return { page, vendor: one };
  if ((page === "sign-in" || page === "register" || page === "add") && one) return two ? { page, vendor: one, product: two } : { page, vendor: one };
  if (page === "activate-all") return { page, license: one };
  if (page === "add") return { page, vendor: null };
  if (page === "privacy") return { page, vendor: one };
  if (page === "sent" && one === SEARCH && two) return { page, entry: null, search: two };
  if (page === "sent" && one === OF && two) return { page, entry: null, of: { vendor: two, items: more } };
  if (page === "sent" && one === SINCE && two && more[0]) return { page, entry: null, of: { vendor: more[0], items: more.slice(1), since: two } };
  if (page === "sent") return { page, entry: one && /^\d+$/.test(one) ? Number(one) : null };
  if (page === "keys" || page === "settings" || page === "review" || page === "deactivate-all" || page === "support" || page === "make-bundle" || page === "bundle") return { page };
  return { page: "library" };
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return "";
  }
}

class Router {
  route = $state.raw<Route>(parse(location.hash));
  /** The page that was open before this one, if one was. */
  before: Route | null = null;

  constructor() {
    window.addEventListener("hashchange", () => {
      this.before = this.route;
      this.route = parse(location.hash);
    });
  }

  go(route: Route): void {
    location.hash = href(route);
  }
}

export const router = new Router();
