// Shows the view that the address asks for, and what went wrong where there is none to show.

import { hashOf, parse } from "./address.js";
import { requests } from "./api.js";
import { showArticle, showQuote } from "./article.js";
import { element } from "./dom.js";
import { showShifts } from "./positions.js";
import { problemView } from "./problem.js";
import { showStatement, showStatements } from "./statement.js";
import { showZone } from "./zone.js";
import { showZones } from "./zones.js";

/**
 * The views by their names in the address: of one thing, and of all.
 *
 * Each is given `{ key, parameters, signal }` and promises `{ title, content }`, and may say what is to be focused
 * (`focus`) once it stands there; or `{ redirect }`, another view. It throws what `api.js` throws.
 */
const VIEWS = {
  zones: { one: showZone, all: showZones },
  statements: { one: showStatement, all: showStatements },
  articles: { one: showArticle },
  quotes: { one: showQuote },
  shifts: { all: showShifts },
};

const main = document.querySelector("#main");
const asked = document.querySelector("#requests");

/** How far down a view was when it was left, by its address. */
const left = new Map();
/** Whether the reader followed a link; otherwise they went back or forward. */
let isFollowing = false;
let leaving = new AbortController();

async function show(isFirst = false) {
  const { view = "zones", key, parameters } = parse(location.hash);
  leaving.abort();
  const { signal } = (leaving = new AbortController());
  const before = isFollowing ? undefined : left.get(location.hash);
  isFollowing = false;
  asked.replaceChildren();
  main.setAttribute("aria-busy", "true");
  const shown = await viewOf(view, key, parameters, signal);
  if (signal.aborted) return;
  if (shown.redirect) {
    location.replace(shown.redirect); // the back button must not lead here again
    return;
  }
  document.title = `${shown.title} – Onrecord`;
  main.replaceChildren(...[shown.content].flat());
  main.removeAttribute("aria-busy");
  markCurrent(view);
  const heading = main.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  // Whoever hears the page has to hear that it is another one now; whoever has just opened it does already.
  const target = shown.focus ?? (isFirst ? null : heading);
  target?.focus({ preventScroll: true });
  if (before !== undefined) scrollTo(0, before);
  else if (shown.focus) shown.focus.scrollIntoView({ block: "center" });
  else scrollTo(0, 0);
}

async function viewOf(name, key, parameters, signal) {
  const view = VIEWS[name]?.[key === null ? "all" : "one"];
  if (!view)
    return problemView({ title: "There is no such view", detail: `This page knows nothing called ${location.hash}` });
  try {
    return await view({ key, parameters, signal });
  } catch (error) {
    if (error.name !== "AbortError") return problemView(error, () => show());
    return null;
  }
}

function markCurrent(view) {
  for (const link of document.querySelectorAll("header nav a")) {
    if (link.getAttribute("href") === hashOf(view)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

requests.addEventListener("request", ({ detail }) => {
  const words = decodeURIComponent(detail.pathname + detail.search);
  asked.append(element("li", {}, element("a", { href: detail.href }, element("code", {}, `GET ${words}`))));
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.('a[href^="#/"]')) isFollowing = true;
});
document.querySelector(".skip").addEventListener("click", (event) => {
  // The part behind `#` is the view; it must not be lost.
  event.preventDefault();
  main.focus();
});
addEventListener("scroll", () => main.hasAttribute("aria-busy") || left.set(location.hash, scrollY), { passive: true });
addEventListener("hashchange", () => show());
history.scrollRestoration = "manual"; // the browser would scroll before the view is there
await show(true);
