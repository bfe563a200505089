// Positions: who is for a zone or against it, when, on which terms, and by which words.

import { hashOf, hashOfQuote } from "./address.js";
import { Problem, readAll } from "./api.js";
import { chartOf } from "./chart.js";
import { numberOf, words } from "./days.js";
import { element } from "./dom.js";
import { howToBegin } from "./empty.js";
import { quoted, reviewName } from "./names.js";
import { problemPart } from "./problem.js";
import { stanceBadge } from "./stance.js";

/** Those that no person has rejected. */
const STANDING = ["machine", "accepted", "corrected"];

/** The section of a zone's page; `path` is the zone's in the API. */
export async function positionsSection(zone, path, signal) {
  const section = element(
    "section",
    { "aria-labelledby": "positions" },
    element("h2", { id: "positions" }, "Positions"),
  );
  try {
    const [{ rows, isWhole }, shifts] = await Promise.all([
      readAll(`${path}/positions`, { review: STANDING }, signal, 400),
      readAll("v1/positions", { zone: zone.slug, review: STANDING, changed: true }, signal, 50),
    ]);
    if (rows.length === 0) {
      section.append(howToBegin("Nobody has been read to take a side on it yet."));
      return section;
    }
    const positions = rows.sort((one, other) => numberOf(one.listed_on) - numberOf(other.listed_on));
    section.append(
      chartOf(positions),
      isWhole ? "" : element("p", { class: "quiet" }, "The newest 400."),
      listOf(positions),
    );
    if (shifts.rows.length > 0)
      section.append(element("h3", {}, "Where somebody’s position shifted"), shiftList(shifts.rows, "h4"));
  } catch (error) {
    // A service may be older than this: the rest of the page does without.
    if (error instanceof Problem && error.code === "route_not_found") return null;
    section.append(problemPart(error));
  }
  return section;
}

/** `#/shifts`, `#/shifts?actor=sergey-lavrov`: the same actor, the same zone, another stance. */
export async function showShifts({ parameters, signal }) {
  const filter = { actor: parameters.get("actor"), zone: parameters.get("zone") };
  const { rows } = await readAll("v1/positions", { ...filter, review: STANDING, changed: true }, signal, 100);
  const content = [
    element("h1", {}, "Shifts"),
    element(
      "p",
      { class: "lead" },
      "Where somebody took another stance on a zone than before, within a year: the words of both days.",
    ),
    rows.length > 0 ? shiftList(rows, "h2", true) : howToBegin("No shift has been found."),
  ];
  return { title: "Shifts", content };
}

const dayOf = ({ on, precision, listed_on: listed }) => (on ? words(on, precision) : `received ${words(listed)}`);

/** For those who cannot see the chart, and those who want the words. */
function listOf(positions) {
  const items = positions.map((position) =>
    element(
      "li",
      { class: "entry" },
      element("time", { datetime: position.listed_on }, dayOf(position)),
      element("div", {}, positionText(position)),
    ),
  );
  return element(
    "details",
    {},
    element("summary", {}, `All ${positions.length} with their words`),
    element("ol", { class: "timeline" }, items),
  );
}

function conditionsOf({ conditions }) {
  if (conditions.length === 0) return null;
  return element(
    "p",
    {},
    "On condition: ",
    conditions.map(({ text }, i) => [i > 0 ? "; " : null, element("q", {}, text)]),
  );
}

function ways({ quote, confidence, review }) {
  return element(
    "p",
    { class: "ways" },
    element("a", { href: hashOfQuote(quote.article_id, quote.id) }, "In its article"),
    quote.statement_id ? element("a", { href: hashOf("statements", quote.statement_id) }, "All reports of it") : null,
    element("span", { class: "quiet" }, `${Math.round(confidence * 100)} % sure, ${reviewName(review)}`),
  );
}

function shiftList(shifts, heading, namesZone = false) {
  const side = (position) =>
    element(
      "div",
      {},
      element("p", {}, dayOf(position), ": ", stanceBadge(position.stance)),
      element("blockquote", {}, quoted(position.quote)),
      conditionsOf(position),
      ways(position),
    );
  return element(
    "ul",
    { class: "cards" },
    shifts.map((position) =>
      element(
        "li",
        { class: "card" },
        element(
          heading,
          {},
          position.actor.name,
          namesZone ? [" on ", element("a", { href: hashOf("zones", position.zone.slug) }, position.zone.name)] : null,
        ),
        element("div", { class: "sides" }, side(position.changed_from), side(position)),
      ),
    ),
  );
}

/** A position as the timeline shows it. */
export function positionText(position) {
  const { actor, stance, quote } = position;
  return [
    element(
      "p",
      {},
      element("strong", {}, actor.name),
      quote.speaker?.role ? `, ${quote.speaker.role}: ` : ": ",
      stanceBadge(stance),
    ),
    element("blockquote", {}, quoted(quote)),
    conditionsOf(position),
    ways(position),
  ];
}
