// What the enumerations of the API are called on the page. They may gain values: one that is not known is shown as it is.

const STATUS = {
  proposed: "Proposed",
  negotiated: "Negotiated",
  agreed: "Agreed",
  in_force: "In force",
  extended: "Extended",
  suspended: "Suspended",
  breached: "Breached",
  ended: "Ended",
};

const ZONE_KIND = {
  de_escalation_zone: "De-escalation zone",
  safe_zone: "Safe zone",
  ceasefire_zone: "Ceasefire zone",
  buffer_zone: "Buffer zone",
  demilitarised_zone: "Demilitarised zone",
};

const QUOTE_KIND = {
  direct: "word for word",
  mixed: "partly word for word",
  indirect: "in the reporter’s words",
};

const STANCE = {
  supports: "Supports",
  supports_with_conditions: "Supports with conditions",
  neutral: "Neutral",
  seeks_clarification: "Seeks clarification",
  opposes: "Opposes",
};

const ORIGIN = {
  echo: "Echo: copied, or both from one wire",
  same_words: "The speaker’s words are the same, the reporter’s are not",
  independent: "Worded independently",
};

const PART = { guarantor: "Guarantor", signatory: "Signatory", monitor: "Monitor", opposed: "Opposed" };

const REVIEW = {
  machine: "read by a machine, looked at by nobody",
  accepted: "accepted by a person",
  corrected: "corrected by a person",
  rejected: "rejected by a person",
};

const DATE_SOURCE = {
  request: "as its sender said",
  metadata: "from the page’s metadata",
  url: "from its address",
  dateline: "from the dateline",
  byline: "from the byline",
  text: "from the story",
};

/** The statuses of a zone in the order of its life. */
export const STATUSES = Object.keys(STATUS);
/** The stances from for to against. */
export const STANCES = Object.keys(STANCE);

const spelled = (value) => value.replaceAll("_", " ");
const named = (names) => (value) => names[value] ?? spelled(value).replace(/^./, (first) => first.toUpperCase());

export const statusName = named(STATUS);
export const zoneKindName = named(ZONE_KIND);
export const stanceName = named(STANCE);
export const originName = named(ORIGIN);
export const partName = named(PART);
export const dateSourceName = (source) => DATE_SOURCE[source] ?? spelled(source);
export const quoteKindName = (kind) => QUOTE_KIND[kind] ?? spelled(kind);
export const reviewName = (review) => REVIEW[review] ?? spelled(review);

/** The name of an outlet, also where it is not known. */
export const outletName = (outlet) => outlet?.name ?? "Unknown outlet";

/** The words of a quote: in quotation marks where the outlet vouches for all of them. */
export const quoted = ({ kind, text }) => (kind === "direct" ? `“${text}”` : text);

/** A text cut after a word, for where there is little room. */
export function shortened(text, most) {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  return `${characters
    .slice(0, most)
    .join("")
    .replace(/[\s,;:.]*\S*$/, "")} …`;
}
