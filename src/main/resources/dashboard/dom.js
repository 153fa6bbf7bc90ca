// Creates elements. Text always becomes a text node, so that stored text cannot become markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children. Functions are listeners. `false` is left out. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else if (name === "style") setStyle(element, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

function setStyle(element, style) {
  for (const [property, value] of Object.entries(style)) element.style.setProperty(property, value);
}

function append(parent, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(parent, child);
    else if (child !== null && child !== undefined && child !== false) parent.append(child);
  }
}

export function replace(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
}

const ICONS = {
  gate: "M6 20V9m-2.5 11h5M6 11.5 20.5 7m-3 1-.8 3",
  theme: "M12 4a8 8 0 1 0 0 16Zm0 0a8 8 0 0 1 0 16",
  leave: "M10 5H5v14h5m4-11 4 4-4 4m4-4H9",
  refresh: "M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4",
  download: "M12 4v11m-4.5-4 4.5 4.5 4.5-4.5M5 20h14",
  close: "m7 7 10 10M17 7 7 17",
  next: "m9.5 6 6 6-6 6",
  check: "m5 12.5 4.5 4.5L19 7.5",
  cross: "m7 7 10 10M17 7 7 17",
};

/** A decorative icon. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Announces a change to screen readers. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}
