// How often answers to similar questions were wrong for a prompt, as far as they were compared.

import { Decimal } from "./decimal.js";
import { el } from "./dom.js";
import { percent, time } from "./format.js";
import { badge, command, section, table } from "./parts.js";

/** A fraction as a double, which is enough for a share. */
const ratio = (value) => Decimal.of(value).toNumber();

/** Nothing for a prompt that never asked for it. */
export function semanticSection(name, state) {
  const { off, compared, undecided, different_calls: calls } = state;
  if (!state.asked_for && !off && calls.length === 0) return null;
  return section(
    "Semantic cache",
    {
      id: "semantic",
      aside: off ? badge("switched off", "bad") : badge(state.asked_for ? "on" : "not asked for", state.asked_for ? "good" : "neutral"),
      note: "A share of the answers served for similar questions is compared with what the model says to the question itself.",
    },
    off && el("p", {}, "Off since ", time(off.since), ` (UTC): ${off.reason}`),
    el("p", { class: "wrong-answers" }, String(compared) === "0" ? "None was compared yet." : rate(state)),
    String(undecided) !== "0" && el("p", { class: "note" }, `${undecided} could not be compared and count for nothing.`),
    calls.length > 0 && table(`Answers of ${name} that differ from the model's own, newest first`, [
      { title: "Call", cell: (call) => el("code", {}, call.call_id) },
      { title: "Was served the answer of", cell: (call) => el("code", {}, call.answered_by) },
      { title: "Similarity", number: true, cell: (call) => String(call.similarity) },
      { title: "Version", cell: (call) => String(call.version) },
    ], calls),
    off && command(`bin/tollgate semantic on ${name} --reason "..."`),
  );
}

function rate(state) {
  const { low, high } = state.interval;
  return `${state.different} of ${state.compared} compared answers were wrong: ${percent(ratio(state.rate))},`
    + ` 95% within ${percent(ratio(low))} to ${percent(ratio(high))}. Above ${percent(ratio(state.limit))} for sure, it switches itself off.`;
}
