// A box that scrolls and holds nothing to focus gets a tab stop of its own, so that the keyboard can scroll it too.

import type { Attachment } from "svelte/attachments";

const FOCUSABLE = "a[href], button:not(:disabled), input, select, textarea, [tabindex='0']";

export const scrollable: Attachment<HTMLElement> = (node) => {
  const look = (): void => {
    const stuck = node.scrollHeight > node.clientHeight + 1 && !node.querySelector(FOCUSABLE);
    if (stuck) node.setAttribute("tabindex", "0");
    else node.removeAttribute("tabindex");
  };
  const sizes = new ResizeObserver(look);
  const nodes = new MutationObserver(look);
  sizes.observe(node);
  nodes.observe(node, { childList: true, subtree: true });
  look();
  return () => {
    sizes.disconnect();
    nodes.disconnect();
  };
};
