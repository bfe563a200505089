// The status of a zone: as a mark that tells it by shape as well as by colour, and as words.

import { element, svg } from "./dom.js";
import { statusName } from "./names.js";

/**
 * What fills an area of that status. The two that tell of trouble are hatched.
 *
 * As an attribute, because a style sheet would look for the pattern in itself.
 */
export function fillOf(status) {
  return status === "suspended" || status === "breached" ? `url(#${status})` : null;
}

/** The patterns that `fillOf` names; once in every drawing. */
export function patterns() {
  const hatch = (status, turn) =>
    svg(
      "pattern",
      {
        id: status,
        class: `status-${status}`,
        width: 6,
        height: 6,
        patternUnits: "userSpaceOnUse",
        patternTransform: `rotate(${turn})`,
      },
      svg("path", { d: "M0 0V6", class: "hatch" }),
    );
  return svg("defs", {}, hatch("suspended", 45), hatch("breached", -45));
}

/** A little area as the map draws it. */
export function statusMark(status) {
  const area = svg("rect", { x: 1.5, y: 1.5, width: 13, height: 9, rx: 2, class: "area", fill: fillOf(status) });
  return svg(
    "svg",
    { class: `mark status-${status}`, viewBox: "0 0 16 12", width: 16, height: 12, "aria-hidden": "true" },
    area,
  );
}

/** Mark and name. */
export function statusBadge(status, name = statusName(status)) {
  return element("span", { class: "badge" }, statusMark(status), name);
}
