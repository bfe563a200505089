// The stance of a position: as a mark that tells it by shape as well as by colour, and as words.

import { element, svg } from "./dom.js";
import { stanceName } from "./names.js";

/** One shape each, in a square of 16: up is for, down is against. */
const SHAPES = {
  supports: "M8 1.5L15 14H1Z",
  supports_with_conditions: "M8 1.5L15 14H1ZM8 6.6L4.4 12.2H11.6Z",
  neutral: "M1.5 5.5H14.5V10.5H1.5Z",
  seeks_clarification: "M8 1L15 8L8 15L1 8ZM8 4.6L4.6 8L8 11.4L11.4 8Z",
  opposes: "M8 14.5L1 2H15Z",
};

/** The mark of a stance, to stand in a drawing. */
export function stanceShape(stance) {
  return svg("path", { class: `stance-${stance}`, d: SHAPES[stance] ?? "M3 3H13V13H3Z", "fill-rule": "evenodd" });
}

/** Mark and name. */
export function stanceBadge(stance) {
  const mark = svg(
    "svg",
    { class: "mark", viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" },
    stanceShape(stance),
  );
  return element("span", { class: `badge stance-${stance}` }, mark, stanceName(stance));
}
