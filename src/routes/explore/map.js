// Zones on a map, drawn from the GeoJSON that the API gives. No tiles: there is a graticule, a scale and the zones.

import { element, svg } from "./dom.js";
import { around, boundsOf, partsOf, pathOf } from "./geometry.js";
import { graticuleOf, scaleOf } from "./graticule.js";
import { mapLabels } from "./labels.js";
import { takePointers } from "./pointers.js";
import { fillOf, patterns } from "./status.js";
import { MapView } from "./view.js";

/** Finding room for a name takes a look at all the others. */
const MOST_LABELS = 100;

/**
 * A map of the zones that have a geometry.
 *
 * `nameOf(zone, status)` is what a zone is called to those who hear the page, `hashOf(zone)` where it leads. The zone with
 * the slug `current` stands out. `claims` are borders as others have them (`border_claims`), drawn as broken lines. `setStatuses` takes a map from slug to status and draws the zones so; those that it lacks
 * are not drawn.
 */
export function createMap(zones, { nameOf, hashOf, current = null, claims = [] }) {
  const areas = areasOf(zones, hashOf);
  const claimed = claims.map(({ geometry }) => ({ ...shapeOf(geometry), path: svg("path", { class: "claim" }) }));
  const shapes = [...areas, ...claimed];
  const view = new MapView(shapes.length > 0 ? around(shapes.map(({ bounds }) => bounds)) : undefined);
  let statuses = new Map(zones.map((zone) => [zone.slug, zone.status]));

  const graticule = svg("g", { class: "graticule", "aria-hidden": "true" });
  const links = svg(
    "g",
    {},
    areas.map((area) => area.link),
  );
  // They stand in words beside the map, too.
  const broken = svg(
    "g",
    { "aria-hidden": "true" },
    claimed.map(({ path }) => path),
  );
  const labels = mapLabels();
  const scale = svg("g", { class: "scale", "aria-hidden": "true" });
  const layers = [patterns(), graticule, links, broken, labels.element, scale];
  const picture = svg("svg", { class: "picture", role: "group", "aria-label": "Zones" }, layers);

  function draw() {
    if (view.width === 0) return;
    graticule.replaceChildren(...graticuleOf(view));
    scale.replaceChildren(...scaleOf(view));
    const parents = new Set(areas.map(({ zone }) => zone.parent?.slug));
    for (const area of areas) {
      const { zone, link, title, path } = area;
      const status = statuses.get(zone.slug);
      link.toggleAttribute("hidden", status === undefined);
      if (status === undefined) continue;
      // A zone that is drawn in parts is but a line around them.
      const classes = [parents.has(zone.slug) && "parts", zone.slug === current && "current"].filter(Boolean);
      link.setAttribute("class", ["zone", `status-${status}`, ...classes].join(" "));
      title.textContent = nameOf(zone, status);
      if (fillOf(status)) path.setAttribute("fill", fillOf(status));
      else path.removeAttribute("fill");
      path.setAttribute("d", pathOf(area, view.toScreen));
    }
    for (const claim of claimed) claim.path.setAttribute("d", pathOf(claim, view.toScreen));
    const named = areas.filter(({ zone, bounds }) => {
      const [left, top, right, bottom] = view.boxOf(bounds);
      const isSeen = right > 0 && bottom > 0 && left < view.width && top < view.height;
      return isSeen && statuses.has(zone.slug) && !parents.has(zone.slug);
    });
    // Of many only the largest; of these the small ones first, for large ones have more room for their names.
    named.splice(MOST_LABELS);
    named.reverse();
    labels.draw(
      named.map(({ zone, bounds }) => ({ text: zone.name, box: view.boxOf(bounds) })),
      view,
    );
  }

  const changing =
    (change) =>
    (...by) => {
      change(...by);
      draw();
    };
  const move = changing((x, y) => view.move(x, y));
  const zoom = changing((factor, x, y) => view.zoom(factor, x, y));
  const fit = changing(() => view.fit());

  for (const { link, bounds } of areas) {
    // The keyboard also gets to what lies outside.
    link.addEventListener("focus", () => {
      const [left, top, right, bottom] = view.boxOf(bounds);
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      if (x < 0 || y < 0 || x > view.width || y > view.height) move(view.width / 2 - x, view.height / 2 - y);
    });
  }
  const told = "Map. Arrow keys move it, plus and minus zoom, 0 shows all.";
  const frame = element(
    "div",
    { class: "map", tabindex: 0, role: "group", "aria-label": told },
    picture,
    buttonsOf({ move, zoom, fit }),
  );
  takeKeys(frame, { move, zoom, fit });
  takePointers(picture, frame, { move, zoom });
  new ResizeObserver(changing(([{ contentRect }]) => view.resize(contentRect.width, contentRect.height))).observe(
    picture,
  );

  return {
    element: frame,
    setStatuses: changing((now) => (statuses = now)),
  };
}

/** What is drawn of each zone, large ones first: small ones stay reachable above them. */
function areasOf(zones, hashOf) {
  const areas = zones
    .filter((zone) => zone.geometry)
    .map((zone) => {
      const [title, path] = [svg("title"), svg("path", { class: "area" })];
      const link = svg("a", { href: hashOf(zone) }, title, path);
      return { zone, ...shapeOf(zone.geometry), title, path, link };
    });
  const size = ({ bounds: [west, south, east, north] }) => (east - west) * (north - south);
  return areas.sort((one, other) => size(other) - size(one));
}

/** Lines and points of a geometry, and what bounds them. */
function shapeOf(geometry) {
  const parts = partsOf(geometry);
  return { ...parts, bounds: boundsOf([...parts.lines.flat(), ...parts.points]) };
}

/** For whoever cannot drag. */
function buttonsOf({ move, zoom, fit }) {
  const button = (name, sign, click) =>
    element("button", { type: "button", "aria-label": name, title: name, click }, sign);
  return element(
    "div",
    { class: "buttons" },
    button("Zoom in", "+", () => zoom(1.5)),
    button("Zoom out", "−", () => zoom(1 / 1.5)),
    button("Move west", "←", () => move(80, 0)),
    button("Move north", "↑", () => move(0, 80)),
    button("Move south", "↓", () => move(0, -80)),
    button("Move east", "→", () => move(-80, 0)),
    button("Show all zones", "⤢", () => fit()),
  );
}

function takeKeys(frame, { move, zoom, fit }) {
  const keys = {
    ArrowLeft: () => move(60, 0),
    ArrowRight: () => move(-60, 0),
    ArrowUp: () => move(0, 60),
    ArrowDown: () => move(0, -60),
    "+": () => zoom(1.5),
    "=": () => zoom(1.5), // the same key without shift
    "-": () => zoom(1 / 1.5),
    0: () => fit(),
  };
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
}
