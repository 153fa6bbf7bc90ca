// Test runs of a prompt and their faithfulness over time.

import { get } from "./api.js";
import { intervalLine } from "./charts.js";
import { Decimal } from "./decimal.js";
import { el } from "./dom.js";
import { day, figure, fullDay, moneyFigure, percent, plural, score, time } from "./format.js";
import { badge, command, csvButton, empty, figures, section, table } from "./parts.js";
import { changed, go, link } from "./route.js";

/** The minimum mean of a version that is active. */
const MIN_FAITHFULNESS = 0.85;

const TONES = { passed: "good", failed: "bad", rolled_back: "bad", superseded: "neutral", running: "info" };
const KINDS = { gate: "before activation", nightly: "nightly", comparison: "comparison" };
const MARKS = { rollback: ["rolled back", "bad"], freeze: ["frozen", "warn"] };

/** A double, which is precise enough for a score. */
const ratio = (value) => (value === null || value === undefined ? null : Decimal.of(value).toNumber());

/** A run with the fields that the pages use. */
export function runOf(json) {
  const faithfulness = json.measures?.faithfulness ?? {};
  return {
    ...json,
    id: json.run_id,
    verdict: json.outcome ?? json.state,
    mean: ratio(faithfulness.mean),
    low: ratio(faithfulness.low),
    high: ratio(faithfulness.high),
    cases: json.measures?.cases ?? null,
    passed: json.measures?.passed ?? null,
    coverage: ratio(json.measures?.coverage),
    cost: json.measures?.cost_usd ?? null,
  };
}

/** The runs of a prompt, newest first. `denied` is the error if the key cannot read them. */
export async function runsOf(name, params = {}) {
  try {
    const page = await get(["admin", "prompts", name, "runs"], params);
    return { runs: page.runs.map(runOf), cursor: page.cursor, denied: null };
  } catch (error) {
    if (error.status !== 403) throw error;
    return { runs: [], cursor: null, denied: error.message };
  }
}

/** The last run of each prompt or null. `denied` is the error if the key cannot read them. */
export async function lastRuns(names) {
  const [first, ...others] = names;
  const found = [await runsOf(first, { limit: 1 })];
  const { denied } = found[0];
  if (!denied) found.push(...(await Promise.all(others.map((name) => runsOf(name, { limit: 1 })))));
  return { runs: names.map((_, at) => found[at]?.runs[0] ?? null), denied };
}

export function verdictBadge(run) {
  return badge(run.verdict.replaceAll("_", " "), TONES[run.verdict] ?? "warn");
}

export function scoreFigure(run) {
  if (run.mean === null) return "–";
  const interval = `95% interval ${score(run.low)} to ${score(run.high)}`;
  return figure(score(run.mean), run.mean, `${run.mean}; ${interval}`);
}

export const kindText = (run) => KINDS[run.kind] ?? run.kind;

export function runsSection(name, { runs, cursor, denied }, events, query) {
  if (denied) return section("Runs", { id: "runs", note: denied });
  if (runs.length === 0) {
    return section("Runs", { id: "runs" }, empty(
      "No runs yet",
      el("p", {}, "Add tests next to the prompt file and run them:"),
      command(`bin/tollgate prompts test ${name}`),
    ));
  }
  return section(
    "Runs",
    {
      id: "runs",
      note: `Mean faithfulness with 95% confidence interval. Dashed line: minimum to go live (${percent(MIN_FAITHFULNESS)}).`,
      aside: csvButton(`${name}-runs.csv`, () => [
        ["run_id", "started", "version", "kind", "outcome", "faithfulness", "low", "high", "passed", "cases", "cost_usd", "reason"],
        ...runs.map((run) => [run.id, run.started, run.version, run.kind, run.verdict, run.mean, run.low, run.high, run.passed, run.cases, run.cost, run.reason]),
      ]),
    },
    chart(name, runs, events),
    table(`Runs of ${name}, newest first`, columns(name), runs, { class: runs.length > 10 && "tall" }),
    cursor && el("p", { class: "more" }, el("a", { href: link(["prompts", name], changed(query, { runs_before: cursor })) }, "Older runs")),
  );
}

function columns(name) {
  return [
    { title: "Started (UTC)", cell: (run) => el("a", { href: link(["prompts", name, "runs", run.id]) }, time(run.started)) },
    { title: "Version", cell: (run) => String(run.version) },
    { title: "Kind", cell: kindText },
    { title: "Outcome", cell: verdictBadge },
    { title: "Faithfulness", number: true, cell: scoreFigure },
    { title: "Interval", number: true, cell: (run) => run.mean === null ? "–" : `${score(run.low)} – ${score(run.high)}` },
    { title: "Cases passed", number: true, cell: (run) => run.cases === null ? "–" : `${run.passed} of ${run.cases}` },
    { title: "Cost", number: true, cell: (run) => run.cost === null ? "–" : moneyFigure(run.cost) },
    { title: "Failures", class: "nowrap", cell: (run) => run.verdict === "running" ? "–" : el("a", { href: link(["prompts", name, "runs", run.id]) }, "View cases") },
  ];
}

function chart(name, runs, events) {
  const points = runs.filter((run) => run.mean !== null).toReversed()
    .map((run) => ({ time: Date.parse(run.started), value: run.mean, low: run.low, high: run.high, run }));
  if (points.length === 0) return null;
  const first = points[0].time;
  const marks = events
    .filter((event) => MARKS[event.type] && Date.parse(event.time) >= first)
    .toReversed()
    .map((event) => {
      const [text, tone] = MARKS[event.type];
      const version = event.type === "rollback" ? ` to ${event.to ?? "–"}` : ` ${event.to ?? event.from ?? ""}`;
      return { time: Date.parse(event.time), text: text + version, tone, event };
    });
  const last = points.at(-1).run;
  return el("div", {},
    intervalLine({
      label: `Faithfulness of ${plural(points.length, "run")}, last ${score(last.mean)}. Rollbacks and freezes: ${marks.length}. The table below lists the runs.`,
      points,
      marks,
      threshold: MIN_FAITHFULNESS,
      axisText: percent,
      timeText: (at) => day(at),
      describe: (at) => describe(points[at].run),
      choose: (at) => go(["prompts", name, "runs", points[at].run.id]),
    }),
    marks.length > 0 && figures("Rollbacks and freezes", [
      { title: "Time (UTC)", cell: (mark) => time(mark.event.time) },
      { title: "Event", cell: (mark) => badge(mark.text, mark.tone) },
      { title: "Reason", class: "wide", cell: (mark) => mark.event.reason || "–" },
    ], () => marks, "Show rollbacks and freezes"),
  );
}

function describe(run) {
  const row = (title, text) => el("div", { class: "row" }, el("span", {}, title), el("span", {}, text));
  return [
    el("strong", {}, fullDay(run.started)),
    row("Version", String(run.version)),
    row("Outcome", run.verdict.replaceAll("_", " ")),
    row("Faithfulness", score(run.mean)),
    row("Interval", `${score(run.low)} – ${score(run.high)}`),
  ];
}
