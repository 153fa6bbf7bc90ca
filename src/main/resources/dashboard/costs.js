// Costs by day and by dimension.

import { seriesColour, stackedBars } from "./charts.js";
import { Decimal, sum, ZERO } from "./decimal.js";
import { el } from "./dom.js";
import {
  compact, count, countFigure, day, exactMoney, fullDay, millis, money, moneyFigure, percent, plural, roughMoney,
  share, time,
} from "./format.js";
import { command, csvButton, empty, figures, section, table } from "./parts.js";
import { report, spendByDay } from "./reports.js";
import { adjust, changed, DIMENSIONS, filters, go, link, scope } from "./route.js";
import { periodText, scopeBar, valueText } from "./scopebar.js";

const MAX_ROWS = 8;
const SPLITS = ["model", "endpoint", "team", "user", "prompt", "purpose", "cache"];
const CARDS = ["model", "endpoint", "team", "user", "prompt", "purpose"];
const TOKEN_CLASSES = [
  ["input", "Input"],
  ["cache_read", "Read from prompt cache"],
  ["cache_write_5m", "Written to prompt cache, 5 minutes"],
  ["cache_write_1h", "Written to prompt cache, 1 hour"],
  ["output", "Output"],
];

export function costsPage(query) {
  return { title: "Costs", load: () => load(query) };
}

async function load(query) {
  const split = SPLITS.includes(query.get("split")) ? query.get("split") : "model";
  const [data, days] = await Promise.all([report(query), spendByDay(query, split)]);
  const head = el(
    "div",
    { class: "page-head" },
    el("h1", {}, "Costs"),
    el("p", { class: "fresh" }, freshness(data)),
  );
  if (!data.newest) return [head, nothingYet()];
  const choices = Object.fromEntries(SPLITS.map((name) => [name, data.parts[name].map((part) => part.value)]));
  return [
    head,
    scopeBar(["costs"], query, choices),
    data.total.calls === 0 && data.total.cost.isZero
      ? nothingHere(query)
      : [
          overview(data, query),
          data.total.estimated.isZero ? null : estimated(data.total),
          data.budgets.length === 0 ? null : budgets(data.budgets),
          spendSection(data, days, split, query),
          el("div", { class: "columns" }, CARDS.map((name) => part(name, data, query)), tokens(data), cache(data, query)),
        ],
  ];
}

/** How complete the ledger is, on which today's values depend. */
function freshness({ newest, completeUntil }) {
  if (completeUntil) return ["Complete until ", time(completeUntil), " UTC"];
  return newest ? ["Newest call ", time(newest), " UTC"] : "";
}

function nothingYet() {
  return empty(
    "No calls yet",
    el("p", {}, "Make a call with an invoke key. Its cost appears here a few seconds later."),
    command("curl -s $TOLLGATE_URL/v1/messages -H \"x-api-key: $INVOKE_KEY\" -d '{\n  \"model\": \"claude-haiku-4-5\", \"max_tokens\": 100,\n  \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}'"),
  );
}

function nothingHere(query) {
  const without = Object.fromEntries(filters(query).map(([name]) => [name, null]));
  return empty(
    "No calls in this period",
    el("p", {}, filters(query).length > 0
      ? el("a", { href: link(["costs"], changed(query, without)) }, "Remove the filters")
      : el("a", { href: link(["costs"], changed(query, { days: 90, from: null, to: null })) }, "Show the last 90 days")),
  );
}

function estimated(total) {
  return el("p", { class: "notice" },
    moneyFigure(total.estimated), ` (${percent(share(total.estimated, total.cost))}) is estimated: the price book has no price, or the provider returned no token count. Add missing prices to prices.yaml.`);
}

function overview({ total, previous, previousPeriod }, query) {
  const calls = (changes, ...children) => el("a", { href: link(["calls"], changed(scope(query), changes)) }, ...children);
  const kpi = (title, value, ...sub) => el("div", { class: "kpi" }, el("dt", {}, title), el("dd", { class: "kpi-value" }, value), el("dd", { class: "sub" }, sub));
  return el(
    "dl",
    { class: "kpis", "aria-label": "Totals of the period" },
    kpi("Spend", calls({}, moneyFigure(total.cost)), delta(total.cost, previous.cost, previousPeriod), el("br"), total.estimated.isZero ? "nothing estimated" : `${percent(share(total.estimated, total.cost))} estimated`),
    kpi("Saved by cache", moneyFigure(total.savings), calls({ cache: "exact" }, moneyFigure(total.savingsBy.exact), " exact"), ", ", calls({ cache: "semantic" }, moneyFigure(total.savingsBy.semantic), " semantic"), el("br"), `${percent(share(total.cached, total.calls))} of calls from cache`, previous.hitRate !== null && [el("br"), `${percent(Decimal.of(previous.hitRate).toNumber())} in the previous period`]),
    kpi("Calls", calls({}, countFigure(total.calls)), calls({ status: "error" }, `${count(total.failed)} failed`), ` (${percent(share(total.failed, total.calls))})`, el("br"), `${compact(previous.calls)} in the previous period`),
    kpi("Tokens", countFigure(total.tokens), "prompt caching saved ", moneyFigure(total.promptCaching.net), " net"),
    kpi("Latency (p50)", millis(total.p50), `p95 ${millis(total.p95)}`),
  );
}

