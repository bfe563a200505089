// The lines of longitude and latitude under a map, and its scale.

import { svg } from "./dom.js";

const STEPS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30, 45];
const CLOSEST = 70; // pixels between two lines
const LONGEST = 100; // pixels for the scale
const KILOMETRES_PER_DEGREE = 111.32;

/** An angle as atlases write it. */
function degrees(value, positive, negative) {
  const size = Number(Math.abs(value).toFixed(2));
  return `${size}°${size === 0 ? "" : ` ${value > 0 ? positive : negative}`}`;
}

/** The multiples of a step between two numbers, and on the earth. */
function multiples(step, from, to, most) {
  const all = [];
  const end = Math.min(to, most);
  for (let value = Math.ceil(Math.max(from, -most) / step) * step; value <= end; value += step) all.push(value);
  return all;
}

/** The lines that a view sees, with their degrees. */
export function graticuleOf(view) {
  const step = STEPS.find((step) => step * view.scale >= CLOSEST) ?? 90;
  const [west, south, east, north] = view.seen();
  const meridians = multiples(step, west, east, 180).flatMap((longitude) => {
    const [x] = view.toScreen([longitude, 0]);
    const name = svg("text", { x: x + 3, y: view.height - 5 }, degrees(longitude, "E", "W"));
    return [svg("path", { d: `M${x} 0V${view.height}` }), name];
  });
  const parallels = multiples(step, south, north, 90).flatMap((latitude) => {
    const [, y] = view.toScreen([0, latitude]);
    return [svg("path", { d: `M0 ${y}H${view.width}` }), svg("text", { x: 4, y: y - 4 }, degrees(latitude, "N", "S"))];
  });
  return [...meridians, ...parallels];
}

/** A bar of a round number of kilometres, in the upper corner. */
export function scaleOf(view) {
  const perKilometre = view.scale / KILOMETRES_PER_DEGREE;
  const most = LONGEST / perKilometre;
  const power = 10 ** Math.floor(Math.log10(most));
  const kilometres = [5, 2, 1].map((times) => times * power).find((length) => length <= most) ?? power;
  const [right, y] = [view.width - 10, 14];
  const name = svg("text", { x: right, y: y - 2, "text-anchor": "end" }, `${Number(kilometres.toPrecision(1))} km`);
  return [svg("path", { d: `M${right - kilometres * perKilometre} ${y}v4H${right}v-4` }), name];
}
