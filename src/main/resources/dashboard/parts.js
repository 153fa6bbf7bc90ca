// Parts that the pages share.

import { el, icon } from "./dom.js";
import { download, toCsv } from "./csv.js";

/** A card with a heading. */
export function section(title, { id, aside, note, class: more = "" }, ...children) {
  return el(
    "section",
    { class: `card ${more}`, "aria-labelledby": id },
    el("div", { class: "card-head" }, el("h2", { id }, title), aside),
    note && el("p", { class: "note" }, note),
    ...children,
  );
}

/**
 * A table.
 *
 * @param columns {title, cell(row), number?, class?}
 */
export function table(caption, columns, rows, { hideCaption = true, class: more = "" } = {}) {
  const side = (column) => [column.number && "number", column.class].filter(Boolean).join(" ") || false;
  return el(
    "div",
    { class: "scroll " + more, tabindex: "0", role: "group", "aria-label": caption },
    el(
      "table",
      {},
      el("caption", { class: hideCaption && "unseen" }, caption),
      el("thead", {}, el("tr", {}, columns.map((column) => el("th", { scope: "col", class: side(column) }, column.title)))),
      el(
        "tbody",
        {},
        rows.map((row) =>
          el("tr", {}, columns.map((column, at) =>
            el(at === 0 ? "th" : "td", { scope: at === 0 && "row", class: side(column) }, column.cell(row)))),
        ),
      ),
    ),
  );
}

/** The values of a chart, rendered when the reader opens them. */
export function figures(caption, columns, rows, summary = "Show values") {
  const details = el("details", { class: "figures" }, el("summary", {}, summary));
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(table(caption, columns, rows()));
  });
  return details;
}

export function csvButton(name, rows) {
  const failure = el("span", { class: "field-error", role: "alert" });
  const save = async () => {
    button.disabled = true;
    failure.textContent = "";
    try {
      const made = await rows();
      download(name, typeof made === "string" ? made : toCsv(made));
    } catch (error) {
      failure.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  };
  const button = el("button", { type: "button", class: "small", click: save, "aria-label": `Download ${name}` }, icon("download"), "CSV");
  return [failure, button];
}

/** A placeholder for missing data that tells what to do next. */
export function empty(title, ...children) {
  return el("div", { class: "empty" }, el("h3", {}, title), ...children);
}

export function command(text) {
  return el("pre", { class: "command", tabindex: "0" }, el("code", {}, text));
}

export function badge(text, tone = "neutral") {
  return el("span", { class: `badge ${tone}` }, text);
}

export function loading(what) {
  return el(
    "div",
    { class: "loading" },
    el("span", { class: "unseen" }, `Loading ${what} …`),
    el("div", { class: "bone wide" }),
    el("div", { class: "bone" }),
    el("div", { class: "bone tall" }),
  );
}

const TITLES = { 0: "Tollgate is unavailable", 403: "No access", 503: "Tollgate is unavailable" };

/** An error and, if it can help, a button to retry. */
export function problem(error, retry) {
  return el(
    "div",
    { class: "problem", role: "alert" },
    el("h2", {}, TITLES[error.status] ?? "Request failed"),
    el("p", {}, error.message),
    retry && el("button", { type: "button", class: "primary", click: retry }, "Try again"),
  );
}

export function crumbs(...links) {
  return el(
    "nav",
    { class: "crumbs", "aria-label": "Breadcrumbs" },
    el("ol", {}, links.map(([text, href]) => el("li", {}, href ? el("a", { href }, text) : el("span", { "aria-current": "page" }, text)))),
  );
}
