// The part of the address behind `#`: which view is shown, of what, and how. Every state worth sharing stands there.

/** What a hash such as `#/zones/idlib?valid_at=2017-05-07` asks for. */
export function parse(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [view, ...rest] = path
    .split("/")
    .filter(Boolean)
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part; // a stray `%`: the API will say that there is no such thing
      }
    });
  return { view, key: rest.join("/") || null, parameters: new URLSearchParams(query) };
}

/** The hash of a view; parameters without a value are left out. */
export function hashOf(view, key = null, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== "") query.append(name, value);
  }
  const path = key === null ? view : `${view}/${encodeURIComponent(key)}`;
  return query.size > 0 ? `#/${path}?${query}` : `#/${path}`;
}

/** Where a quote stands: its article, opened at its words. */
export const hashOfQuote = (article, quote) => hashOf("articles", article, { quote });

/** Writes the state of a view into the address without leaving the view, and without a step for the back button. */
export function note(hash) {
  history.replaceState(history.state, "", hash);
}
