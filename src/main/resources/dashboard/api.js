// Asks the API with the tab's key. Addresses are relative to this script, whatever stage is before.

import { parseExactly } from "./decimal.js";
import { key } from "./session.js";

const ROOT = new URL("../../", import.meta.url);
// Each request that overlaps another may start an environment of its function.
const LANES = 2;
const FRESH_MILLIS = 30_000;

const answers = new Map();
const waiting = [];
let busy = 0;

/** An answer that is no success, or none at all (status 0). */
export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Forgets what was answered, to ask anew. */
export function forget() {
  answers.clear();
}

/** GETs JSON. The same question within half a minute is not asked again. */
export async function get(path, query = {}) {
  const url = address(path, query);
  const kept = answers.get(url.href);
  if (kept && Date.now() - kept.since < FRESH_MILLIS) return kept.answer;
  const answer = inLane(() => ask(url, "application/json")).then(parseExactly);
  answers.set(url.href, { since: Date.now(), answer });
  answer.catch(() => answers.delete(url.href));
  return answer;
}

/** GETs a text, such as CSV. */
export function getText(path, query, type) {
  return inLane(() => ask(address(path, query), type));
}

function address(path, query) {
  const url = new URL(path.map(encodeURIComponent).join("/"), ROOT);
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.append(name, value);
  return url;
}

async function inLane(work) {
  if (busy >= LANES) await new Promise((start) => waiting.push(start));
  busy++;
  try {
    return await work();
  } finally {
    busy--;
    waiting.shift()?.();
  }
}

async function ask(url, type) {
  let answer;
  let text;
  try {
    answer = await fetch(url, {
      headers: { "x-api-key": key() ?? "", accept: type },
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    });
    text = await answer.text();
  } catch {
    throw new ApiError(0, "unreachable", "Tollgate did not answer. Check the connection and try again.");
  }
  if (answer.ok) return text;
  let error = {};
  try {
    error = JSON.parse(text).error ?? {};
  } catch {
    // Not one of Tollgate's answers, such as a proxy's page.
  }
  throw new ApiError(
    answer.status,
    error.code ?? "",
    error.message ?? `The API answered with status ${answer.status}.`,
  );
}
