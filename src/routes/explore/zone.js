// One zone: what it is, who takes which position on it, and what happened and was said, day by day.

import { hashOf } from "./address.js";
import { read, readAll } from "./api.js";
import { words } from "./days.js";
import { element, withLinks } from "./dom.js";
import { createMap } from "./map.js";
import { partName, statusName, zoneKindName } from "./names.js";
import { positionsSection } from "./positions.js";
import { statusBadge } from "./status.js";
import { timelineSection } from "./timeline.js";
import { FIELDS } from "./zones.js";

/** `#/zones/{slug}` */
export async function showZone({ key, signal }) {
  const path = `v1/zones/${encodeURIComponent(key)}`;
  const [zone, neighbours] = await Promise.all([
    read(path, {}, signal),
    readAll("v1/zones", { fields: FIELDS }, signal).catch(() => ({ rows: [] })), // the map alone would lack them
  ]);
  const [positions, timeline] = await Promise.all([
    positionsSection(zone, path, signal),
    timelineSection(path, signal),
  ]);
  const isDrawn = zone.geometry || zone.border_claims.length > 0;
  const content = [
    element(
      "p",
      { class: "path" },
      element("a", { href: hashOf("zones") }, "Zones"),
      zone.parent ? [" › ", element("a", { href: hashOf("zones", zone.parent.slug) }, zone.parent.name)] : null,
    ),
    element("h1", {}, zone.name),
    element(
      "p",
      {},
      zoneKindName(zone.kind),
      zone.country ? ` in ${countryName(zone.country)}` : null,
      ". Now: ",
      statusBadge(zone.status),
    ),
    element(
      "div",
      { class: isDrawn ? "split text-first" : null },
      element(
        "div",
        {},
        zone.description ? element("p", { class: "lead" }, zone.description) : null,
        facts(zone),
        sources(zone),
      ),
      isDrawn ? element("div", {}, mapOf(zone, neighbours.rows), outline(zone), claims(zone)) : null,
    ),
    isDrawn ? null : outline(zone),
    positions,
    timeline,
    element(
      "p",
      {},
      element(
        "a",
        { href: hashOf("statements", null, { zone: zone.slug }) },
        "What several reports say of it, each in its own words",
      ),
    ),
  ];
  return { title: zone.name, content: content.filter(Boolean) };
}

function countryName(code) {
  try {
    return new Intl.DisplayNames(["en"], { type: "region" }).of(code);
  } catch {
    return code;
  }
}

function facts(zone) {
  const days = [
    ["Proposed", zone.lifecycle.proposed_on],
    ["Agreed", zone.lifecycle.agreed_on],
    ["In force", zone.lifecycle.in_force_on],
    ["Ended", zone.lifecycle.ended_on],
  ].filter(([, day]) => day);
  const parties = grouped(zone.parties);
  const rows = [
    ...days.map(([name, day]) => [name, words(day)]),
    ...[...parties].map(([part, parties]) => [partName(part), parties.map(({ actor }) => actor.name).join(", ")]),
  ];
  if (zone.agreements.length > 0)
    rows.push([
      "Agreements",
      element(
        "ul",
        {},
        zone.agreements.map(({ name }) => element("li", {}, name)),
      ),
    ]);
  return element(
    "dl",
    { class: "facts" },
    rows.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
  );
}

function grouped(parties) {
  const groups = new Map();
  for (const party of parties) groups.set(party.part, [...(groups.get(party.part) ?? []), party]);
  return groups;
}

function sources(zone) {
  if (zone.sources.length === 0) return null;
  const list = element(
    "ul",
    {},
    zone.sources.map((source) => element("li", {}, withLinks(source))),
  );
  return element("details", {}, element("summary", {}, `Sources (${zone.sources.length})`), list);
}

function outline(zone) {
  if (!zone.geometry) return element("p", { class: "quiet" }, "It has no outline.");
  const precision = zone.geometry_precision?.replaceAll("_", " ") ?? "of unknown precision";
  return element(
    "details",
    {},
    element("summary", {}, `Its outline: ${precision}`),
    element("p", {}, zone.geometry_derivation ? withLinks(zone.geometry_derivation) : "How it was drawn is not known."),
  );
}

/** Where others have its borders; the map shows these as broken lines. */
function claims(zone) {
  if (zone.border_claims.length === 0) return null;
  const claim = ({ said_by, geometry_precision, source, note }) =>
    element(
      "li",
      {},
      said_by?.name ?? "Unnamed",
      geometry_precision ? ` (${geometry_precision.replaceAll("_", " ")})` : null,
      note ? `: ${note}` : null,
      source ? [" ", withLinks(source)] : null,
    );
  return element(
    "section",
    { class: "claims" },
    element("h2", {}, "Its borders as others have them"),
    element("p", { class: "quiet" }, "Broken lines on the map."),
    element("ul", {}, zone.border_claims.map(claim)),
  );
}

/** The zone, and around it those that it is a part of, its parts, and the other parts of the same. */
function mapOf(zone, all) {
  const family = all.filter(
    (other) =>
      other.slug !== zone.slug &&
      (other.parent?.slug === zone.slug || (zone.parent && other.parent?.slug === zone.parent.slug)),
  );
  const map = createMap([...family, zone], {
    nameOf: (other, status) => `${other.name}: ${statusName(status)}`,
    hashOf: (other) => hashOf("zones", other.slug),
    current: zone.slug,
    claims: zone.border_claims,
  });
  return map.element;
}
