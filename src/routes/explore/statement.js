// Statements: one utterance each, as several outlets report it.

import { hashOf, hashOfQuote, note } from "./address.js";
import { read } from "./api.js";
import { comparisonOf } from "./comparison.js";
import { words } from "./days.js";
import { element, spoken } from "./dom.js";
import { howToBegin } from "./empty.js";
import { originName, outletName, quoted, quoteKindName, shortened } from "./names.js";
import { problemPart } from "./problem.js";

const FILTERS = ["speaker", "zone", "outlet", "from", "to"];
const REASONS = {
  first: "The first report",
  likeness: "Its words are like those of another",
  together: "A person joined it",
  pinned: "A person pinned it here",
};

/** `#/statements`, `#/statements?zone=idlib-de-escalation-zone&reports_min=1` */
export async function showStatements({ parameters, signal }) {
  const filter = Object.fromEntries(FILTERS.map((name) => [name, parameters.get(name)]));
  const least = parameters.get("reports_min") ?? "2";
  const list = element("ul", { class: "cards" });
  const more = element(
    "button",
    { type: "button", hidden: true, click: () => load().catch((error) => more.after(problemPart(error))) },
    "Earlier statements",
  );
  let cursor;

  async function load() {
    const page = await read("v1/statements", { ...filter, reports_min: least, limit: 30, cursor }, signal);
    cursor = page.next_cursor;
    more.hidden = !cursor;
    list.append(...page.data.map(cardOf));
    return page.data.length;
  }

  const count = await load();
  const active = Object.entries(filter).filter(([, value]) => value);
  const others = least === "1" ? "2" : "1";
  const content = [
    element("h1", {}, "Statements"),
    element(
      "p",
      { class: "lead" },
      "One utterance each, in the words of those who reported it. Open one to lay two wordings side by side.",
    ),
    element(
      "p",
      { class: "row" },
      active.map(([name, value]) =>
        element(
          "a",
          {
            class: "filter",
            href: hashOf("statements", null, { ...filter, [name]: null, reports_min: parameters.get("reports_min") }),
          },
          `${name}: ${value}`,
          element("span", { "aria-hidden": "true" }, " ✕"),
          spoken(", take this filter away"),
        ),
      ),
      element(
        "a",
        { href: hashOf("statements", null, { ...filter, reports_min: others }) },
        others === "1" ? "Also those with a single report" : "Only those with several reports",
      ),
    ),
    count > 0
      ? [list, more]
      : howToBegin(
          least === "1"
            ? "There is no such statement."
            : "No statement has been found in two reports yet: it takes two articles that report the same.",
        ),
  ];
  return { title: "Statements", content: content.flat() };
}

function cardOf(statement) {
  const { id, speaker, text, reported_on: day, report_count: count, outlets, zones } = statement;
  return element(
    "li",
    { class: "card" },
    element("h2", {}, element("a", { href: hashOf("statements", id) }, shortened(text, 160))),
    element(
      "p",
      {},
      element("a", { href: hashOf("statements", null, { speaker: speaker.slug }) }, speaker.name),
      `, ${words(day)}`,
    ),
    element(
      "p",
      { class: "quiet" },
      `${count} ${count === 1 ? "report" : "reports"}: ${outlets.map(outletName).join(", ") || "unknown outlet"}`,
      zones.length > 0 ? [". On ", zoneLinks(zones)] : null,
    ),
  );
}

function zoneLinks(zones) {
  return zones.map((zone, i) => [i > 0 ? ", " : null, element("a", { href: hashOf("zones", zone.slug) }, zone.name)]);
}

