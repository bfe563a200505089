// What happened to a zone and what was said of it, the earliest first.

import { hashOf, hashOfQuote } from "./address.js";
import { read } from "./api.js";
import { words } from "./days.js";
import { element, outside } from "./dom.js";
import { partName, quoted, quoteKindName, statusName } from "./names.js";
import { positionText } from "./positions.js";
import { problemPart } from "./problem.js";
import { statusMark } from "./status.js";

const PAGE = 100;
const KINDS = {
  transition: "Changes of status",
  agreement: "Agreements",
  quote: "Notable quotes",
  position: "Positions",
};

/** The section of a zone's page; `path` is the zone's in the API. */
export async function timelineSection(path, signal) {
  const section = element("section", { "aria-labelledby": "timeline" }, element("h2", { id: "timeline" }, "Timeline"));
  const list = element("ol", { class: "timeline" });
  const choice = element("fieldset", { class: "row", hidden: true }, element("legend", {}, "Show"));
  const more = element(
    "button",
    { type: "button", hidden: true, click: () => load().catch((error) => more.after(problemPart(error))) },
    "Later entries",
  );
  const shown = new Set();
  let cursor;
  let years = new Set();

  async function load() {
    const page = await read(`${path}/timeline`, { limit: PAGE, cursor }, signal);
    cursor = page.next_cursor;
    more.hidden = !cursor;
    for (const entry of page.data) {
      offer(entry.type);
      const year = entry.on.slice(0, 4);
      if (!years.has(year)) list.append(element("li", { class: "year" }, element("h3", {}, year)));
      years.add(year);
      list.append(itemOf(entry));
    }
    return page.data;
  }

  /** A box to leave out the entries of a kind, once there is one of that kind. */
  function offer(kind) {
    if (shown.has(kind)) return;
    shown.add(kind);
    const box = element("input", {
      type: "checkbox",
      checked: true,
      change: () => list.classList.toggle(`without-${kind}`, !box.checked),
    });
    choice.append(element("label", {}, box, ` ${KINDS[kind] ?? kind.replaceAll("_", " ")}`));
    choice.hidden = shown.size < 2;
  }

  try {
    const entries = await load();
    if (entries.length === 0) section.append(element("p", {}, "Nothing is known of it yet."));
    else section.append(choice, list, more);
    if (!entries.some(({ type }) => type === "quote" || type === "position") && !cursor)
      section.append(element("p", {}, "No notable quote on it has been read yet."));
  } catch (error) {
    section.append(problemPart(error));
  }
  return section;
}

/** An entry; one of a kind that this page does not know yet has at least its day. */
function itemOf(entry) {
  const told = ENTRIES[entry.type]?.(entry) ?? { text: entry.type.replaceAll("_", " ") };
  return element(
    "li",
    { class: `entry ${entry.type}` },
    element("time", { datetime: entry.on }, words(entry.on, entry.precision)),
    element("div", {}, told.text, told.note ? element("p", { class: "quiet" }, told.note) : null),
  );
}

const ENTRIES = {
  transition({ transition: { status, agreement, quote, said_by: sayer, source, note, contested } }) {
    const evidence = [
      agreement ? `by the ${agreement.name}` : null,
      sayer ? `says ${sayer.name}` : null,
      quote ? element("a", { href: hashOf("quotes", quote) }, "by a quote") : null,
    ].filter(Boolean);
    return {
      text: element(
        "p",
        {},
        statusMark(status),
        " ",
        element("strong", {}, statusName(status)),
        evidence.map((words) => [", ", words]),
        source ? [" (", outside(source, "source"), ")"] : null,
        contested
          ? [" ", element("span", { class: "badge warning" }, "Contested: another source gives another day")]
          : null,
      ),
      note,
    };
  },
  agreement({ event, agreement: { name, place, url, parties } }) {
    const what = { signed: "Signed", in_force: "In force" }[event] ?? event.replaceAll("_", " ");
    return {
      text: element(
        "p",
        {},
        element("strong", {}, what),
        ": ",
        url ? outside(url, name) : name,
        place ? `, ${place}` : null,
      ),
      note: parties.map(({ actor, part }) => `${actor.name} (${partName(part).toLowerCase()})`).join(", "),
    };
  },
  quote: ({ quote }) => ({ text: quoteText(quote) }),
  position: ({ position }) => ({ text: positionText(position) }),
};

/** A quote as the timeline shows it, with the ways to its words and to other reports of them. */
function quoteText(quote) {
  const { speaker, article_id: article, statement_id: statement } = quote;
  return [
    element(
      "p",
      {},
      element("strong", {}, speaker?.actor?.name ?? speaker?.mention?.text ?? "Somebody"),
      speaker?.role ? `, ${speaker.role}` : null,
      ` (${quoteKindName(quote.kind)})`,
    ),
    element("blockquote", {}, quoted(quote)),
    element(
      "p",
      { class: "ways" },
      element("a", { href: hashOfQuote(article, quote.id) }, "In its article"),
      statement ? element("a", { href: hashOf("statements", statement) }, "All reports of it") : null,
    ),
  ];
}
