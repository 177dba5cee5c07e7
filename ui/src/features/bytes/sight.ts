// Brings the bytes of an item into sight beside the row that names it.

/** Only a page that scrolls by itself is moved: where the pages lie below each other, the row would be moved away. */
export function bringIntoSight(row: Element, item: string): void {
  const marks = [...(row.closest(".spread")?.querySelectorAll(".bytes [data-items]") ?? [])].filter((mark) => mark.getAttribute("data-items")?.split(" ").includes(item));
  const [first] = marks;
  const page = first?.closest(".page");
  if (!first || !page || page.scrollHeight <= page.clientHeight || page.contains(row)) return;
  const bounds = page.getBoundingClientRect();
  const isSeen = (mark: Element): boolean => {
    const { top, bottom } = mark.getBoundingClientRect();
    return top >= bounds.top && bottom <= bounds.bottom;
  };
  if (!marks.some(isSeen)) page.scrollTop += first.getBoundingClientRect().top - bounds.top - bounds.height / 3;
}
