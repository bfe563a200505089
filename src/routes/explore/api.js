// Reads from the public API of the service that served this page.

/** What the API says where it refuses (RFC 9457), or what there is to say where nobody answered. */
export class Problem extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title);
    Object.assign(this, problem);
  }
}

const KEY = "onrecord.key";

/** The key to read with, where the service asks for one. Kept until the tab is closed. */
export const key = {
  get: () => sessionStorage.getItem(KEY),
  set: (text) => sessionStorage.setItem(KEY, text),
};

/** Tells of every request, as an event `request` with the address: the foot of the page lists them. */
export const requests = new EventTarget();

/** The address of what the API has there. Relative to the page: the service may stand behind a prefix. */
export function addressOf(path, parameters = {}) {
  const address = new URL(path, document.baseURI);
  address.hash = "";
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of [value].flat()) {
      if (one !== null && one !== undefined && one !== "") address.searchParams.append(name, one);
    }
  }
  return address;
}

/**
 * The body of the answer to a GET.
 *
 * The service gives an ETag with everything, and the browser asks with it by itself: what has not changed is not sent again.
 */
export async function read(path, parameters, signal) {
  const address = addressOf(path, parameters);
  requests.dispatchEvent(new CustomEvent("request", { detail: address }));
  const headers = { Accept: "application/json, application/problem+json" };
  if (key.get()) headers.Authorization = `Bearer ${key.get()}`;
  let answer;
  try {
    answer = await fetch(address, { headers, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({ title: "The service does not answer", detail: "It may be down, or the network between." });
  }
  const body = await answer.json().catch(() => null);
  if (answer.ok && body !== null) return body;
  throw new Problem({ title: `HTTP ${answer.status}`, status: answer.status, ...body });
}

/** The rows of a list, page after page, `most` at most; `isWhole` tells whether these are all. */
export async function readAll(path, parameters, signal, most = 2000) {
  const rows = [];
  let cursor;
  do {
    const page = await read(path, { limit: Math.min(200, most), ...parameters, cursor }, signal);
    rows.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor && rows.length < most);
  return { rows, isWhole: !cursor };
}
