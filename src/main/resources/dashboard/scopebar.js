// The period and filter controls of the costs and calls pages.

import { el, icon } from "./dom.js";
import { day } from "./format.js";
import { adjust, changed, DIMENSIONS, filters, link, period } from "./route.js";

const PRESETS = [[7, "7 days"], [30, "30 days"], [90, "90 days"]];

/** Labels of calls without a value of a dimension. */
export const NONE = { user: "no user", prompt: "no prompt" };

/** The label of a value. An empty value means calls without one. */
export function valueText(dimension, value) {
  return value === "" ? NONE[dimension] ?? "none" : value;
}

/**
 * @param choices the values to filter by, for each dimension: {model: [...], ...}
 * @param more other controls of the page
 */
export function scopeBar(path, query, choices, ...more) {
  const days = period(query);
  const preset = ([number, text]) =>
    el("a", { href: link(path, changed(query, { days: number, from: null, to: null, cursor: null })), "aria-current": days.days === number && "true" }, text);
  const date = (id, label, value) => [
    el("label", { for: id }, label),
    el("input", { id, type: "date", value, required: true, change: pick }),
  ];
  function pick() {
    const from = document.getElementById("from").value;
    const to = document.getElementById("to").value;
    if (from && to && from <= to) adjust({ from, to, days: null, cursor: null });
  }
  return el(
    "div",
    { class: "toolbar", role: "group", "aria-label": "Period and filters" },
    el("div", { class: "group", role: "group", "aria-label": "Period" }, PRESETS.map(preset)),
    el("div", { class: "field dates" }, date("from", "From", days.from), date("to", "to", days.to), el("span", { class: "note" }, "UTC")),
    filterPicker(query, choices),
    more,
    chips(path, query),
  );
}

function filterPicker(query, choices) {
  const choose = (event) => {
    const [dimension, value] = JSON.parse(event.target.value);
    adjust({ [dimension]: value, cursor: null });
  };
  const groups = Object.entries(DIMENSIONS)
    .filter(([dimension]) => !query.has(dimension) && choices[dimension]?.length > 0)
    .map(([dimension, title]) =>
      el("optgroup", { label: title }, choices[dimension].map((value) =>
        el("option", { value: JSON.stringify([dimension, value]) }, valueText(dimension, value)))));
  return groups.length > 0 && el(
    "div",
    { class: "field" },
    el("label", { for: "add-filter" }, "Filter"),
    el("select", { id: "add-filter", change: choose }, el("option", { value: "", selected: true }, "all calls"), groups),
  );
}

function chips(path, query) {
  const chosen = filters(query);
  return chosen.length > 0 && el(
    "ul",
    { class: "chips", "aria-label": "Filters" },
    chosen.map(([dimension, value]) => el(
      "li",
      { class: "chip" },
      `${DIMENSIONS[dimension]}: ${valueText(dimension, value)}`,
      el("a", { href: link(path, changed(query, { [dimension]: null, cursor: null })), "aria-label": `Remove the filter ${DIMENSIONS[dimension]}: ${valueText(dimension, value)}` }, icon("close")),
    )),
  );
}

export function periodText({ from, to }) {
  return from === to ? day(from) : `${day(from)} – ${day(to)}`;
}
