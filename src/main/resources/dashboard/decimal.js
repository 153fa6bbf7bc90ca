// Exact decimal numbers. Amounts of money are shown without conversion to a double.

const SHAPE = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

export class Decimal {
  /** The number `digits / 10^scale`. */
  constructor(digits, scale) {
    this.digits = digits;
    this.scale = scale;
  }

  static of(value) {
    if (value instanceof Decimal) return value;
    const parts = SHAPE.exec(String(value ?? 0));
    if (!parts) throw new TypeError(`not a number: ${value}`);
    const [, sign, whole, fraction = "", exponent = "0"] = parts;
    const scale = fraction.length - Number(exponent);
    const digits = BigInt(sign + whole + fraction);
    return scale < 0 ? new Decimal(digits * 10n ** BigInt(-scale), 0) : new Decimal(digits, scale);
  }

  at(scale) {
    return this.digits * 10n ** BigInt(scale - this.scale);
  }

  plus(other) {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.at(scale) + other.at(scale), scale);
  }

  minus(other) {
    return this.plus(new Decimal(-other.digits, other.scale));
  }

  get isZero() {
    return this.digits === 0n;
  }

  /** The nearest double, for drawing and comparing only. */
  toNumber() {
    return Number(this.toString());
  }

  /** A JSON number if the browser supports raw JSON, otherwise its text. */
  toJSON() {
    return JSON.rawJSON?.(this.toString()) ?? this.toString();
  }

  toString() {
    const negative = this.digits < 0n;
    const text = (negative ? -this.digits : this.digits).toString().padStart(this.scale + 1, "0");
    const whole = text.slice(0, text.length - this.scale);
    const fraction = text.slice(text.length - this.scale).replace(/0+$/, "");
    return (negative ? "-" : "") + whole + (fraction ? "." + fraction : "");
  }
}

export const ZERO = Decimal.of(0);

/** Parses JSON. Numbers that a double might round become Decimals. */
export function parseExactly(text) {
  return JSON.parse(text, (_, value, context) =>
    typeof value === "number" && !Number.isSafeInteger(value)
      ? Decimal.of(context?.source ?? value)
      : value,
  );
}

export function sum(values) {
  return values.reduce((total, value) => total.plus(Decimal.of(value)), ZERO);
}
