// Names on a map: each beside its zone where there is room, and left out where there is none. The list has all of them.

import { svg } from "./dom.js";

const LINE = 15;
const LETTER = 7.2; // pixels, more or less
const GAP = 5;

/** A name in one line or two. */
function linesOf(text) {
  if (text.length < 18) return [text];
  const spaces = [...text.matchAll(/ /g)].map((match) => match.index);
  const middle = text.length / 2;
  const cut = spaces.sort((one, other) => Math.abs(one - middle) - Math.abs(other - middle))[0];
  return cut === undefined ? [text] : [text.slice(0, cut), text.slice(cut + 1)];
}

/** Where a name of that size may stand by a zone with that box: within, if it fits, or beside. */
function placesFor([left, top, right, bottom], width, height) {
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const within = { x: x - width / 2, y: y - height / 2 };
  const beside = [
    { x: right + GAP, y: y - height / 2 },
    { x: left - GAP - width, y: y - height / 2 },
    { x: x - width / 2, y: bottom + GAP },
    { x: x - width / 2, y: top - GAP - height },
  ];
  if (right - left < width || bottom - top < height) return beside;
  // Rather over a zone that it contains than nowhere.
  return [within, ...beside, { ...within, isOver: true }];
}

const meets = (one, other) =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

/** The layer of a map that holds the names. */
export function mapLabels() {
  const layer = svg("g", { class: "labels", "aria-hidden": "true" });

  function draw(named, { width, height }) {
    const boxes = named.map(({ box: [left, top, right, bottom] }) => ({
      x: left,
      y: top,
      width: right - left,
      height: bottom - top,
    }));
    const placed = [];
    for (const [index, { text, box }] of named.entries()) {
      const lines = linesOf(text);
      const size = { width: Math.max(...lines.map((line) => line.length)) * LETTER, height: lines.length * LINE };
      const isInPicture = ({ x, y }) => x >= 0 && y >= 0 && x + size.width <= width && y + size.height <= height;
      const isFree = (place) => {
        const taken = { ...place, ...size };
        const isOverOthers = !place.isOver && boxes.some((other, i) => i !== index && meets(taken, other));
        return isInPicture(place) && !isOverOthers && !placed.some((other) => meets(taken, other));
      };
      const place = placesFor(box, size.width, size.height).find(isFree);
      if (place) placed.push({ ...place, ...size, lines });
    }
    layer.replaceChildren(
      ...placed.flatMap(({ x, y, width, lines }) =>
        lines.map((line, i) =>
          svg("text", { x: x + width / 2, y: y + LINE * (i + 0.8), "text-anchor": "middle" }, line),
        ),
      ),
    );
  }

  return { element: layer, draw };
}
