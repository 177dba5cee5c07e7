// The keyboard: one table that the window obeys and the list of shortcuts shows.

import { t, type Key } from "../../words/words";

export type Act = "library" | "sent" | "privacy" | "settings" | "support" | "search" | "add" | "bigger" | "smaller" | "normal" | "shortcuts" | "back" | "quit";

type Shortcut = { act: Act; keys: string[]; words: Key };

/** `keys` are `KeyboardEvent.key` with `^` for Ctrl (or Command) and `~` for Alt before it. */
export const SHORTCUTS: readonly Shortcut[] = [
  { act: "library", keys: ["^1"], words: "nav.library" },
  { act: "sent", keys: ["^2"], words: "nav.sent" },
  { act: "privacy", keys: ["^3"], words: "nav.privacy" },
  { act: "settings", keys: ["^4", "^,"], words: "nav.settings" },
  { act: "support", keys: ["^5"], words: "nav.support" },
  { act: "add", keys: ["^n"], words: "library.add" },
  { act: "search", keys: ["^f"], words: "shortcuts.search" },
  { act: "bigger", keys: ["^+", "^="], words: "shortcuts.bigger" },
  { act: "smaller", keys: ["^-"], words: "shortcuts.smaller" },
  { act: "normal", keys: ["^0"], words: "shortcuts.normal" },
  { act: "quit", keys: ["^q"], words: "shortcuts.quit" },
  { act: "back", keys: ["~arrowleft"], words: "shortcuts.back" },
  { act: "shortcuts", keys: ["?"], words: "shortcuts.title" },
];

/** The first of its keys, as a keyboard has it. */
export function shown({ keys: [first = ""] }: Shortcut): string {
  const key = first.replace(/^[\^~](?=.)/, "").replace("-", "\u2212").replace("arrowleft", "\u2190").toUpperCase();
  if (first.startsWith("~")) return t("shortcuts.alt", { key });
  return first.startsWith("^") ? t("shortcuts.ctrl", { key }) : key;
}

export function actOf(event: KeyboardEvent): Act | null {
  const command = event.ctrlKey || event.metaKey;
  if (event.defaultPrevented || (command && event.altKey)) return null;
  const typing = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
  if (!command && !event.altKey && typing) return null;
  const pressed = `${command ? "^" : event.altKey ? "~" : ""}${event.key.toLowerCase()}`;
  return SHORTCUTS.find((shortcut) => shortcut.keys.includes(pressed))?.act ?? null;
}
