// Reads cost reports and calls.

import { get } from "./api.js";
import { Decimal, sum, ZERO } from "./decimal.js";
import { eachDay, filters, period, previousPeriod } from "./route.js";

const PATH = ["admin", "costs"];
const MAX_SERIES = 7;
const MAX_ROWS = 5000;

/** Dimensions of a request that differ from those of the page, where a prompt version is name@version. */
const GROUPS = { prompt: ["prompt", "prompt_version"] };

function reportParams(query) {
  const params = periodOf(query);
  for (const [dimension, value] of filters(query)) putFilter(params, dimension, value);
  return params;
}

function periodOf(query) {
  const { from, to, days } = period(query);
  return new URLSearchParams(days === null ? { from, to } : { days });
}

function putFilter(params, dimension, value) {
  const [name, version] = dimension === "prompt" ? value.split("@") : [value];
  params.append(dimension, name);
  if (version) params.append("prompt_version", version);
}

/** Totals of the period and of the previous one, and the costs by each dimension. */
export async function report(query) {
  const body = await get(PATH, reportParams(query));
  return {
    period: { from: body.from, to: body.to },
    previousPeriod: { from: body.previous.from, to: body.previous.to },
    newest: body.newest_call,
    completeUntil: body.complete_until,
    total: totals(body),
    previous: {
      cost: Decimal.of(body.previous.total_usd),
      calls: body.previous.total_calls,
      hitRate: body.previous.cache_hit_rate,
      savings: Decimal.of(body.previous.cache_savings),
    },
    byDay: new Map(body.by_day.map((row) => [row.day, Decimal.of(row.cost)])),
    budgets: body.budgets.map(budget),
    parts: {
      model: body.by_model.map((row) => part(row, row.model)),
      endpoint: body.by_endpoint.map((row) => part(row, row.endpoint)),
      team: body.by_team.map((row) => part(row, row.team)),
      user: body.top_users.map((row) => ({ ...part(row, row.user_id), team: row.team })),
      prompt: body.by_prompt.map((row) => part(row, promptOf(row))),
      purpose: body.by_purpose.map((row) => part(row, row.purpose)),
      cache: body.by_cache.map((row) => part(row, row.cache)),
    },
  };
}

function budget(row) {
  return {
    name: row.scope === "installation" ? "The installation" : `${row.scope} ${row.id}`,
    period: row.period,
    soft: row.soft_usd === null ? null : Decimal.of(row.soft_usd),
    softReached: row.soft_reached_at,
    hard: row.hard_usd === null ? null : Decimal.of(row.hard_usd),
    spent: Decimal.of(row.spent_usd),
    reserved: Decimal.of(row.reserved_usd),
    unconfirmed: Decimal.of(row.unconfirmed_usd),
    perDay: row.burn_rate_usd_per_day === null ? ZERO : Decimal.of(row.burn_rate_usd_per_day),
    exhausted: row.exhausted_at,
    resets: row.resets_at,
  };
}

function promptOf(row) {
  return row.prompt ? `${row.prompt}@${row.prompt_version}` : "";
}

function part(row, value) {
  return { value: value ?? "", cost: Decimal.of(row.cost), calls: row.calls, tokens: row.tokens };
}

function totals(body) {
  const caching = body.prompt_cache;
  return {
    cost: Decimal.of(body.total_usd),
    calls: body.total_calls,
    tokens: body.total_tokens,
    cached: body.cached_calls,
    failed: body.failed_calls,
    savings: Decimal.of(body.cache_savings),
    savingsBy: {
      exact: Decimal.of(body.response_cache.exact_savings_usd),
      semantic: Decimal.of(body.response_cache.semantic_savings_usd),
    },
    estimated: Decimal.of(body.estimated_usd),
    tokenClasses: body.tokens,
    promptCaching: {
      read: Decimal.of(caching.read_savings_usd),
      write: Decimal.of(caching.write_premium_usd),
      net: Decimal.of(caching.net_savings_usd),
    },
    p50: body.latency_ms.p50,
    p95: body.latency_ms.p95,
  };
}

/**
 * Spend by day, with a series for each of the most expensive values of a dimension and one for all
 * others, and the spend of the previous period. The amounts are in the order of `days`.
 */
