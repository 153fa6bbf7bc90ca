// All prompts and their state.

import { get } from "./api.js";
import { el } from "./dom.js";
import { plural, time } from "./format.js";
import { badge, command, csvButton, empty, section, table } from "./parts.js";
import { changed, link } from "./route.js";
import { lastRuns, scoreFigure, verdictBadge } from "./runs.js";

export function promptsPage(query) {
  return { title: "Prompts", load: () => load(query) };
}

async function load(query) {
  const page = await get(["admin", "prompts"], query.has("cursor") ? { cursor: query.get("cursor") } : {});
  const head = el("div", { class: "page-head" }, el("h1", {}, "Prompts"));
  if (page.prompts.length === 0) {
    return [head, empty(
      "No prompts yet",
      el("p", {}, "Register a prompt file and activate it:"),
      command("bin/tollgate prompts push rag_system --activate"),
    )];
  }
  const { runs, denied } = await lastRuns(page.prompts.map((prompt) => prompt.name));
  const rows = page.prompts.map((prompt, at) => ({ ...prompt, run: runs[at] }));
  const columns = [
    { title: "Prompt", cell: (row) => el("a", { href: link(["prompts", row.name]) }, row.name) },
    { title: "Active", cell: (row) => row.active_version ? badge(`version ${row.active_version}`, "good") : badge("none", "neutral") },
    { title: "Latest", number: true, cell: (row) => `version ${row.latest_version}` },
    { title: "Last run", cell: (row) => row.run ? el("a", { href: link(["prompts", row.name, "runs", row.run.id]) }, time(row.run.started)) : "–" },
    { title: "Outcome", cell: (row) => row.run ? verdictBadge(row.run) : "–" },
    { title: "Faithfulness", number: true, cell: (row) => row.run ? scoreFigure(row.run) : "–" },
  ];
  return [
    head,
    section(
      plural(rows.length, "prompt") + (page.cursor || query.has("cursor") ? " on this page" : ""),
      { id: "all-prompts", note: denied, aside: csvButton("prompts.csv", () => [
        ["prompt", "active_version", "latest_version", "last_run", "verdict", "faithfulness"],
        ...rows.map((row) => [row.name, row.active_version, row.latest_version, row.run?.started, row.run?.verdict, row.run?.mean]),
      ]) },
      table("Prompts, their versions and their last runs", columns, rows),
      page.cursor && el("p", { class: "more" }, el("a", { href: link(["prompts"], changed(query, { cursor: page.cursor })) }, "Next page")),
    ),
  ];
}
