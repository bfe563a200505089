// An article as it was received, with its quotes at the very characters that they were read from.

import { hashOf, hashOfQuote } from "./address.js";
import { read } from "./api.js";
import { words } from "./days.js";
import { element, outside, spoken } from "./dom.js";
import { dateSourceName, outletName, quoted, quoteKindName, reviewName, shortened } from "./names.js";

/** What the regions of a text are on the page; any other is a paragraph. */
const ELEMENTS = { title: "p", heading: "h3" };
/** What belongs to the story; the rest is there because the text is shown as received. */
const STORY = new Set(["title", "subtitle", "dateline", "byline", "body", "heading"]);

/** `#/articles/{id}`, `#/articles/{id}?quote={id}` */
export async function showArticle({ key, parameters, signal }) {
  const path = `v1/articles/${encodeURIComponent(key)}`;
  const [article, { data: quotes }] = await Promise.all([read(path, {}, signal), read(`${path}/quotes`, {}, signal)]);
  const selected = quotes.find((quote) => quote.id === parameters.get("quote"));
  const title = article.title ?? shortened(article.text.trim(), 80);
  const text = element(
    "div",
    { class: "text", lang: article.language ?? "en" },
    regionsOf(article).map((region) => regionPart(region, article, quotes, selected)),
  );
  const content = [
    element("p", { class: "path" }, "Article"),
    element("h1", {}, title),
    element("p", {}, facts(article)),
    parameters.has("quote") && !selected
      ? element("p", { class: "problem" }, "The quote that was asked for is not in this article any more.")
      : null,
    element(
      "div",
      { class: "reading" },
      element("section", { "aria-labelledby": "text" }, element("h2", { id: "text" }, "Text, as received"), text),
      element(
        "aside",
        { "aria-label": "Quotes" },
        selected ? quotePart(selected) : null,
        quotesPart(article, quotes, selected),
      ),
    ),
  ];
  return { title: shortened(title, 60), content: content.filter(Boolean), focus: text.querySelector("mark[tabindex]") };
}

function facts({ outlet, published_on: day, published_on_precision: precision, published_on_source: source, url }) {
  return [
    element("strong", {}, outletName(outlet)),
    day
      ? [
          ", ",
          element("time", { datetime: day }, words(day, precision ?? "day")),
          source ? ` (${dateSourceName(source)})` : null,
        ]
      : ", day not known",
    url ? [". ", outside(url, "Where it was published")] : null,
  ];
}

/** The regions of the text; what lies between them, and is more than space, is one, too. */
function regionsOf({ text, regions }) {
  const characters = Array.from(text);
  const all = [];
  let done = 0;
  const between = (end) => {
    if (characters.slice(done, end).join("").trim() !== "") all.push({ kind: "between", start: done, end });
  };
  for (const region of regions) {
    between(region.start);
    all.push(region);
    done = Math.max(done, region.end);
  }
  between(characters.length);
  return all.map((region) => ({ ...region, characters }));
}

/**
 * A region, cut wherever a quote, or what the selected quote names, begins or ends.
 *
 * Offsets count characters (Unicode scalar values). `Array.from` cuts a string into these; `slice` of a string would count
 * UTF-16 units, and be wrong behind the first emoji.
 */
function regionPart({ kind, start, end, characters }, article, quotes, selected) {
  const spans = quotes.flatMap((quote) => quote.segments.map((segment) => ({ ...segment, quote })));
  const naming = [selected?.cue, selected?.speaker?.mention].filter(Boolean);
  const cuts = [...spans, ...naming]
    .flatMap((span) => [span.start, span.end])
    .filter((cut) => cut > start && cut < end);
  const edges = [...new Set([start, ...cuts, end])].sort((one, other) => one - other);
  const pieces = edges.slice(0, -1).map((from, i) => {
    const words = characters.slice(from, edges[i + 1]).join("");
    const covers = (span) => span.start <= from && span.end >= edges[i + 1];
    const covering = spans.filter(covers);
    // A quote within a quote is the one that is meant there.
    const inner = covering.sort((one, other) => one.end - one.start - (other.end - other.start))[0]?.quote;
    if (selected && covering.some(({ quote }) => quote === selected)) {
      const isStart = from === selected.segments[0].start;
      return element("mark", { class: "selected", tabindex: isStart ? -1 : null }, words);
    }
    if (inner) return element("a", { class: "quoted", href: hashOfQuote(article.id, inner.id) }, words);
    return naming.some(covers) ? element("span", { class: "naming" }, words) : words;
  });
  return element(ELEMENTS[kind] ?? "p", { class: STORY.has(kind) ? kind : "beside" }, pieces);
}

/** The quote that was asked for: what was read, and why. */
function quotePart(quote) {
  const {
    speaker,
    said_on: day,
    said_on_precision: precision,
    occasion,
    confidence,
    why,
    review,
    zones,
    statement_id: statement,
  } = quote;
  const rows = [
    [
      "Speaker",
      speaker?.actor
        ? `${speaker.actor.name}${speaker.role ? `, ${speaker.role}` : ""}`
        : speaker?.mention
          ? `“${speaker.mention.text}”: not known who that is`
          : "Not told",
    ],
    ["Reported", quoteKindName(quote.kind)],
    day ? ["Said", words(day, precision ?? "day")] : null,
    occasion ? ["Occasion", occasion.text] : null,
    zones.length > 0
      ? [
          "Zones",
          zones.map((zone, i) => [i > 0 ? ", " : null, element("a", { href: hashOf("zones", zone.slug) }, zone.name)]),
        ]
      : null,
    ["Sure", `${Math.round(confidence * 100)} %, ${reviewName(review)}`],
    why.length > 0 ? ["Because", element("code", {}, why.join(", "))] : null,
  ].filter(Boolean);
  return element(
    "section",
    { class: "card", "aria-labelledby": "selected-quote" },
    element("h2", { id: "selected-quote" }, "The quote"),
    element("blockquote", {}, quoted(quote)),
    element(
      "dl",
      {},
      rows.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
    ),
    statement
      ? element("p", {}, element("a", { href: hashOf("statements", statement) }, "All reports of it, side by side"))
      : null,
  );
}

function quotesPart(article, quotes, selected) {
  if (quotes.length === 0) {
    const because =
      article.extraction === "unsupported_language"
        ? "The extractor does not know its language."
        : "No quotes were read from it.";
    return element("p", {}, because);
  }
  const items = quotes.map((quote) =>
    element(
      "li",
      {},
      element(
        "a",
        { href: hashOfQuote(article.id, quote.id), "aria-current": quote === selected ? "true" : null },
        element("strong", {}, quote.speaker?.actor?.name ?? quote.speaker?.mention?.text ?? "Somebody"),
        spoken(": "),
        element("span", {}, shortened(quote.text, 90)),
      ),
    ),
  );
  return element(
    "section",
    { "aria-labelledby": "quotes" },
    element("h2", { id: "quotes" }, `All ${quotes.length} quotes`),
    element("ol", { class: "quotes" }, items),
  );
}

/** `#/quotes/{id}`: whoever knows a quote alone is led to its article. */
export async function showQuote({ key, signal }) {
  const quote = await read(`v1/quotes/${encodeURIComponent(key)}`, { fields: "article_id" }, signal);
  return { redirect: hashOfQuote(quote.article_id, key) };
}
