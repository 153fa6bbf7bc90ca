// What differs between two versions.

import { get } from "./api.js";
import { el, replace } from "./dom.js";
import { problem, table } from "./parts.js";

/** A picker of two versions and what differs between them, which the reader changes in place. */
export function differences(name, versions, active) {
  const numbers = versions.map((version) => version.version);
  const newest = numbers[0];
  const before = active && active !== newest ? active : numbers[1];
  const shown = el("div", { "aria-live": "polite" });
  const select = (id, label, chosen) => {
    const list = el(
      "select",
      { id, change: show },
      numbers.map((number) => el("option", { value: number, selected: number === chosen }, `version ${number}${number === active ? " (in production)" : ""}`)),
    );
    return [el("label", { for: id }, label), list];
  };
  const [fromLabel, from] = select("diff-from", "From", before);
  const [toLabel, to] = select("diff-to", "to", newest);

  let turn = 0;
  async function show() {
    const mine = ++turn;
    let found;
    try {
      found = content(await get(["admin", "prompts", name, "diff"], { from: from.value, to: to.value }));
    } catch (error) {
      found = error.status === 403 ? el("p", { class: "note" }, error.message) : problem(error);
    }
    // A slow answer must not take the place of what was chosen after it.
    if (mine === turn) replace(shown, found);
  }

  show();
  return [el("div", { class: "picker" }, fromLabel, from, toLabel, to), shown];
}

function content({ changes, unified }) {
  const settings = changes.filter((change) => change.field !== "content");
  const text = (value) => (typeof value === "string" ? value : value === null ? "–" : JSON.stringify(value));
  return [
    settings.length > 0 && table("Settings that differ", [
      { title: "Setting", cell: (change) => change.field },
      { title: "From", cell: (change) => el("code", {}, text(change.from)) },
      { title: "To", cell: (change) => el("code", {}, text(change.to)) },
    ], settings),
    unified
      ? el("pre", { class: "diff", tabindex: "0", "aria-label": "Difference of the texts" }, unified.replace(/\n$/, "").split("\n").map(line))
      : el("p", { class: "note" }, settings.length > 0 ? "The texts are the same." : "Both are the same."),
  ];
}

function line(text) {
  const kind = text.startsWith("+++") || text.startsWith("---") || text.startsWith("@@") ? "place"
    : text.startsWith("+") ? "added" : text.startsWith("-") ? "gone" : "same";
  return el("span", { class: kind }, text + "\n");
}