function delta(now, then, previousPeriod) {
  const title = `${exactMoney(then)}, ${periodText(previousPeriod)}`;
  if (then.isZero) return el("span", { title }, "nothing in the previous period");
  const change = share(now.minus(then), then);
  const direction = change > 0 ? "up" : "down";
  return [
    el("span", { class: `delta ${change === 0 ? "" : direction}` }, `${change >= 0 ? "▲" : "▼"} ${percent(Math.abs(change))}`),
    " from ",
    el("span", { title }, money(then)),
  ];
}

function spendSection(data, { days, series, totals, previous }, split, query) {
  const name = (one) => (one.value === null ? "others" : valueText(split, one.value));
  const columns = [
    { title: "Day", cell: (at) => time(days[at], day(days[at])) },
    ...series.map((one) => ({ title: name(one), number: true, cell: (at) => moneyFigure(one.amounts[at]) })),
    { title: "Total", number: true, cell: (at) => el("a", { href: link(["calls"], changed(scope(query), { from: days[at], to: days[at], days: null })) }, moneyFigure(totals[at])) },
    { title: "Previous period", number: true, cell: (at) => moneyFigure(previous[at]) },
  ];
  const describe = (at) => [
    el("strong", {}, fullDay(days[at])),
    ...series.filter((one) => !one.amounts[at].isZero).map((one) => el("div", { class: "row" }, dot(series.indexOf(one)), el("span", {}, name(one)), el("span", {}, money(one.amounts[at])))),
    el("div", { class: "row" }, el("span", {}, "Total"), el("span", {}, money(totals[at]))),
    el("div", { class: "row" }, el("span", {}, "Previous period"), el("span", {}, money(previous[at]))),
  ];
  const chooser = el(
    "select",
    { id: "split", change: (event) => adjust({ split: event.target.value }) },
    SPLITS.map((each) => el("option", { value: each, selected: each === split }, DIMENSIONS[each].toLowerCase())),
  );
  return section(
    "Spend by day",
    { id: "by-day", aside: [
      el("div", { class: "field" }, el("label", { class: "note", for: "split" }, "group by"), chooser),
      csvButton("spend-by-day.csv", () => [
        ["day", ...series.map(name), "total_usd", "previous_period_usd"],
        ...days.map((at, index) => [at, ...series.map((one) => one.amounts[index]), totals[index], previous[index]]),
      ]),
    ] },
    stackedBars({
      label: `Spend by day, ${periodText(data.period)}: ${money(data.total.cost)} in total, at most ${money(highest(totals))} per day. The values are in the table below.`,
      days,
      series: series.map((one) => ({ name: name(one), values: one.amounts.map((amount) => amount.toNumber()) })),
      previous: previous.some((amount) => !amount.isZero) ? previous.map((amount) => amount.toNumber()) : null,
      axisText: roughMoney,
      dayText: day,
      describe,
      choose: (at) => go(["calls"], changed(scope(query), { from: days[at], to: days[at], days: null })),
    }),
    el(
      "ul",
      { class: "legend", "aria-label": "Series" },
      series.map((one, at) => el("li", {}, dot(at),
        one.value === null ? name(one) : el("a", { href: link(["costs"], changed(query, { [split]: one.value })), title: "Show only this" }, name(one)),
        moneyFigure(one.total))),
      previous.some((amount) => !amount.isZero) && el("li", {}, el("span", { class: "dot dashed" }), "previous period"),
    ),
    figures(`Spend by day and ${DIMENSIONS[split].toLowerCase()}`, columns, () => days.map((_, at) => at)),
  );
}

function highest(amounts) {
  return amounts.reduce((most, amount) => (amount.toNumber() > most.toNumber() ? amount : most), ZERO);
}

function dot(at) {
  return el("span", { class: "dot", style: { "--dot": `var(--${seriesColour(at)})` } });
}