/** `#/statements/{id}`, `#/statements/{id}?a={quote}&b={quote}` */
export async function showStatement({ key, parameters, signal }) {
  const path = `v1/statements/${encodeURIComponent(key)}`;
  const statement = await read(path, {}, signal);
  const { speaker, text, reported_on: day, reports, zones, closed } = statement;
  let [a, b] = pairOf(reports, parameters.get("a"), parameters.get("b"));
  const place = element("div");

  async function compare() {
    try {
      place.replaceChildren(comparisonOf(await read(`${path}/compare`, { a, b }, signal), reports));
    } catch (error) {
      if (error.name !== "AbortError") place.replaceChildren(problemPart(error));
    }
  }

  const choice = (name, chosen, choose) =>
    element(
      "label",
      {},
      element("span", {}, name),
      element(
        "select",
        { change: (event) => choose(event.target.value) },
        reports.map((report) =>
          element("option", { value: report.quote_id, selected: report.quote_id === chosen }, titleOf(report)),
        ),
      ),
    );
  const chose = () => {
    note(hashOf("statements", key, { a, b }));
    return compare();
  };
  const section = element(
    "section",
    { "aria-labelledby": "side-by-side" },
    element("h2", { id: "side-by-side" }, "Two wordings side by side"),
  );
  if (b) {
    await compare();
    const choices = element(
      "div",
      { class: "row choices" },
      choice("Left", a, (id) => ((a = id), chose())),
      choice("Right", b, (id) => ((b = id), chose())),
    );
    section.append(reports.length > 2 ? choices : "", place);
  } else {
    section.append(element("p", {}, "Only one report has been found so far."));
  }
  const content = [
    element("p", { class: "path" }, element("a", { href: hashOf("statements") }, "Statements")),
    element("h1", {}, shortened(text, 120)),
    element(
      "p",
      {},
      element("a", { href: hashOf("statements", null, { speaker: speaker.slug }) }, speaker.name),
      `, first reported ${words(day)}`,
      zones.length > 0 ? [". On ", zoneLinks(zones)] : null,
      closed ? ". A person closed it: nothing is added by itself any more" : null,
      ".",
    ),
    section,
    reportsSection(reports),
  ];
  return { title: shortened(text, 60), content };
}

/** Which two are compared: those asked for, or else the most literal one and the first of another outlet. */
function pairOf(reports, a, b) {
  const known = (id) => reports.find((report) => report.quote_id === id);
  const left = known(a) ?? reports.find((report) => report.most_verbatim && report !== known(b)) ?? reports[0];
  const others = reports.filter((report) => report !== left);
  const right =
    others.find((report) => report === known(b)) ??
    others.find((report) => report.outlet?.id !== left.outlet?.id) ??
    others[0];
  return [left.quote_id, right?.quote_id];
}

const titleOf = (report) =>
  `${outletName(report.outlet)}, ${quoteKindName(report.kind)}: ${shortened(report.text, 50)}`;

function reportsSection(reports) {
  const items = reports.map((report) => {
    const { outlet, published_on: day, kind, most_verbatim: isMost, reason, score, provenance } = report;
    const like = reports.find(({ quote_id: id }) => id === provenance?.of);
    return element(
      "li",
      { class: "card" },
      element("h3", {}, outletName(outlet), day ? `, ${words(day)}` : null),
      element("blockquote", {}, quoted(report)),
      element(
        "p",
        { class: "quiet" },
        [
          isMost ? `${quoteKindName(kind)}, the most literal of them` : quoteKindName(kind),
          REASONS[reason] ?? reason,
          score === null ? null : `${Math.round(score * 100)} % sure that it is the same utterance`,
          provenance ? `${originName(provenance.origin)}${like ? ` (beside ${outletName(like.outlet)})` : ""}` : null,
        ]
          .filter(Boolean)
          .join(". ")
          .replace(/^./, (first) => first.toUpperCase()),
        ".",
      ),
      element(
        "p",
        { class: "ways" },
        element("a", { href: hashOfQuote(report.article_id, report.quote_id) }, "In its article"),
      ),
    );
  });
  return element(
    "section",
    { "aria-labelledby": "reports" },
    element("h2", { id: "reports" }, "All reports, in order of appearance"),
    element("ol", { class: "cards" }, items),
  );
}
