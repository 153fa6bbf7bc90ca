// The state of a prompt's semantic cache and its wrong hits.

import { Decimal } from "./decimal.js";
import { el } from "./dom.js";
import { percent, time } from "./format.js";
import { badge, command, section, table } from "./parts.js";

/** A double, which is precise enough for a share. */
const ratio = (value) => Decimal.of(value).toNumber();

/** Null for a prompt that never used the semantic cache. */
export function semanticSection(name, state) {
  const { off, compared, undecided, different_calls: calls } = state;
  if (!state.asked_for && !off && calls.length === 0) return null;
  return section(
    "Semantic cache",
    {
      id: "semantic",
      aside: off ? badge("disabled", "bad") : badge(state.asked_for ? "enabled" : "not used", state.asked_for ? "good" : "neutral"),
      note: "A sample of the semantic hits is compared with the model's own answers.",
    },
    off && el("p", {}, "Disabled since ", time(off.since), ` (UTC): ${off.reason}`),
    el("p", { class: "wrong-answers" }, String(compared) === "0" ? "No hits were compared yet." : rate(state)),
    String(undecided) !== "0" && el("p", { class: "note" }, `${undecided} could not be compared and are not counted.`),
    calls.length > 0 && table(`Wrong hits of ${name}, newest first`, [
      { title: "Call", cell: (call) => el("code", {}, call.call_id) },
      { title: "Answered by", cell: (call) => el("code", {}, call.answered_by) },
      { title: "Similarity", number: true, cell: (call) => String(call.similarity) },
      { title: "Version", cell: (call) => String(call.version) },
    ], calls),
    off && command(`bin/tollgate semantic on ${name} --reason "..."`),
  );
}

function rate(state) {
  const { low, high } = state.interval;
  return `${state.different} of ${state.compared} compared hits were wrong: ${percent(ratio(state.rate))}`
    + ` (95% interval ${percent(ratio(low))} to ${percent(ratio(high))}). The cache is disabled if the whole interval is above ${percent(ratio(state.limit))}.`;
}