function part(dimension, { parts, total }, query) {
  const rows = parts[dimension];
  const all = sum(rows.map((row) => row.cost));
  const most = Math.max(0, ...rows.map((row) => row.cost.toNumber()));
  // A user id is unique only within its team.
  const chosen = (row) => (row.team === undefined ? { [dimension]: row.value } : { user: row.value, team: row.team });
  const columns = [
    { title: DIMENSIONS[dimension], cell: (row) => el("div", { class: "name-bar" },
      el("span", {}, el("a", { href: link(["costs"], changed(query, chosen(row))), title: "Show only this" }, valueText(dimension, row.value)),
        row.team !== undefined && el("span", { class: "detail" }, ` ${row.team}`)),
      el("span", { class: "meter", style: { "--part": `${most > 0 ? (row.cost.toNumber() / most) * 100 : 0}%` } })) },
    { title: "Cost", number: true, cell: (row) => el("a", { href: link(["calls"], changed(scope(query), chosen(row))), title: `${exactMoney(row.cost)}: show the calls` }, moneyFigure(row.cost)) },
    { title: "Share", number: true, cell: (row) => percent(share(row.cost, total.cost)) },
    { title: "Calls", number: true, cell: (row) => countFigure(row.calls) },
  ];
  return section(
    dimension === "user" ? "Top users (production)" : `By ${DIMENSIONS[dimension].toLowerCase()}`,
    { id: `by-${dimension}`, aside: csvButton(`costs-by-${dimension}.csv`, () => [
      [dimension, ...(dimension === "user" ? ["team"] : []), "cost_usd", "calls", "tokens"],
      ...rows.map((row) => [row.value, ...(dimension === "user" ? [row.team] : []), row.cost, row.calls, row.tokens]),
    ]) },
    rows.length === 0
      ? el("p", { class: "note" }, dimension === "user" ? "No production call has a user. Send metadata.user_id or user." : "None.")
      : table(`Costs by ${DIMENSIONS[dimension].toLowerCase()}, ${money(all)} in total`, columns, rows, { class: rows.length > MAX_ROWS && "tall" }),
  );
}

function budgets(rows) {
  return section(
    "Budgets",
    { id: "budgets", note: "Current budget period (ignores the filters above). Reserved: calls in progress. Unconfirmed: calls that never reported back (upper bound)." },
    table("Budgets", [
      { title: "Budget", cell: (row) => row.name },
      { title: "Period", cell: (row) => (row.period === "daily" ? "Day" : "Month") },
      { title: "Soft limit", number: true, cell: (row) => (row.soft === null ? "None" : [moneyFigure(row.soft), row.softReached !== null && " reached"]) },
      { title: "Hard limit", number: true, cell: (row) => (row.hard === null ? "None" : moneyFigure(row.hard)) },
      { title: "Spent", number: true, cell: (row) => moneyFigure(row.spent) },
      { title: "Reserved", number: true, cell: (row) => moneyFigure(row.reserved) },
      { title: "Unconfirmed", number: true, cell: (row) => moneyFigure(row.unconfirmed) },
      { title: "Burn rate", number: true, cell: (row) => [moneyFigure(row.perDay), " per day"] },
      { title: "Projected to run out", cell: runsOut },
      { title: "Resets", cell: (row) => [time(row.resets), " UTC"] },
    ], rows),
  );
}

function runsOut({ hard, exhausted }) {
  if (hard === null) {
    return "Never";
  }
  return exhausted === null ? "Not in this period" : [time(exhausted), " UTC"];
}

function tokens({ total }) {
  const rows = TOKEN_CLASSES.map(([name, title], at) => ({ name, title, at, number: total.tokenClasses[name] ?? 0 }));
  const caching = total.promptCaching;
  return section(
    "Tokens",
    { id: "tokens", aside: csvButton("tokens.csv", () => [["class", "tokens"], ...rows.map((row) => [row.name, row.number])]) },
    el("div", { class: "split-bar", "aria-hidden": "true" },
      rows.filter((row) => row.number > 0).map((row) => el("span", { style: { "--part": row.number, "--dot": `var(--${seriesColour(row.at)})` } }))),
    table("Tokens by class", [
      { title: "Class", cell: (row) => el("span", { class: "nowrap" }, dot(row.at), " ", row.title) },
      { title: "Tokens", number: true, cell: (row) => countFigure(row.number) },
      { title: "Share", number: true, cell: (row) => percent(share(row.number, total.tokens)) },
    ], rows),
    el("p", { class: "note" }, "Prompt caching saved ", moneyFigure(caching.read), " on reads and cost ", moneyFigure(caching.write), " extra on writes: ", moneyFigure(caching.net), " net."),
  );
}

function cache({ parts, total }, query) {
  const saved = (row) => total.savingsBy[row.value] ?? ZERO;
  const names = { none: "Miss", exact: "Exact hit", semantic: "Semantic hit" };
  return section(
    "Response cache",
    { id: "by-cache", note: "A cached answer costs nothing and saves its original cost.", aside: csvButton("cache.csv", () => [["cache", "cost_usd", "calls", "saved_usd"], ...parts.cache.map((row) => [row.value, row.cost, row.calls, saved(row)])]) },
    table("Calls by cache outcome", [
      { title: "Outcome", cell: (row) => el("a", { href: link(["calls"], changed(scope(query), { cache: row.value })) }, names[row.value] ?? row.value) },
      { title: "Calls", number: true, cell: (row) => countFigure(row.calls) },
      { title: "Share", number: true, cell: (row) => percent(share(row.calls, total.calls)) },
      { title: "Cost", number: true, cell: (row) => moneyFigure(row.cost) },
      { title: "Saved", number: true, cell: (row) => moneyFigure(saved(row)) },
    ], parts.cache),
    el("p", { class: "note" }, "Saved in this period: ", moneyFigure(total.savings), ", ", plural(total.cached, "cache hit"), "."),
  );
}
