// What was sent and goes on while another page is looked at. Each page that sends keeps what it does in one of these: while it
// goes on it is said on every other page, with the way back to its steps; its end waits to be seen. None is begun twice.

import type { Failure } from "../../backend/types";
import { href, type Route } from "../../route.svelte";
import type { Session } from "../../session.svelte";

export type Said = { title: string; text?: string | undefined; tone: "plain" | "calm" | "attention"; failure?: Failure | undefined };

export abstract class Going {
  /** The page that shows its steps. */
  abstract readonly at: string;
  stopping = $state(false);
  /** On how many pages its good end was told. */
  toldOn = 0;

  /** It was agreed to and came to no end yet. */
  abstract get isUnderWay(): boolean;
  /** What other pages say of it: nothing while a dialog of the system may still ask, or where nothing came of it. */
  abstract get said(): Said | null;
  /** It is over and was seen, or was never sent: what was prepared is forgotten. */
  abstract end(): Promise<void>;

  /** Its page has more to show than what is said of it. */
  get hasPage(): boolean {
    return true;
  }
  /** The licenses that it works on. */
  get licenses(): string[] {
    return [];
  }
  /** Of what it is, if it is of one product. */
  get product(): { vendor: string; id: string } | null {
    return null;
  }
  /** What the button says that ends it before its next step; none where nothing follows. */
  get stops(): "add.stop" | "everything.stop" | null {
    return null;
  }
  async stop(): Promise<void> {
    // Most are one request, which cannot be called back.
  }
}

/** What goes on for this page already, or what the user wants to see the end of; else something new, which what has ended is not in the way of. */
export function takeUp<Kind extends Going>(session: Session, at: string, kind: abstract new (...given: never[]) => Kind, make: () => Kind): Kind {
  const kept = session.going.find((going): going is Kind => going.at === at && going instanceof kind);
  const isWanted = kept !== undefined && (kept.isUnderWay || session.wanted === kept);
  session.wanted = null;
  if (isWanted) return kept;
  if (kept) close(session, kept);
  return make();
}

/** Its end was seen, or is not wanted. */
export function close(session: Session, going: Going): void {
  session.going = session.going.filter((other) => other !== going);
  void going.end();
}

/** So many pages tell a good end that nobody closed. */
const TOLD_ON = 2;

/** A page was opened: its product's page shows a good end itself, and other pages do not tell it for ever. */
export function opened(session: Session, route: Route): void {
  for (const going of session.going) {
    if (going.isUnderWay || going.said?.tone !== "calm" || going.at === href(route)) continue;
    const isOwn = route.page === "product" && going.product?.vendor === route.vendor && going.product.id === route.product;
    going.toldOn += 1;
    if (isOwn || going.toldOn >= TOLD_ON) close(session, going);
  }
}

/** It is on a part of the page; what this gives is done when that is left. */
export function onPart(session: Session, going: Going): () => void {
  session.going = session.going.filter((other) => other !== going);
  return () => {
    if (going.isUnderWay) session.going = [...session.going, going];
    else void going.end();
  };
}

/** It is on the page now; what this gives is done when the page is left. */
export function onPage(session: Session, going: Going): () => void {
  session.here = going;
  const leave = onPart(session, going);
  return () => {
    if (session.here === going) session.here = null;
    leave();
  };
}
