// The lives of zones, one below the other on one axis of time: which status each had from when until when.

import { element, svg } from "./dom.js";
import { dayOf, numberOf, ticks, today, words } from "./days.js";
import { statusName } from "./names.js";
import { fillOf, statusBadge } from "./status.js";

/** The days on which some zone came to stand otherwise, in order and each once. */
export function daysOfChange(zones) {
  const days = zones.flatMap((zone) => zone.transitions.map((transition) => transition.on));
  return [...new Set(days)].sort();
}

/**
 * What a zone's life consists of, in numbers of days.
 *
 * It goes on until `now` unless it ended; where it did and nobody knows when, what it went over into is open.
 */
function stretchesOf(zone, now) {
  const stretches = [];
  for (const { status, on } of zone.transitions) {
    const last = stretches.at(-1);
    if (last?.status === status) continue; // in force again, or another source's day for the same change
    if (last) last.to = numberOf(on);
    stretches.push({ status, from: numberOf(on), to: now, isOpen: false });
  }
  const last = stretches.at(-1);
  if (last) last.isOpen = last.status !== zone.status;
  return stretches.filter(({ status, from, to }) => status !== "ended" && to > from);
}

/**
 * The lives of zones, with a slider that chooses the day.
 *
 * `choose(day)` is called as the slider moves: with null at its right end, which is now. `setDay` shows a day and how the
 * zones stood then, as a map from slug to status.
 */
export function createLifelines(zones, { hashOf, choose }) {
  const now = numberOf(today());
  const first = numberOf(daysOfChange(zones)[0] ?? today());
  // A little room before the first change, where nothing had been proposed.
  const from = Math.min(first - Math.ceil((now - first) / 40), now - 30);
  const share = (number) => `${(((number - from) / (now - from)) * 100).toFixed(3)}%`;

  const slider = element("input", {
    type: "range",
    min: from,
    max: now,
    value: now,
    "aria-label": "Day on the axis of time",
    input: () => choose(Number(slider.value) >= now ? null : dayOf(Number(slider.value))),
  });
  const axis = svg(
    "svg",
    { class: "axis", "aria-hidden": "true" },
    ticks(from, now, 10).flatMap(({ at, name }) => [
      svg("line", { x1: share(at), x2: share(at), y1: 0, y2: 5 }),
      svg("text", { x: share(at), y: 17 }, name),
    ]),
  );
  const rows = zones.map((zone) => rowOf(zone));
  const whole = element(
    "div",
    { class: "lifelines" },
    element(
      "div",
      { class: "lifeline" },
      element("span", { class: "quiet" }, "Drag, or use the arrow keys"),
      element("div", { class: "track" }, slider, axis),
    ),
    element(
      "ul",
      {},
      rows.map((row) => row.element),
    ),
  );

  function rowOf(zone) {
    const bars = stretchesOf(zone, now).map(({ status, from: start, to, isOpen }) =>
      svg("rect", {
        class: `area status-${status}${isOpen ? " open" : ""}`,
        fill: fillOf(status),
        x: share(start),
        width: `${(((to - start) / (now - from)) * 100).toFixed(3)}%`,
        y: 3,
        height: 12,
      }),
    );
    const standing = element("span");
    const row = element(
      "li",
      { class: "lifeline" },
      element("span", {}, element("a", { href: hashOf(zone) }, zone.name), " ", standing),
      element("div", { class: "track", "aria-hidden": "true" }, svg("svg", { class: "bars" }, bars)),
    );
    return { zone, standing, element: row };
  }

  return {
    element: whole,
    setDay(day, statuses) {
      const number = day === null ? now : numberOf(day);
      slider.value = number;
      slider.setAttribute("aria-valuetext", day === null ? "Now" : words(day));
      // The line through all rows.
      whole.style.setProperty("--day", (Math.min(Math.max(number, from), now) - from) / (now - from));
      for (const { zone, standing, element: row } of rows) {
        const status = statuses.get(zone.slug);
        row.classList.toggle("absent", status === undefined);
        standing.replaceChildren(
          status ? statusBadge(status, statusName(status)) : element("span", { class: "quiet" }, "Not yet proposed"),
        );
      }
    },
  };
}
