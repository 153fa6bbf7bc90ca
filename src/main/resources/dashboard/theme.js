// Dark or light: the system setting, unless the reader chooses.

import { el, icon } from "./dom.js";

const NAME = "tollgate.theme";
const DARK = matchMedia("(prefers-color-scheme: dark)");

export const themes = new EventTarget();

function effective() {
  return localStorage.getItem(NAME) ?? (DARK.matches ? "dark" : "light");
}

export function applyTheme() {
  document.documentElement.dataset.theme = effective();
  themes.dispatchEvent(new Event("change"));
}

export function themeToggle() {
  const toggle = () => {
    localStorage.setItem(NAME, effective() === "dark" ? "light" : "dark");
    applyTheme();
  };
  return el(
    "button",
    { class: "ghost", type: "button", click: toggle, "aria-label": "Switch between dark and light", title: "Dark or light" },
    icon("theme"),
  );
}

DARK.addEventListener("change", applyTheme);

/** The colour of a name in the current theme. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
}
