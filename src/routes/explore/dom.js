// Makes elements. Text only ever becomes text: nothing that the API gives is read as HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An element of HTML; an attribute that is a function listens to the event of its name. */
export function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same of SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** Text for those who hear the page. */
export function spoken(...text) {
  return element("span", { class: "spoken" }, ...text);
}

/** A link to another site, or its address as text where it is none that a browser should follow. */
export function outside(address, ...text) {
  const words = text.length > 0 ? text : [address];
  if (!/^https?:\/\//i.test(address)) return element("span", {}, ...words);
  return element("a", { href: address, rel: "noreferrer" }, ...words);
}

/** Words in which the addresses of other sites are links. */
export function withLinks(text) {
  return text
    .split(/(https?:\/\/[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)/)
    .map((part, i) => (i % 2 === 1 ? outside(part) : part));
}
