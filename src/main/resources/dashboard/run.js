// One test run: its summary and its failed cases.

import { get } from "./api.js";
import { Decimal } from "./decimal.js";
import { el } from "./dom.js";
import { count, figure, millis, moneyFigure, percent, plural, score, time } from "./format.js";
import { badge, crumbs, csvButton, empty, section, table } from "./parts.js";
import { changed, link } from "./route.js";
import { kindText, runOf, scoreFigure, verdictBadge } from "./runs.js";

const PAGE = 200;
const STATUS_TONES = { passed: "good", failed: "bad", undecided: "warn", unscored: "neutral", unavailable: "warn" };
const VERDICT_TONES = { supported: "good", contradicted: "bad", not_enough_info: "warn" };

export function runPage(name, id, query) {
  return { title: `Run of ${name}`, load: () => load(name, id, query) };
}

async function load(name, id, query) {
  const { body, attempts } = await allOf(name, id);
  const run = runOf(body);
  const failing = attempts.filter(fails);
  const all = query.get("show") === "all";
  const shown = all ? attempts : failing;
  const choice = (text, value) => el("a", {
    href: link(["prompts", name, "runs", id], changed(query, { show: value })), "aria-current": all === (value === "all") && "true",
  }, text);
  return [
    crumbs(["Prompts", link(["prompts"])], [name, link(["prompts", name])], ["Run"]),
    el("div", { class: "page-head" }, el("h1", {}, `Version ${run.version}, ${kindText(run)}`), verdictBadge(run)),
    section("Summary", { id: "summary", note: run.reason }, facts(name, run, body)),
    section(
      all ? plural(attempts.length, "attempt") : plural(failing.length, "failing attempt"),
      { id: "cases", aside: [
        el("div", { class: "group", role: "group", "aria-label": "Attempts" }, choice("Failing", null), choice("All", "all")),
        csvButton(`run-${id}.csv`, () => csvRows(shown)),
      ] },
      shown.length === 0
        ? empty(run.verdict === "running" ? "No failures so far" : "No failures", el("p", {}, `All ${plural(attempts.length, "attempt")} passed.`))
        : shown.map(attemptOf),
    ),
  ];
}

/** Fetches all pages of a run. */
async function allOf(name, id) {
  const attempts = [];
  let cursor = null;
  let body;
  do {
    body = await get(["admin", "prompts", name, "runs", id], cursor ? { limit: PAGE, cursor } : { limit: PAGE });
    attempts.push(...body.attempts);
    cursor = body.cursor;
  } while (cursor);
  return { body, attempts };
}

const claimsOf = (attempt) => attempt.faithfulness?.claims ?? [];

function fails(attempt) {
  return attempt.outcome !== "passed" || claimsOf(attempt).some((claim) => claim.verdict !== "supported");
}

function facts(name, run, body) {
  const fact = (title, ...value) => el("div", {}, el("dt", {}, title), el("dd", {}, value));
  return el(
    "dl",
    { class: "facts" },
    fact("Faithfulness", scoreFigure(run), run.mean !== null && el("span", { class: "note" }, ` ${score(run.low)} – ${score(run.high)}`)),
    fact("Cases passed", run.cases === null ? "–" : `${count(run.passed)} of ${count(run.cases)}`),
    fact("Coverage", run.coverage === null ? "–" : percent(run.coverage)),
    fact("Cost without the judge", run.cost === null ? "–" : moneyFigure(run.cost)),
    fact("Judge", run.judge),
    fact("Started", time(run.started), " UTC"),
    fact("Ended", run.finished ? [time(run.finished), " UTC"] : `${body.progress.made}/${body.progress.of_one_pass} attempts done`),
    fact("Started by", run.started_by),
    body.comparison && fact("Compared with", el("a", { href: link(["prompts", name, "runs", body.comparison.run_id]) }, `version ${body.comparison.version}`)),
  );
}

function attemptOf(attempt) {
  const outcome = attempt.outcome ?? "no answer";
  return el(
    "article",
    { class: "case", "aria-label": `Case ${attempt.case}, attempt ${attempt.attempt}` },
    el("h3", {}, attempt.case, badge(outcome, STATUS_TONES[outcome] ?? "bad"), attempt.held_out && badge("held out", "info"),
      el("span", { class: "note" }, `attempt ${attempt.attempt}`,
        attempt.latency_ms !== undefined && [", ", millis(attempt.latency_ms), ", ", moneyFigure(attempt.cost_usd)])),
    attempt.description && el("p", {}, attempt.description),
    attempt.held_out && el("p", { class: "note" }, "Held-out case: its texts are hidden from authors."),
    attempt.no_answer && el("p", { class: "notice" }, attempt.no_answer),
    attempt.answer && [el("h4", {}, "Answer"), el("pre", { class: "answer", tabindex: "0" }, attempt.answer)],
    attempt.assertions?.length > 0 && table(`Assertions of ${attempt.case}`, ASSERTIONS, attempt.assertions),
    claims(attempt),
  );
}

const ASSERTIONS = [
  { title: "Assertion", cell: (result) => result.type },
  { title: "Result", cell: (result) => badge(result.status, STATUS_TONES[result.status] ?? "neutral") },
  { title: "Expected", class: "wide", cell: (result) => result.expected ?? "–" },
  { title: "Got", class: "wide", cell: (result) => result.got ?? "–" },
  { title: "Score", number: true, cell: (result) => fraction(result.score) },
];

const CLAIMS = [
  { title: "Claim of the answer", class: "wide", cell: (claim) => claim.claim },
  { title: "Verdict", cell: (claim) => badge(claim.verdict.replaceAll("_", " "), VERDICT_TONES[claim.verdict] ?? "neutral") },
  { title: "Evidence in the context", class: "wide", cell: (claim) => [claim.evidence ? `“${claim.evidence}”` : "none", claim.overruled && el("div", { class: "note" }, claim.overruled)] },
];

function claims(attempt) {
  const faithfulness = attempt.faithfulness;
  if (!faithfulness) return null;
  const reason = faithfulness.unscored ?? faithfulness.unavailable;
  if (reason) return el("p", { class: "note" }, "Not scored: ", reason);
  if (claimsOf(attempt).length === 0) return el("p", { class: "note" }, "Faithfulness ", fraction(faithfulness.score));
  return table(`Claims of the answer to ${attempt.case}`, CLAIMS, claimsOf(attempt));
}

function fraction(value) {
  return value === null || value === undefined ? "–" : figure(score(Decimal.of(value).toNumber()), String(value));
}

function csvRows(attempts) {
  const row = (attempt, kind, what, verdict, detail) => [attempt.case, attempt.attempt, attempt.outcome ?? "no answer", kind, what, verdict, detail];
  return [
    ["case", "attempt", "outcome", "kind", "what", "verdict", "detail"],
    ...attempts.flatMap((attempt) => [
      ...(attempt.assertions ?? []).map((result) => row(attempt, "assertion", result.type, result.status, result.got)),
      ...claimsOf(attempt).map((claim) => row(attempt, "claim", claim.claim, claim.verdict, claim.evidence)),
    ]),
  ];
}
