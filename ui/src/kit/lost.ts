// What answers a press takes the focus where that press has lost it: a button that cannot be pressed meanwhile gives it up.

import type { Attachment } from "svelte/attachments";

export const takesLostFocus: Attachment<HTMLElement> = (node) => {
  const has = document.activeElement;
  if (!has || has === document.body || has.matches(":disabled")) node.focus();
};
