// Numbers and times in the reader's locale. Rounded numbers have the exact value as their title.

import { Decimal } from "./decimal.js";
import { el } from "./dom.js";

const USD = { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" };
const CENTS = new Intl.NumberFormat(undefined, { ...USD, maximumFractionDigits: 2 });
const SMALL = new Intl.NumberFormat(undefined, { ...USD, maximumSignificantDigits: 4 });
const WHOLE = new Intl.NumberFormat(undefined, { ...USD, maximumFractionDigits: 0 });
const EXACT = new Intl.NumberFormat(undefined, { ...USD, maximumFractionDigits: 20 });
const COUNT = new Intl.NumberFormat();
const COMPACT = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const PERCENT = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const SCORE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 3, minimumFractionDigits: 3 });
const DAY = new Intl.DateTimeFormat(undefined, { timeZone: "UTC", day: "numeric", month: "short" });
const FULL_DAY = new Intl.DateTimeFormat(undefined, { timeZone: "UTC", dateStyle: "full" });
const TIME = new Intl.DateTimeFormat(undefined, {
  timeZone: "UTC", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
const CLOCK = new Intl.DateTimeFormat(undefined, {
  timeZone: "UTC", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});

/** Four significant digits below a dollar, cents below a thousand, whole dollars above. */
export function money(amount) {
  const exact = Decimal.of(amount);
  const size = Math.abs(exact.toNumber());
  const format = size >= 1000 ? WHOLE : size === 0 || size >= 1 ? CENTS : SMALL;
  return format.format(exact.toString());
}

/** Dollars on an axis. */
export function roughMoney(amount) {
  const format = amount === 0 || amount >= 10 ? WHOLE : amount >= 0.01 ? CENTS : SMALL;
  return format.format(amount);
}

export function exactMoney(amount) {
  return EXACT.format(Decimal.of(amount).toString());
}

export const count = (value) => COUNT.format(value);
export const compact = (value) => COMPACT.format(value);
export const percent = (share) => PERCENT.format(share);
export const score = (value) => SCORE.format(value);
export const day = (iso) => DAY.format(new Date(iso));
export const fullDay = (iso) => FULL_DAY.format(new Date(iso));
export const seconds = (iso) => CLOCK.format(new Date(iso));

export function millis(value) {
  if (value === null || value === undefined) return "–";
  return value < 1000 ? `${COUNT.format(Math.round(value))} ms` : `${COUNT.format(Math.round(value / 100) / 10)} s`;
}

/** A number with its exact value as title and for scripts. */
export function figure(text, exact, title = exact) {
  return el("data", { value: exact, title }, text);
}

export function moneyFigure(amount) {
  return figure(money(amount), Decimal.of(amount).toString(), exactMoney(amount));
}

export function countFigure(value) {
  return figure(compact(value), value, count(value));
}

export function time(iso, text = TIME.format(new Date(iso))) {
  return el("time", { datetime: iso, title: iso }, text);
}

/** The share of a part in a whole, or 0 if the whole is 0. */
export function share(part, whole) {
  const all = Decimal.of(whole).toNumber();
  return all === 0 ? 0 : Decimal.of(part).toNumber() / all;
}

export function plural(number, one, many = one + "s") {
  return `${count(number)} ${number === 1 ? one : many}`;
}
