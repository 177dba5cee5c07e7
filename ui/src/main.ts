import { mount } from "svelte";
import App from "./App.svelte";
import type { Backend } from "./backend/backend";
import { tauriBackend } from "./backend/tauri";
import { Session } from "./session.svelte";
import "./fonts.css";
import "./tokens.css";
import "./base.css";

/** In the window the program answers; in a plain browser, while developing, invented data. */
async function backend(): Promise<Backend> {
  if (import.meta.env.MODE !== "production" && !("__TAURI_INTERNALS__" in window)) {
    const { demoBackend } = await import("./backend/memory/choose");
    return demoBackend(new URLSearchParams(location.search));
  }
  return tauriBackend();
}

/**
 * Reads the faces before there is text: what is laid out earlier looks for a face of the system's in the meantime, style by
 * style, and is then laid out once more. A face that cannot be read is no reason to show nothing.
 */
async function faces(): Promise<void> {
  const names = ["Bricolage Grotesque", "Inter", "JetBrains Mono"];
  await Promise.allSettled(names.map((name) => document.fonts.load(`1em "${name}"`)));
}

async function show(): Promise<void> {
  const session = new Session(await backend());
  void session.open();
  await faces();
  mount(App, { target: document.body, props: { session } });
}

void show();
