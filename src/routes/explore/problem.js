// What is shown where the API refuses: its own words, and what to do about it.

import { key, Problem } from "./api.js";
import { element } from "./dom.js";

/** A problem as part of a view. */
export function problemPart(problem) {
  if (!(problem instanceof Problem)) throw problem; // a mistake in this page is not the API's
  return element("div", { class: "problem", role: "alert" }, ...wordsOf(problem));
}

function wordsOf({ title, detail, errors, status, code, type, request_id: request }) {
  return [
    element("p", {}, element("strong", {}, title), status ? ` (HTTP ${status})` : null),
    detail && detail !== title ? element("p", {}, detail) : null,
    errors?.length > 1
      ? element(
          "ul",
          {},
          errors.map((error) => element("li", {}, `${error.parameter ?? error.pointer}: ${error.detail}`)),
        )
      : null,
    type ? element("p", {}, element("a", { href: type.replace(/^\//, "") }, `What ${code} means`)) : null,
    request ? element("p", { class: "quiet" }, "The service’s log has it under ", element("code", {}, request)) : null,
  ];
}

/** A problem as a view of its own; `again` shows the view that was wanted. */
export function problemView(problem, again) {
  const needsKey = problem.code === "key_required" || problem.code === "invalid_key";
  if (!(problem instanceof Problem) && problem instanceof Error) {
    console.error(problem);
    problem = { title: "This page has a mistake", detail: String(problem) };
  }
  const content = [
    element("h1", {}, problem.title),
    element("div", { class: "problem" }, ...wordsOf(problem).slice(1)),
    needsKey ? keyForm(again) : null,
    again && !problem.status
      ? element("p", {}, element("button", { type: "button", click: again }, "Try again"))
      : null,
  ];
  return { title: problem.title, content: content.filter(Boolean) };
}

/** Asks for a key: on some services reading needs one. */
function keyForm(again) {
  const field = element("input", { id: "key", type: "password", autocomplete: "off", required: true });
  const submit = (event) => {
    event.preventDefault();
    key.set(field.value.trim());
    again();
  };
  return element(
    "form",
    { class: "row", submit },
    element("label", { for: "key" }, "API key (kept until this tab is closed)"),
    field,
    element("button", {}, "Read with this key"),
  );
}
