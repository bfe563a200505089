// Positions on an axis of time, a row for each actor: the stance as a shape, a colour and a word.

import { hashOfQuote } from "./address.js";
import { numberOf, ticks, words } from "./days.js";
import { element, svg } from "./dom.js";
import { shortened, STANCES, stanceName } from "./names.js";
import { stanceBadge, stanceShape } from "./stance.js";

const WIDTH = 900;
const NAMES = 170; // what the names of actors take of it
const ROW = 34;
const AXIS = 26;
const STEP = 18; // between marks of one day
const LETTER = 6.2;

/** The chart with its legend; marks lead to the words. Whoever cannot see it has the table below it. */
export function chartOf(positions) {
  const days = positions.map((position) => numberOf(position.listed_on));
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const margin = Math.max(Math.round((last - first) * 0.04), 7);
  const [from, to] = [first - margin, last + margin * 3]; // to the right there is room for a word
  const x = (number) => NAMES + ((number - from) / (to - from)) * (WIDTH - NAMES);

  const byActor = new Map();
  for (const position of positions)
    byActor.set(position.actor.slug, [...(byActor.get(position.actor.slug) ?? []), position]);
  // Whoever spoke most often stands first.
  const actors = [...byActor.values()].sort((one, other) => other.length - one.length);
  let y = 0;
  const rows = actors.map((positions) => {
    const row = rowOf(positions, x, y);
    y += row.height;
    return row.element;
  });
  const axis = ticks(from, to, 8).flatMap(({ at, name }) => [
    svg("line", { class: "tick", x1: x(at), x2: x(at), y1: 0, y2: y }),
    svg("text", { x: x(at), y: y + 17, "text-anchor": "middle" }, name),
  ]);
  const picture = svg(
    "svg",
    {
      class: "chart",
      viewBox: `0 0 ${WIDTH} ${y + AXIS}`,
      role: "group",
      "aria-label": "Positions by actor over time",
    },
    svg("g", { "aria-hidden": "true" }, axis),
    rows,
  );
  const present = STANCES.filter((stance) => positions.some((position) => position.stance === stance));
  const legend = element(
    "ul",
    { class: "legend", "aria-label": "Stances" },
    present.map((stance) => element("li", {}, stanceBadge(stance))),
  );
  return element(
    "div",
    {},
    legend,
    element("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Chart of positions" }, picture),
  );
}

function rowOf(positions, x, top) {
  const name = positions[0].actor.name;
  // Marks that would cover each other stand one below the other.
  const lines = [];
  const placed = positions.map((position) => {
    const at = x(numberOf(position.listed_on));
    let line = lines.findIndex((end) => end <= at - STEP);
    if (line < 0) line = lines.push(at) - 1;
    lines[line] = at;
    return { position, at, line };
  });
  const height = Math.max(ROW, lines.length * STEP + ROW - STEP);
  const marks = placed.map(({ position, at, line }) => {
    const { stance, quote, on, precision, listed_on: listed, actor } = position;
    const y = top + ROW / 2 + line * STEP;
    const told = `${words(on ?? listed, precision ?? "day")}, ${actor.name}: ${stanceName(stance).toLowerCase()}`;
    const next = placed.filter((other) => other.line === line && other.at > at).map((other) => other.at);
    const word = stanceName(stance);
    const fits = at + 12 + word.length * LETTER < Math.min(...next, WIDTH + 10) - 8;
    return svg(
      "a",
      {
        href: hashOfQuote(quote.article_id, quote.id),
        "aria-label": `${told}. ${shortened(quote.text, 120)}`,
        class: "position",
      },
      svg("title", {}, `${told}. ${shortened(quote.text, 120)}`),
      svg("rect", { class: "target", x: at - 12, y: y - 12, width: 24, height: 24 }), // large enough for a finger
      svg("g", { transform: `translate(${at - 8} ${y - 8})` }, stanceShape(stance)),
      fits ? svg("text", { x: at + 12, y: y + 4 }, word) : null,
    );
  });
  const line = svg("line", { class: "tick", x1: 0, x2: WIDTH, y1: top + height, y2: top + height });
  return {
    height,
    element: svg("g", {}, line, svg("text", { class: "name", x: 0, y: top + ROW / 2 + 4 }, shortened(name, 26)), marks),
  };
}