export async function spendByDay(query, dimension) {
  const previousSpend = previousByDay(query);
  previousSpend.catch(() => {}); // The await below reports the error.
  const { parts, byDay, period: days } = await report(query);
  const values = parts[dimension].map((each) => each.value);
  const named = values.length > MAX_SERIES + 1 ? values.slice(0, MAX_SERIES) : values;
  const rows = named.length > 0 ? await groupsOf(query, dimension, named) : [];
  const previous = await previousSpend;
  const costs = new Map(named.map((value) => [value, new Map()]));
  for (const row of rows) {
    const ofValue = costs.get(dimension === "prompt" ? promptOf(row) : row[dimension === "user" ? "user_id" : dimension] ?? "");
    ofValue?.set(row.day, (ofValue.get(row.day) ?? ZERO).plus(Decimal.of(row.cost)));
  }
  const all = eachDay(days);
  const totalsOfDays = all.map((day) => byDay.get(day) ?? ZERO);
  const series = named.map((value) => seriesOf(value, all.map((day) => costs.get(value).get(day) ?? ZERO)));
  const rest = totalsOfDays.map((total, at) => series.reduce((left, one) => left.minus(one.amounts[at]), total));
  if (rest.some((amount) => !amount.isZero)) series.push(seriesOf(null, rest));
  return { days: all, series, totals: totalsOfDays, previous };
}

/** @param value null for the other values */
function seriesOf(value, amounts) {
  return { value, amounts, total: sum(amounts) };
}

async function groupsOf(query, dimension, values) {
  const params = periodOf(query);
  for (const [other, value] of filters(query)) if (other !== dimension) putFilter(params, other, value);
  const versions = new Set();
  const names = new Set();
  for (const value of values) {
    const [name, version] = dimension === "prompt" ? value.split("@") : [value];
    names.add(name);
    if (version) versions.add(version);
  }
  for (const name of names) params.append(dimension, name);
  if (versions.size > 0 && !names.has("")) for (const version of versions) params.append("prompt_version", version);
  params.set("group_by", ["day", ...(GROUPS[dimension] ?? [dimension])].join(","));
  return groups(params);
}

/** Groups without the rest of the report, which is fetched only once. */
async function groups(params) {
  params.set("only", "groups");
  params.set("limit", MAX_ROWS);
  return (await get(PATH, params)).groups;
}

async function previousByDay(query) {
  const { from, to } = previousPeriod(period(query));
  const params = reportParams(query);
  params.delete("days");
  params.set("from", from);
  params.set("to", to);
  params.set("group_by", "day");
  const costs = new Map((await groups(params)).map((row) => [row.day, Decimal.of(row.cost)]));
  return eachDay({ from, to }).map((day) => costs.get(day) ?? ZERO);
}

/** The parameters that list calls. */
export function callsQuery(query, limit) {
  const params = reportParams(query);
  const status = query.get("status");
  if (status) params.set("failed", status === "error");
  for (const name of ["cursor", "call_id"]) if (query.has(name)) params.set(name, query.get(name));
  params.set("limit", limit);
  return params;
}

export async function callRows(query, limit) {
  const { calls, cursor } = await get([...PATH, "calls"], callsQuery(query, limit));
  return { calls: calls.map(call), cursor };
}

function call(row) {
  const tokens = row.input_tokens + row.cache_read_tokens + row.cache_write_5m_tokens + row.cache_write_1h_tokens + row.output_tokens;
  return {
    id: row.id,
    callId: row.call_id,
    time: row.time,
    model: row.model,
    prompt: promptOf(row),
    endpoint: row.endpoint,
    team: row.team,
    user: row.user_id ?? "",
    cache: row.cache,
    similarity: row.similarity,
    answeredBy: row.answered_by,
    purpose: row.purpose,
    status: row.status,
    failure: row.failure,
    finish: row.finish_reason,
    estimated: row.price_status === "estimated",
    tokens,
    tokenText: `${row.input_tokens} input, ${row.cache_read_tokens} read from and ${row.cache_write_5m_tokens + row.cache_write_1h_tokens} written to the prompt cache, ${row.output_tokens} output`,
    cost: row.cost_usd,
    avoided: row.avoided_cost_usd,
    latency: row.latency_ms,
  };
}
