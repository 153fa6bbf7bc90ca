// Differences between two versions.

import { get } from "./api.js";
import { el, replace } from "./dom.js";
import { problem, table } from "./parts.js";

/** A picker for two versions, and their differences. */
export function versionDiff(name, versions, active) {
  const numbers = versions.map((version) => version.version);
  const newest = numbers[0];
  const previous = active && active !== newest ? active : numbers[1];
  const shown = el("div", { "aria-live": "polite" });
  const select = (id, label, chosen) => {
    const list = el(
      "select",
      { id, change: show },
      numbers.map((number) => el("option", { value: number, selected: number === chosen }, `version ${number}${number === active ? " (active)" : ""}`)),
    );
    return [el("label", { for: id }, label), list];
  };
  const [fromLabel, from] = select("diff-from", "From", previous);
  const [toLabel, to] = select("diff-to", "to", newest);

  let turn = 0;
  async function show() {
    const mine = ++turn;
    let result;
    try {
      result = content(await get(["admin", "prompts", name, "diff"], { from: from.value, to: to.value }));
    } catch (error) {
      result = error.status === 403 ? el("p", { class: "note" }, error.message) : problem(error);
    }
    // A slow response must not replace that of a later choice.
    if (mine === turn) replace(shown, result);
  }

  show();
  return [el("div", { class: "picker" }, fromLabel, from, toLabel, to), shown];
}

function content({ changes, unified }) {
  const settings = changes.filter((change) => change.field !== "content");
  const text = (value) => (typeof value === "string" ? value : value === null ? "–" : JSON.stringify(value));
  return [
    settings.length > 0 && table("Changed settings", [
      { title: "Setting", cell: (change) => change.field },
      { title: "From", cell: (change) => el("code", {}, text(change.from)) },
      { title: "To", cell: (change) => el("code", {}, text(change.to)) },
    ], settings),
    unified
      ? el("pre", { class: "diff", tabindex: "0", "aria-label": "Text differences" }, unified.replace(/\n$/, "").split("\n").map(line))
      : el("p", { class: "note" }, settings.length > 0 ? "The texts are equal." : "The versions are equal."),
  ];
}

function line(text) {
  const kind = text.startsWith("+++") || text.startsWith("---") || text.startsWith("@@") ? "place"
    : text.startsWith("+") ? "added" : text.startsWith("-") ? "gone" : "same";
  return el("span", { class: kind }, text + "\n");
}
