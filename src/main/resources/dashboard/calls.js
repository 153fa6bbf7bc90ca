// Lists calls, newest first.

import { getText } from "./api.js";
import { el } from "./dom.js";
import { compact, exactMoney, figure, millis, money, seconds, time } from "./format.js";
import { badge, csvButton, empty, section, table } from "./parts.js";
import { callRows, callsQuery } from "./reports.js";
import { adjust, changed, link, period } from "./route.js";
import { periodText, scopeBar } from "./scopebar.js";

const PAGE = 50;
const MAX_ROWS = 5000;
const STATES = [["", "all"], ["success", "succeeded"], ["error", "failed"]];

export function callsPage(query) {
  return { title: "Calls", load: () => load(query) };
}

async function load(query) {
  const page = await callRows(query, PAGE);
  const choose = (event) => adjust({ status: event.target.value || null, cursor: null });
  const state = el("div", { class: "field" }, el("label", { for: "status" }, "Outcome"),
    el("select", { id: "status", change: choose }, STATES.map(([value, text]) => el("option", { value, selected: value === (query.get("status") ?? "") }, text))));
  return [
    el("div", { class: "page-head" }, el("h1", {}, "Calls")),
    scopeBar(["calls"], query, choices(page.calls), state),
    page.calls.length === 0
      ? empty("No matching calls", el("p", {}, el("a", { href: link(["calls"], { days: 90 }) }, "Show all calls of the last 90 days")))
      : section(
          periodText(period(query)),
          {
            id: "calls",
            note: "Attempts that were billed or that ended a call, newest first. The CSV contains at most the newest 5,000. `tollgate costs export` writes all of them.",
            aside: csvButton("calls.csv", () => getText(["admin", "costs", "calls"], csvQuery(query), "text/csv")),
          },
          table("Calls, newest first", COLUMNS, page.calls, { class: "dense" }),
          el("p", { class: "more" },
            query.has("cursor") && el("a", { href: link(["calls"], changed(query, { cursor: null })) }, "Newest calls"),
            page.cursor && el("a", { href: link(["calls"], changed(query, { cursor: page.cursor })) }, "Older calls")),
        ),
  ];
}

/** The newest calls of the period and filters, up to one page. */
function csvQuery(query) {
  const params = callsQuery(changed(query, { cursor: null }), MAX_ROWS);
  params.set("format", "csv");
  return params;
}

/** The values to filter by: those of the shown calls. */
function choices(calls) {
  const values = (name) => [...new Set(calls.map((call) => call[name]).filter(Boolean))].sort();
  return Object.fromEntries(["model", "endpoint", "team", "user", "prompt", "purpose", "cache"].map((name) => [name, values(name)]));
}

function hitBadge(call) {
  const similar = call.cache === "semantic";
  const source = call.answeredBy ? `answer of call ${call.answeredBy}` : "answer of another call";
  return el("span", { title: similar ? `${source}, similarity ${call.similarity}` : source }, badge(similar ? "semantic hit" : "cache hit", "good"));
}

const COLUMNS = [
  { title: "Time (UTC)", cell: (call) => time(call.time, seconds(call.time)) },
  { title: "Model", cell: (call) => call.model },
  { title: "Prompt", cell: (call) => call.prompt || "–" },
  { title: "Endpoint", cell: (call) => call.endpoint || "–" },
  { title: "Team", cell: (call) => call.team },
  { title: "User", cell: (call) => call.user || "–" },
  { title: "Outcome", cell: (call) => [
    call.status === "error" ? badge(call.failure || "failed", "bad") : call.cache === "none" ? badge(call.finish || "succeeded") : hitBadge(call),
    call.purpose !== "live" && badge(call.purpose, "info"),
    call.estimated && badge("estimated", "warn"),
  ] },
  { title: "Tokens", number: true, cell: (call) => figure(compact(call.tokens), call.tokens, call.tokenText) },
  { title: "Cost", number: true, cell: (call) => figure(money(call.cost), String(call.cost), call.cache === "none" ? exactMoney(call.cost) : `${exactMoney(call.cost)}; saved ${exactMoney(call.avoided)}`) },
  { title: "Latency", number: true, cell: (call) => millis(call.latency) },
  { title: "Call", cell: (call) => el("code", { title: `call ${call.callId}, attempt ${call.id}` }, "…" + call.callId.slice(-8)) },
];
