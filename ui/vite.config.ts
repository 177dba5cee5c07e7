import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

// Nothing is inlined: the window's policy allows files of its own and no data: fonts or scripts.
export default defineConfig({
  plugins: [svelte()],
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  server: { port: 5173, strictPort: true },
  // What was bundled, with its licenses: the notices are made from it.
  build: { target: "safari16", assetsInlineLimit: 0, modulePreload: { polyfill: false }, license: { fileName: ".vite/licenses.json" } },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"], testTimeout: 30_000 },
});
