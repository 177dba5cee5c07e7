import { cleanup, configure, fireEvent, render, type RenderResult } from "@testing-library/svelte";
import type { Component } from "svelte";
import { afterEach, vi } from "vitest";
import { MemoryBackend } from "../src/backend/memory";
import type { DemoState } from "../src/backend/memory/program";
import { Session } from "../src/session.svelte";
import Stage from "./Stage.svelte";

// A busy machine is no fault of the page.
configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

export async function session(state: DemoState = "demo"): Promise<{ session: Session; backend: MemoryBackend }> {
  const backend = new MemoryBackend(state);
  const made = new Session(backend);
  await made.open();
  return { session: made, backend };
}

export function stage<Props extends Record<string, unknown>>(on: Session, part: Component<Props>, props: Props): RenderResult<typeof Stage> {
  return render(Stage, { props: { session: on, part: part as Component<Record<string, unknown>>, props } });
}

/** happy-dom lays nothing out; lists that only make the rows in sight need a height. */
export function layOut(): void {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1000);
}

export async function choose(select: HTMLElement, id: string): Promise<void> {
  (select as HTMLSelectElement).value = id;
  await fireEvent.change(select);
}
