import { mount } from "svelte";
import App from "./App.svelte";
import type { Backend } from "./backend/backend";
import "./fonts.css";
import "./tokens.css";
import "./base.css";

/** In the window the program answers; in a plain browser, while developing, invented data. */
async function backend(): Promise<Backend> {
  if (import.meta.env.MODE !== "production" && !("__TAURI_INTERNALS__" in window)) {
    const { demoBackend } = await import("./backend/memory/choose");
    return demoBackend(new URLSearchParams(location.search));
  }
  return (await import("./backend/tauri")).tauriBackend();
}

void backend().then((chosen) => mount(App, { target: document.body, props: { backend: chosen } }));
