// One prompt: versions, test runs, differences and the activity log.

import { get } from "./api.js";
import { versionDiff } from "./diff.js";
import { el } from "./dom.js";
import { plural, time } from "./format.js";
import { badge, command, crumbs, csvButton, empty, section, table } from "./parts.js";
import { changed, link } from "./route.js";
import { runsOf, runsSection } from "./runs.js";
import { semanticSection } from "./semantic.js";

/** The first 12 digits of a hash identify it. */
const WHOLE_HASH = /^([0-9a-f]{12})[0-9a-f]{52}$/;

const EVENT_TONES = { activate: "good", force: "warn", rollback: "bad", freeze: "bad", unfreeze: "neutral", semantic_off: "bad", semantic_on: "good" };

export function promptPage(name, query) {
  return { title: name, load: () => load(name, query) };
}

async function load(name, query) {
  const [history, activity, runs, semantic] = await Promise.all([
    get(["admin", "prompts", name], cursor(query, "before")),
    get(["admin", "prompts", name, "events"], cursor(query, "events_before")),
    runsOf(name, cursor(query, "runs_before")),
    get(["admin", "prompts", name, "semantic"]),
  ]);
  const active = history.active_version;
  return [
    crumbs(["Prompts", link(["prompts"])], [name]),
    el(
      "div",
      { class: "page-head" },
      el("h1", {}, name),
      active ? badge(`version ${active} active`, "good") : badge("no active version", "neutral"),
      el("a", { class: "button small", href: link(["costs"], { prompt: name }) }, "View costs"),
    ),
    history.versions.length === 0 ? noVersion(name) : versionsSection(name, history, query),
    runsSection(name, runs, activity.events, query),
    semanticSection(name, semantic),
    history.versions.length > 1 && section("Compare versions", { id: "differences" }, versionDiff(name, history.versions, active)),
    activitySection(name, activity, query),
  ];
}

const cursor = (query, name) => (query.has(name) ? { cursor: query.get(name) } : {});

function noVersion(name) {
  return empty("No version yet", el("p", {}, "Register a version from its file:"), command(`bin/tollgate prompts push ${name}`));
}

function versionsSection(name, history, query) {
  const labels = Object.entries(history.labels ?? {});
  const columns = [
    { title: "Version", cell: (row) => String(row.version) },
    { title: "State", cell: (row) => [
      row.active && badge("active", "good"),
      row.frozen && badge("frozen", "bad"),
      labels.filter(([, version]) => version === row.version).map(([label]) => badge(label, "info")),
    ] },
    { title: "Notes", class: "wide", cell: (row) => row.notes || "–" },
    { title: "Author", cell: (row) => row.author },
    { title: "Registered", cell: (row) => time(row.created) },
    { title: "Hash", cell: (row) => el("code", { title: row.version_hash }, row.hash) },
    { title: "Cost", cell: (row) => el("a", { href: link(["costs"], { prompt: `${name}@${row.version}` }) }, "Cost") },
  ];
  return section(
    "Versions",
    { id: "versions", aside: csvButton(`${name}-versions.csv`, () => [
      ["version", "active", "frozen", "notes", "author", "created", "hash", "version_hash"],
      ...history.versions.map((row) => [row.version, row.active, row.frozen, row.notes, row.author, row.created, row.hash, row.version_hash]),
    ]) },
    table(`Versions of ${name}, newest first`, columns, history.versions),
    history.cursor && more(link(["prompts", name], changed(query, { before: history.cursor })), "Older versions"),
  );
}

function activitySection(name, { events, chain, cursor: next }, query) {
  const intact = chain === "intact";
  const versions = (event) => [event.from, event.to].map((number) => number ?? "–").join(" → ");
  const columns = [
    { title: "Number", cell: (event) => String(event.number) },
    { title: "Time (UTC)", cell: (event) => time(event.time) },
    { title: "Event", cell: (event) => badge(event.type, EVENT_TONES[event.type] ?? "neutral") },
    { title: "Versions", cell: versions },
    { title: "By", cell: (event) => event.actor },
    { title: "Reason", class: "wide", cell: (event) => event.reason || event.about?.replace(WHOLE_HASH, "$1") || "–" },
  ];
  return section(
    "Activity log",
    {
      id: "activity",
      aside: [
        badge(intact ? "hash chain intact" : `hash chain ${chain}`, intact ? "good" : "bad"),
        csvButton(`${name}-events.csv`, () => [
          ["number", "time", "type", "from", "to", "actor", "reason", "run_id", "hash"],
          ...events.map((event) => [event.number, event.time, event.type, event.from, event.to, event.actor, event.reason, event.run_id, event.hash]),
        ]),
      ],
      note: intact
        ? "Changes of this prompt. Each event contains the hash of the previous event, and all hashes match."
        : "An event was changed, added or removed. Compare the events with a backup of the table before you trust them.",
    },
    table(`${plural(events.length, "event")} of ${name}, newest first`, columns, events),
    next && more(link(["prompts", name], changed(query, { events_before: next })), "Older events"),
  );
}

function more(href, text) {
  return el("p", { class: "more" }, el("a", { href }, text));
}
