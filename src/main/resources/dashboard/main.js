// Shows the page of the current URL.

import { ApiError, clearCache } from "./api.js";
import { callsPage } from "./calls.js";
import { costsPage } from "./costs.js";
import { announce, el, icon, replace } from "./dom.js";
import { loading, problem } from "./parts.js";
import { promptPage } from "./prompt.js";
import { promptsPage } from "./prompts.js";
import { current, link, scope } from "./route.js";
import { runPage } from "./run.js";
import { key, signIn, signOut } from "./session.js";
import { signInPage } from "./signin.js";
import { applyTheme, themeToggle } from "./theme.js";

const bar = document.getElementById("bar");
const main = document.getElementById("main");

let shownPath = null;
// On opening, focus stays at the top. Later, it moves to the new content.
let opening = true;
let turn = 0;

function pageOf({ path, query }) {
  const [first, name, second, id] = path;
  if (path.length === 0 || (first === "costs" && path.length === 1)) return costsPage(query);
  if (first === "calls" && path.length === 1) return callsPage(query);
  if (first === "prompts" && path.length === 1) return promptsPage(query);
  if (first === "prompts" && path.length === 2) return promptPage(name, query);
  if (first === "prompts" && path.length === 4 && second === "runs") return runPage(name, id, query);
  return { title: "Not found", load: async () => problem(new ApiError(404, "", "This page does not exist. Go to Costs or Prompts.")) };
}

function drawBar(path, query) {
  const entry = (title, first, href) =>
    el("a", { href, "aria-current": path === first && "page" }, title);
  replace(
    bar,
    el("a", { class: "brand", href: link(["costs"]) }, icon("gate"), "Tollgate"),
    key() && el(
      "nav",
      { "aria-label": "Pages" },
      entry("Costs", "costs", link(["costs"], scope(query))),
      entry("Calls", "calls", link(["calls"], scope(query))),
      entry("Prompts", "prompts", link(["prompts"])),
    ),
    el(
      "div",
      { class: "tools" },
      key() && el("button", { class: "ghost", type: "button", click: refresh, "aria-label": "Refresh", title: "Refresh" }, icon("refresh")),
      themeToggle(),
      key() && el("button", { class: "ghost", type: "button", click: leave, title: "Sign out and delete the key from this tab" }, icon("leave"), el("span", {}, "Sign out")),
    ),
  );
}

function refresh() {
  clearCache();
  show();
}

function leave() {
  signOut();
  clearCache();
  shownPath = null;
  show();
}

function showSignIn(error) {
  document.title = "Sign in – Tollgate";
  drawBar(null, new URLSearchParams());
  replace(main, signInPage(error, (secret) => {
    signIn(secret);
    show();
  }));
  main.removeAttribute("aria-busy");
  opening = false;
  document.getElementById("key").focus();
}

async function show() {
  const mine = ++turn;
  if (!key()) {
    showSignIn();
    return;
  }
  const route = current();
  const page = pageOf(route);
  const path = route.path.join("/");
  const pathChanged = path !== shownPath;
  document.title = `${page.title} – Tollgate`;
  drawBar(route.path[0] ?? "costs", route.query);
  main.setAttribute("aria-busy", "true");
  if (pathChanged) {
    replace(main, el("h1", { class: "unseen" }, page.title), loading(page.title));
    window.scrollTo(0, 0);
  }
  let content;
  try {
    content = await page.load();
  } catch (error) {
    if (mine !== turn) return;
    if (error.status === 401) {
      signOut();
      clearCache();
      shownPath = null;
      showSignIn(error);
      return;
    }
    if (!(error instanceof ApiError)) console.error(error);
    content = [el("h1", {}, page.title), problem(error, refresh)];
  }
  if (mine !== turn) return;
  const focused = main.contains(document.activeElement) ? document.activeElement.id : "";
  replace(main, content);
  main.removeAttribute("aria-busy");
  shownPath = path;
  if (pathChanged && !opening) main.focus({ preventScroll: true });
  else if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  opening = false;
  announce(`${page.title} loaded`);
}

applyTheme();
window.addEventListener("hashchange", show);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
if (!location.hash) history.replaceState(null, "", link(["costs"]));
show();
