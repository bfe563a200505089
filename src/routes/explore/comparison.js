// Two wordings of a statement side by side, with the differences that the API found marked.

import { hashOfQuote } from "./address.js";
import { element, spoken } from "./dom.js";
import { outletName, quoteKindName } from "./names.js";

/** What a stretch is, seen from its own side. The class draws it: by line as well as by colour. */
const CLASSES = { only_a: "only", only_b: "only", other_words: "other", moved: "moved" };

/** The two columns, a legend, and the same differences as a table in words. */
export function comparisonOf(comparison) {
  const { a, b, differences } = comparison;
  const numbered = numberPairs(differences);
  const names = namesOf(a, b);
  return element(
    "div",
    { class: "comparison" },
    element("div", { class: "sides" }, columnOf(a, names.a, "a", numbered), columnOf(b, names.b, "b", numbered)),
    legend(),
    tableOf(numbered, names),
  );
}

/** What stands for something on the other side has its number there, too. */
function numberPairs(differences) {
  let last = 0;
  return differences.map((difference) => ({
    ...difference,
    number: difference.a && difference.b && difference.kind !== "same" ? ++last : null,
  }));
}

/** One outlet may have reported it twice. */
function namesOf(a, b) {
  const [left, right] = [outletName(a.outlet), outletName(b.outlet)];
  return left === right ? { a: `${left} (left)`, b: `${right} (right)` } : { a: left, b: right };
}

function columnOf(report, name, side, differences) {
  // Offsets count characters, and JavaScript's strings count UTF-16 units: an emoji is one of the former and two of the latter.
  const characters = Array.from(report.text);
  const stretches = differences
    .filter((difference) => difference[side])
    .sort((one, other) => one[side].start - other[side].start);
  const parts = [];
  let done = 0;
  for (const {
    kind,
    number,
    [side]: { start, end },
  } of stretches) {
    parts.push(characters.slice(done, start).join(""));
    const words = characters.slice(start, end).join("");
    done = end;
    const marked = CLASSES[kind];
    parts.push(marked ? element("mark", { class: marked }, words, number ? element("sup", {}, number) : null) : words);
  }
  parts.push(characters.slice(done).join(""));
  return element(
    "figure",
    {},
    element("figcaption", {}, element("strong", {}, name), ` ${quoteKindName(report.kind)}`),
    element("blockquote", {}, parts),
    element(
      "p",
      { class: "ways" },
      element(
        "a",
        { href: hashOfQuote(report.article_id, report.quote_id) },
        `In the article${report.outlet ? ` of ${report.outlet.name}` : ""}`,
      ),
    ),
  );
}

function legend() {
  const entry = (kind, words, meaning) => element("li", {}, element("mark", { class: kind }, words), ` ${meaning}`);
  return element(
    "ul",
    { class: "legend", "aria-label": "Marks" },
    entry("only", "only here", "the other left it out"),
    entry("other", ["in other words", element("sup", {}, "1")], "the other puts it otherwise, with the same number"),
    entry("moved", ["moved", element("sup", {}, "2")], "the other has it at another place"),
    element("li", {}, "unmarked: the same words"),
  );
}

function tableOf(differences, names) {
  const rows = differences
    .filter(({ kind }) => kind !== "same")
    .map(({ kind, number, a, b }) => {
      const meaning = {
        only_a: `Only ${names.a}: ${names.b} left it out`,
        only_b: `Only ${names.b}: ${names.a} left it out`,
        other_words: "In other words",
        moved: "At another place",
      };
      const cell = (span) =>
        element(
          "td",
          {},
          span ? element("q", {}, span.text) : [element("span", { "aria-hidden": "true" }, "–"), spoken("nothing")],
        );
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, number ? `${number}. ` : null, meaning[kind] ?? kind.replaceAll("_", " ")),
        cell(a),
        cell(b),
      );
    });
  if (rows.length === 0) return element("p", {}, "Both have the same words.");
  const head = element(
    "tr",
    {},
    ["Difference", names.a, names.b].map((name) => element("th", { scope: "col" }, name)),
  );
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, rows));
  return element(
    "details",
    {},
    element("summary", {}, `The ${rows.length} differences as a table`),
    element("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Differences as a table" }, table),
  );
}
