// Charts with uPlot. Each has a text summary for screen readers and a table with its values.

import "./vendor/uPlot.iife.min.js";
import { el } from "./dom.js";
import { colour, themes } from "./theme.js";

/* global uPlot */

const HEIGHT = 260;
export const SERIES_COLOURS = 8;

/** The name of the colour of the nth series. */
export const seriesColour = (index) => "series-" + ((index % SERIES_COLOURS) + 1);

const withAlpha = (value, alpha) => `color-mix(in srgb, ${value} ${alpha * 100}%, transparent)`;

function axis(values, more = {}) {
  return {
    stroke: () => colour("muted"),
    grid: { stroke: () => colour("grid"), width: 1 },
    ticks: { show: false },
    font: "12px " + colour("font"),
    values: (_, splits) => splits.map(values),
    ...more,
  };
}

/** Adds a chart to a box. It follows the width of the box and the colours of the theme. */
function mount(box, options, data) {
  const canvas = el("div", { class: "chart-canvas" });
  box.append(canvas);
  const width = () => Math.max(240, canvas.clientWidth);
  let chart;
  const observer = new ResizeObserver(() => {
    if (!chart) chart = new uPlot({ ...options, width: width(), height: HEIGHT }, data, canvas);
    else if (canvas.isConnected) chart.setSize({ width: width(), height: HEIGHT });
  });
  observer.observe(canvas);
  const recolour = () => {
    if (!canvas.isConnected) themes.removeEventListener("change", recolour);
    else chart?.redraw(false, true);
  };
  themes.addEventListener("change", recolour);
}

/** A box next to the pointer with the values under it. */
function tooltip(describe, choose) {
  const tip = el("div", { class: "tip", hidden: true });
  return {
    hooks: {
      init: (chart) => {
        chart.over.append(tip);
        chart.over.addEventListener("mouseleave", () => (tip.hidden = true));
        if (choose) {
          chart.over.classList.add("choosable");
          chart.over.addEventListener("click", () => {
            if (chart.cursor.idx !== null) choose(chart.cursor.idx);
          });
        }
      },
      setCursor: (chart) => {
        const { idx, left, top } = chart.cursor;
        tip.hidden = idx === null || left < 0;
        if (tip.hidden) return;
        tip.replaceChildren(...describe(idx));
        const overflows = left + tip.offsetWidth + 24 > chart.over.clientWidth;
        tip.style.left = `${overflows ? left - tip.offsetWidth - 12 : left + 12}px`;
        tip.style.top = `${Math.max(0, Math.min(top, chart.over.clientHeight - tip.offsetHeight))}px`;
      },
    },
  };
}

/** Cumulative sums of the series, for stacking them. */
function stack(series) {
  const sums = [];
  for (const { values } of series) {
    const below = sums.at(-1);
    sums.push(values.map((value, at) => value + (below ? below[at] : 0)));
  }
  return sums;
}

/**
 * Stacked bars by day, and a dashed line for the previous period.
 *
 * @param days UTC days, such as 2026-11-24
 * @param series {name, values} with a double for each day
 * @param previous a double for each day, or null
 */
export function stackedBars({ label, days, series, previous, axisText, dayText, describe, choose }) {
  const box = el("div", { class: "chart", role: "img", "aria-label": label });
  const sums = stack(series);
  const last = series.length - 1;
  const data = [days.map((day) => Date.parse(day) / 1000), ...sums.toReversed()];
  const bars = uPlot.paths.bars({ size: [0.72, 44], radius: 0.12 });
  const drawn = series.map((_, at) => ({
    fill: () => colour(seriesColour(last - at)),
    stroke: () => colour(seriesColour(last - at)),
    width: 0,
    paths: bars,
    points: { show: false },
  }));
  if (previous) {
    data.push(previous);
    drawn.push({
      stroke: () => colour("muted"), width: 1.5, dash: [4, 4], points: { show: false },
    });
  }
  mount(
    box,
    {
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { time: true, range: (_, low, high) => [low - 43_200, high + 43_200] },
        y: { range: (_, low, high) => [0, high > 0 ? high * 1.08 : 1] },
      },
      axes: [axis((at) => dayText(at * 1000), { space: 60, size: 32 }), axis(axisText, { size: 64 })],
      series: [{}, ...drawn],
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
      plugins: [tooltip(describe, choose)],
    },
    data,
  );
  return box;
}

/**
 * A line over time with its interval, a threshold and vertical marks.
 *
 * @param points {time, value, low, high} with times in milliseconds and doubles or nulls
 * @param marks {time, text, tone}
 */
export function intervalLine({ label, points, marks, threshold, axisText, timeText, describe, choose }) {
  const box = el("div", { class: "chart", role: "img", "aria-label": label });
  const column = (name) => points.map((point) => point[name]);
  const times = points.map((point) => point.time / 1000);
  const ends = [...times, ...marks.map((mark) => mark.time / 1000)];
  const first = Math.min(...ends);
  const final = Math.max(...ends);
  const margin = Math.max(3600, (final - first) * 0.04);
  const lowest = Math.min(threshold, ...points.map((point) => point.low ?? point.value ?? 1));
  mount(
    box,
    {
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: {
        x: { time: true, range: () => [first - margin, final + margin] },
        y: { range: () => [Math.max(0, Math.floor(lowest * 10 - 0.5) / 10), 1.02] },
      },
      axes: [axis((at) => timeText(at * 1000), { space: 70, size: 32 }), axis(axisText, { size: 52 })],
      bands: [{ series: [2, 1], fill: () => withAlpha(colour("series-1"), 0.16) }],
      series: [
        {},
        { stroke: "transparent", points: { show: false }, spanGaps: true },
        { stroke: "transparent", points: { show: false }, spanGaps: true },
        {
          stroke: () => colour("series-1"), width: 2, spanGaps: true,
          points: { show: true, size: 7, fill: () => colour("surface"), stroke: () => colour("series-1") },
        },
      ],
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
      plugins: [tooltip(describe, choose), { hooks: { draw: (chart) => drawMarks(chart, marks, threshold) } }],
    },
    [times, column("low"), column("high"), column("value")],
  );
  return box;
}

function drawMarks(chart, marks, threshold) {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  ctx.font = `${11 * devicePixelRatio}px ${colour("font")}`;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  const line = Math.round(chart.valToPos(threshold, "y", true));
  ctx.strokeStyle = colour("muted");
  ctx.beginPath();
  ctx.moveTo(bbox.left, line);
  ctx.lineTo(bbox.left + bbox.width, line);
  ctx.stroke();
  ctx.setLineDash([]);
  marks.forEach((mark, at) => {
    const x = Math.round(chart.valToPos(mark.time / 1000, "x", true));
    ctx.strokeStyle = ctx.fillStyle = colour(mark.tone);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const right = x > bbox.left + bbox.width * 0.8;
    ctx.textAlign = right ? "right" : "left";
    ctx.fillText(mark.text, x + (right ? -5 : 5) * devicePixelRatio, bbox.top + (12 + (at % 3) * 14) * devicePixelRatio);
  });
  ctx.restore();
}
