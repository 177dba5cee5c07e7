// The keyboard: one table that the window obeys and the list of shortcuts shows.

import { t, type Key } from "../../words/words";

export type Act = "library" | "sent" | "privacy" | "settings" | "search" | "add" | "bigger" | "smaller" | "normal" | "shortcuts" | "quit";

type Shortcut = { act: Act; keys: string[]; words: Key };

/** `keys` are `KeyboardEvent.key` with Ctrl (or Command); a bare one is written without `^`. */
export const SHORTCUTS: readonly Shortcut[] = [
  { act: "library", keys: ["^1"], words: "nav.library" },
  { act: "sent", keys: ["^2"], words: "nav.sent" },
  { act: "privacy", keys: ["^3"], words: "nav.privacy" },
  { act: "settings", keys: ["^4", "^,"], words: "nav.settings" },
  { act: "add", keys: ["^n"], words: "library.add" },
  { act: "search", keys: ["^f"], words: "shortcuts.search" },
  { act: "bigger", keys: ["^+", "^="], words: "shortcuts.bigger" },
  { act: "smaller", keys: ["^-"], words: "shortcuts.smaller" },
  { act: "normal", keys: ["^0"], words: "shortcuts.normal" },
  { act: "quit", keys: ["^q"], words: "shortcuts.quit" },
  { act: "shortcuts", keys: ["?"], words: "shortcuts.title" },
];

/** The first of its keys, as a keyboard has it. */
export function shown({ keys: [first = ""] }: Shortcut): string {
  const key = first.replace(/^\^(?=.)/, "").replace("-", "\u2212").toUpperCase();
  return first.startsWith("^") ? t("shortcuts.ctrl", { key }) : key;
}

export function actOf(event: KeyboardEvent): Act | null {
  if (event.altKey || event.defaultPrevented) return null;
  const command = event.ctrlKey || event.metaKey;
  const typing = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
  if (!command && typing) return null;
  const pressed = `${command ? "^" : ""}${event.key.toLowerCase()}`;
  return SHORTCUTS.find((shortcut) => shortcut.keys.includes(pressed))?.act ?? null;
}
