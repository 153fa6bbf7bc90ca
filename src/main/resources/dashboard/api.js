// Calls the API with the tab's key. URLs are relative to this script, so that any stage path works.

import { parseExactly } from "./decimal.js";
import { key } from "./session.js";

const ROOT = new URL("../../", import.meta.url);
// Each concurrent request may start another execution environment.
const MAX_CONCURRENCY = 2;
const CACHE_MILLIS = 30_000;

const responses = new Map();
const queue = [];
let running = 0;

/** An error response, or no response (status 0). */
export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Clears cached responses. */
export function clearCache() {
  responses.clear();
}

/** GETs JSON. Responses are cached for half a minute. */
export async function get(path, query = {}) {
  const url = address(path, query);
  const cached = responses.get(url.href);
  if (cached && Date.now() - cached.since < CACHE_MILLIS) return cached.response;
  const response = inQueue(() => send(url, "application/json")).then(parseExactly);
  responses.set(url.href, { since: Date.now(), response });
  response.catch(() => responses.delete(url.href));
  return response;
}

/** GETs text, such as CSV. */
export function getText(path, query, type) {
  return inQueue(() => send(address(path, query), type));
}

function address(path, query) {
  const url = new URL(path.map(encodeURIComponent).join("/"), ROOT);
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.append(name, value);
  return url;
}

async function inQueue(work) {
  if (running >= MAX_CONCURRENCY) await new Promise((start) => queue.push(start));
  running++;
  try {
    return await work();
  } finally {
    running--;
    queue.shift()?.();
  }
}

async function send(url, type) {
  let response;
  let text;
  try {
    response = await fetch(url, {
      headers: { "x-api-key": key() ?? "", accept: type },
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    });
    text = await response.text();
  } catch {
    throw new ApiError(0, "unreachable", "Tollgate did not respond. Check the connection and try again.");
  }
  if (response.ok) return text;
  let error = {};
  try {
    error = JSON.parse(text).error ?? {};
  } catch {
    // The response is not Tollgate's, for example a proxy's page.
  }
  throw new ApiError(
    response.status,
    error.code ?? "",
    error.message ?? `The API returned status ${response.status}.`,
  );
}
