import { fireEvent, render } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { activation, checkKey } from "../src/backend/memory/bytes";
import type { Mark } from "../src/backend/types";
import Bytes from "../src/features/bytes/Bytes.svelte";
import { Lit } from "../src/features/bytes/lit.svelte";
import { bringIntoSight } from "../src/features/bytes/sight";
import { segments } from "../src/features/bytes/segments";

const mark = (start: number, end: number, item = "os"): Mark => ({ start, end, kind: "item", items: [item], sentBytes: null });
const check = (text: string, marks: Mark[], expected: string[]): void => {
  const cut = segments(text, marks);
  expect(cut.map((piece) => (piece.mark ? `<${piece.text}>` : piece.text))).toEqual(expected);
  expect(cut.map((piece) => piece.text).join("")).toBe(text);
};

test("text is cut where its marks are, and none of it is lost", () => {
  check("abcdef", [], ["abcdef"]);
  check("abcdef", [mark(2, 4)], ["ab", "<cd>", "ef"]);
  check("abcdef", [mark(4, 6), mark(0, 2)], ["<ab>", "cd", "<ef>"]);
  check("abcdef", [mark(0, 3), mark(3, 6)], ["<abc>", "<def>"]);
  check("ä\u{1f3b9}b", [mark(1, 3)], ["ä", "<\u{1f3b9}>", "b"]);
  check("", [], []);
});

test("a mark that cannot be right is left out, never the text", () => {
  check("abcdef", [mark(2, 99)], ["abcdef"]);
  check("abcdef", [mark(3, 3), mark(4, 2)], ["abcdef"]);
  check("abcdef", [mark(0, 4), mark(2, 6)], ["<abcd>", "ef"]);
});

test("what is shown is the stored text, byte for byte", () => {
  for (const request of [checkKey("h.example"), ...activation("h.example", "L", "M", 'Jörg\'s "studio"', true)]) {
    const { container } = render(Bytes, { text: request.text, marks: request.marks, lit: new Lit(), label: "bytes" });
    expect(container.querySelector("pre")?.textContent).toBe(request.text);
    expect([...container.querySelectorAll(".mark")].map((node) => node.textContent)).toEqual(
      request.marks.map(({ start, end }) => request.text.slice(start, end)),
    );
  }
});

test("a hidden value is not in the page at all, and all that is around it stands where it stood", () => {
  const [take] = activation("h.example", "L", "M", "studio-desk", true);
  if (!take) throw new Error("no request");
  const { container } = render(Bytes, { text: take.text, marks: take.marks, lit: new Lit(), label: "bytes", hide: true });
  const shown = container.querySelector("pre")?.textContent ?? "";
  expect(take.text).toContain("studio-desk");
  expect(shown).not.toContain("studio-desk");
  expect([...shown].length).toBe([...take.text].length);
  expect(container.querySelector('[data-items="device_name"]')?.textContent).toBe("•".repeat(JSON.stringify("studio-desk").length));
});

test("a touched item lights its bytes, and touched bytes light their item", async () => {
  const lit = new Lit();
  const [take] = activation("h.example", "L", "M", "studio-desk", true);
  if (!take) throw new Error("no request");
  const { container } = render(Bytes, { text: take.text, marks: take.marks, lit, label: "bytes" });
  const name = container.querySelector<HTMLElement>('[data-items="device_name"]');
  if (!name) throw new Error("no mark");

  lit.touch(["device_name"]);
  await Promise.resolve();
  expect(name.classList).toContain("lit");
  expect(container.querySelectorAll(".lit")).toHaveLength(1);

  lit.leave();
  await fireEvent.mouseEnter(name);
  expect(lit.has(["device_name"])).toBe(true);
  expect(lit.has(["os"])).toBe(false);
  await fireEvent.mouseLeave(name);
  expect(lit.has(["device_name"])).toBe(false);
});

test("a pinned item stays lit until another is touched or it is chosen again", () => {
  const lit = new Lit();
  lit.pin("os");
  expect(lit.has(["os"])).toBe(true);
  lit.touch(["cpu"]);
  expect([lit.has(["os"]), lit.has(["cpu"])]).toEqual([false, true]);
  lit.leave();
  expect(lit.has(["os"])).toBe(true);
  lit.pin("os");
  expect(lit.has(["os"])).toBe(false);
});

test("touching a row brings its bytes into sight where none of them are, and moves nothing else", () => {
  document.body.innerHTML = `<div class="spread"><section class="page"><p id="row"></p></section>
    <section class="page" id="right"><pre class="bytes"><span data-items="os"></span><span data-items="cpu os"></span><span data-items="memory"></span></pre></section></div>`;
  const row = document.querySelector("#row");
  const right = document.querySelector<HTMLElement>("#right");
  if (!row || !right) throw new Error("no stage");
  const place = (node: Element, top: number, height: number) => (node.getBoundingClientRect = () => ({ top, bottom: top + height, height }) as DOMRect);
  const [os, both, memory] = [...right.querySelectorAll("span")];
  place(right, 100, 300);
  for (const [node, top] of [[os, 20], [both, 200], [memory, 900]] as const) if (node) place(node, top, 20);
  const scrolled = (item: string, height = 1000): number => {
    Object.defineProperties(right, { scrollHeight: { value: height, configurable: true }, clientHeight: { value: 300, configurable: true } });
    right.scrollTop = 0;
    bringIntoSight(row, item);
    return right.scrollTop;
  };
  expect(scrolled("os")).toBe(0);
  expect(scrolled("memory")).toBe(700);
  expect(scrolled("memory", 300)).toBe(0);
  expect(scrolled("identifier")).toBe(0);
});
