// All zones: where they lie, how they stood on a day, and what became of them.

import { hashOf, note } from "./address.js";
import { read, readAll } from "./api.js";
import { today, words } from "./days.js";
import { element } from "./dom.js";
import { createLifelines, daysOfChange } from "./lifelines.js";
import { createMap } from "./map.js";
import { STATUSES, statusName } from "./names.js";
import { problemPart } from "./problem.js";
import { statusBadge } from "./status.js";

/** What the list and the map need of a zone; its names and sources would be most of the answer. */
export const FIELDS = "slug,name,status,parent,transitions,geometry";

const PAUSE = 120; // milliseconds without another day before the API is asked

/** `#/zones`, `#/zones?valid_at=2017-05-07` */
export async function showZones({ parameters, signal }) {
  const { rows: zones, isWhole } = await readAll("v1/zones", { fields: FIELDS }, signal);
  if (zones.length === 0) return { title: "Zones", content: emptyService() };
  const hashOfZone = (zone) => hashOf("zones", zone.slug);
  const map = createMap(zones, { nameOf: (zone, status) => `${zone.name}: ${statusName(status)}`, hashOf: hashOfZone });
  const lifelines = createLifelines(zones, { hashOf: hashOfZone, choose: (day) => choose(day) });
  const summary = element("p", { role: "status", class: "summary" });
  const trouble = element("div");
  const legend = element("ul", { class: "legend", "aria-label": "Statuses on the map" });
  const field = element("input", { id: "day", type: "date", max: today(), change: () => choose(field.value || null) });
  const changes = daysOfChange(zones);
  const button = (name, click) => element("button", { type: "button", click }, name);
  const earlier = button("Earlier change", () =>
    choose(changes.findLast((change) => change < (day ?? today())) ?? day),
  );
  const later = button("Later change", () => choose(changes.find((change) => change > (day ?? today())) ?? null));
  const now = button("Now", () => choose(null));

  let day = null;
  let waiting = null;

  /** Shows another day, once the reader stays at it. */
  function choose(wanted) {
    day = wanted !== null && wanted >= today() ? null : wanted;
    note(hashOf("zones", null, { valid_at: day }));
    field.value = day ?? today();
    clearTimeout(waiting);
    waiting = setTimeout(() => showDay(day).catch(fail), PAUSE);
  }

  async function showDay(wanted) {
    // The list holds how zones stand now; of another day no more than the statuses are missing.
    const rows =
      wanted === null ? zones : (await readAll("v1/zones", { valid_at: wanted, fields: "slug,status" }, signal)).rows;
    if (wanted !== day) return; // the reader went on meanwhile
    const statuses = new Map(rows.map(({ slug, status }) => [slug, status]));
    trouble.replaceChildren();
    map.setStatuses(statuses);
    lifelines.setDay(wanted, statuses);
    const present = STATUSES.filter((status) => rows.some((row) => row.status === status));
    const counted = present.map(
      (status) => `${rows.filter((row) => row.status === status).length} ${statusName(status).toLowerCase()}`,
    );
    const when = wanted === null ? "Now" : `On ${words(wanted)}`;
    summary.textContent = counted.length > 0 ? `${when}: ${counted.join(", ")}.` : `${when} nothing had been proposed.`;
    legend.replaceChildren(...present.map((status) => element("li", {}, statusBadge(status))));
  }

  const fail = (error) => {
    if (error.name !== "AbortError") trouble.replaceChildren(problemPart(error));
  };

  day = parameters.get("valid_at");
  field.value = day ?? today();
  await showDay(day);
  const without = zones.filter((zone) => !zone.geometry);
  const content = [
    element("h1", {}, "Zones"),
    element(
      "p",
      { class: "lead" },
      "Areas with a negotiated status. Choose a day, and the map shows how they stood; choose a zone, and it tells what was said about it.",
    ),
    element("div", { class: "row" }, element("label", { for: "day" }, "Day"), field, earlier, later, now),
    trouble,
    summary,
    element(
      "div",
      { class: "split" },
      element(
        "section",
        { "aria-labelledby": "on-the-map" },
        element("h2", { id: "on-the-map" }, "On the map"),
        map.element,
        legend,
        without.length > 0
          ? element("p", { class: "quiet" }, "Without an outline: ", listed(without, hashOfZone), ".")
          : null,
      ),
      element(
        "section",
        { "aria-labelledby": "over-time" },
        element("h2", { id: "over-time" }, "Over time"),
        lifelines.element,
        isWhole ? null : element("p", {}, `These are the first ${zones.length} zones; the service has more.`),
      ),
    ),
  ];
  return { title: "Zones", content };
}

function listed(zones, hashOfZone) {
  return zones.flatMap((zone, i) => [i > 0 ? ", " : null, element("a", { href: hashOfZone(zone) }, zone.name)]);
}

function emptyService() {
  return [
    element("h1", {}, "Zones"),
    element(
      "p",
      {},
      "There are no zones yet. ",
      element("a", { href: "docs/#/zones/create_zone" }, "POST /v1/zones"),
      " adds one.",
    ),
  ];
}
