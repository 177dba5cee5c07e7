// `?state=full`, `?theme=dark`, `?refuse=keygen.seats_full&at=seat`, `?pace=300`: which demo to look at.

import { MemoryBackend } from "../memory";
import type { StepName, Theme } from "../types";
import { sleeve } from "./demo";
import type { DemoState } from "./program";
import { REFUSALS } from "./refusals";

const STATES: readonly DemoState[] = ["demo", "first", "empty", "full", "error", "offline", "loading", "examples"];

export function demoBackend(query: URLSearchParams): MemoryBackend {
  const state = STATES.find((known) => known === query.get("state")) ?? "demo";
  const made = new MemoryBackend(state, Number(query.get("pace") ?? 250));
  const theme = query.get("theme");
  if (theme) void made.changeSettings({ theme: theme as Theme, hideValues: query.has("hide"), zoom: Number(query.get("zoom") ?? 100) });
  if (query.has("newer")) {
    made.countsFrom = new Date(Date.now() + 30 * 86_400_000).toISOString();
    made.newer = { version: 4, changes: [], shownAt: new Date().toISOString(), agreed: false, countsFrom: null, bundled: null };
  }
  const usage = query.get("usage");
  if (usage === "locked") made.usageLock = { by: "do_not_track", since: new Date().toISOString() };
  else if (usage) made.shares(sleeve.key, ["usage_frequency", "daw"]);
  if (usage === "stopped") void made.withdrawUsage(sleeve.key, true);
  const failure = REFUSALS.find(({ code }) => code === query.get("refuse"));
  if (failure) made.refusing = { failure, step: query.get("at") as StepName | null };
  return made;
}
