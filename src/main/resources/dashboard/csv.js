// Downloads of tables as CSV.

import { el } from "./dom.js";

/** The API uses the same pattern. Leading blanks count, because some programs trim them. */
const FORMULA = /^(?:[\t\r\n]|[\p{Z}\p{Cc}]*[=+@\-\uFF1D\uFF0B\uFF20\uFF0D])/u;

/** A cell that no spreadsheet interprets as a formula. */
function cell(value) {
  const text = String(value ?? "");
  const safe = FORMULA.test(text) && Number.isNaN(Number(text)) ? "'" + text : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function toCsv(rows) {
  return rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
}

/** Downloads a file. */
export function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
