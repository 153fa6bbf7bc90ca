// The state of the page. It is in the URL fragment, so that links can be shared and servers never
// receive it.

const DAY_MILLIS = 86_400_000;

/** Dimensions to filter and group by, in the order of the page. */
export const DIMENSIONS = {
  model: "Model",
  endpoint: "Endpoint",
  team: "Team",
  user: "User",
  prompt: "Prompt version",
  purpose: "Purpose",
  cache: "Cache",
};

/** The path segments and the query of a fragment such as `#/costs?days=7`. */
export function current() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?", 2);
  return {
    path: path.split("/").filter(Boolean).map(decode),
    query: new URLSearchParams(query),
  };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function link(path, query = new URLSearchParams()) {
  const text = new URLSearchParams(query).toString();
  return "#/" + path.map(encodeURIComponent).join("/") + (text ? "?" + text : "");
}

/** The query with changed values. Null removes a value. */
export function changed(query, changes) {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return next;
}

export function go(path, query) {
  location.hash = link(path, query);
}

/** Changes the query of the current URL, which can be newer than the shown page. */
export function adjust(changes) {
  const { path, query } = current();
  go(path, changed(query, changes));
}

/** The period and the filters, which the costs and calls pages share. */
export function scope(query) {
  const shared = new URLSearchParams();
  for (const name of ["days", "from", "to", ...Object.keys(DIMENSIONS)]) {
    if (query.has(name)) shared.set(name, query.get(name));
  }
  return shared;
}

export function filters(query) {
  return Object.keys(DIMENSIONS)
    .filter((name) => query.has(name))
    .map((name) => [name, query.get(name)]);
}

const isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text ?? "") && !Number.isNaN(Date.parse(text));
const iso = (millis) => new Date(millis).toISOString().slice(0, 10);

/** The first and last UTC day. The default is the last 30 days. */
export function period(query) {
  const today = iso(Date.now());
  if (isDay(query.get("from")) && isDay(query.get("to")) && query.get("from") <= query.get("to")) {
    return { from: query.get("from"), to: query.get("to"), days: null };
  }
  const requested = Number(query.get("days") ?? 30);
  const days = Number.isInteger(requested) && requested >= 1 && requested <= 400 ? requested : 30;
  return { from: iso(Date.parse(today) - (days - 1) * DAY_MILLIS), to: today, days };
}

/** The previous period of the same length. */
export function previousPeriod({ from, to }) {
  const length = Date.parse(to) - Date.parse(from) + DAY_MILLIS;
  return { from: iso(Date.parse(from) - length), to: iso(Date.parse(to) - length) };
}

/** Every UTC day from the first to the last. */
export function eachDay({ from, to }) {
  const days = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MILLIS) days.push(iso(at));
  return days;
}
