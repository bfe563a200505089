// What to do where there is nothing to show yet: a fresh service has zones and actors, and no articles.

import { addressOf } from "./api.js";
import { element } from "./dom.js";

/** How articles come in; `what` is missing without them. */
export function howToBegin(what) {
  const command = `curl -sS ${addressOf("v1/articles").href} -H 'Content-Type: text/plain' --data-binary @article.txt`;
  return element(
    "div",
    { class: "empty" },
    element("p", {}, what),
    element(
      "p",
      {},
      "Quotes are read from articles as they come in. Post one as you found it, with an API key where writing needs one:",
    ),
    element("pre", { tabindex: 0, role: "region", "aria-label": "Command" }, element("code", {}, command)),
    element(
      "p",
      {},
      "Or start the service with samples: ",
      element("code", {}, "onrecord serve --sample"),
      ". ",
      element("a", { href: "docs/#/articles/create_article" }, "All about POST /v1/articles"),
    ),
  );
}
