// Theme and zoom, put on the document. Follows the system while the theme is the system's.

import type { Theme } from "../../backend/types";

export function dress(theme: Theme, zoom: number): () => void {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = (): void => {
    root.dataset.theme = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
  };
  paint();
  root.style.setProperty("--zoom", String(zoom / 100));
  dark.addEventListener("change", paint);
  return () => dark.removeEventListener("change", paint);
}
