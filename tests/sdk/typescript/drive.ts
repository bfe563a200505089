// Drives a running service with the client that openapi-typescript and openapi-fetch make from the document.
//
//   ONRECORD_KEY=onr_… node built/drive.js http://127.0.0.1:8080
//
// The key must be of the scope `admin`. What the types of the client do not allow is marked with `@ts-expect-error`: the
// compiler fails where it is allowed after all.

import assert from "node:assert/strict";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./onrecord.js";

type Quote = components["schemas"]["Quote"];
type Problem = components["schemas"]["Problem"];

const [baseUrl] = process.argv.slice(2);
const adminKey = process.env.ONRECORD_KEY;
if (!baseUrl || !adminKey) throw new Error("usage: ONRECORD_KEY=KEY drive.js URL");

const clientWith = (key: string): Client<paths> =>
  createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });

const TEXT = `Observers count the harbour posts

GENEVA, November 28. The posts around the Idlib de-escalation zone "have to be counted together," UN Secretary-General \
Antonio Guterres said on Tuesday.

"Nobody is helped by two lists," he added. "One list will do."

Quillon Barstow of the Harbour Council called the plan "useful" and said the list would be public.`;

/** Makes a key, as an admin; what comes back is the client that has it. */
async function createKey(admin: Client<paths>) {
  const { data, error } = await admin.POST("/v1/keys", { body: { name: "sdk-typescript", scope: "write" } });
  if (error) throw new Error(`${error.code}: ${error.detail}`);
  // @ts-expect-error a scope that there is not
  const unknown: components["schemas"]["ApiKeyInput"] = { name: "x", scope: "owner" };
  assert.equal(unknown.name, "x");
  assert.equal(data.scope, "write");
  return { id: data.id, writer: clientWith(data.text) };
}

async function postArticle(writer: Client<paths>) {
  const { data, error, response } = await writer.POST("/v1/articles", {
    body: { text: TEXT, url: "https://example.org/sdk/typescript", outlet: "tass" },
  });
  if (error) throw new Error(`${error.code}: ${error.detail}`);
  assert.equal(response.status, 201);
  assert.equal(data.outlet?.slug, "tass");
  assert.ok(data.quotes.length >= 4, `${data.quotes.length} quotes`);
  // Offsets count Unicode scalar values, not the UTF-16 units of a string.
  const characters = [...data.text];
  for (const { segments, text } of data.quotes) {
    const words = segments.map(({ start, end }) => characters.slice(start, end).join(""));
    assert.equal(words.join(" "), text);
  }
  return data;
}

/** All quotes of an article, one a page. */
async function pageThrough(reader: Client<paths>, article: string) {
  const quotes: Quote[] = [];
  let cursor: string | null | undefined;
  do {
    const query = { article: [article], limit: 1, ...(cursor ? { cursor } : {}) };
    const { data, error } = await reader.GET("/v1/quotes", { params: { query } });
    if (error) throw new Error(`${error.code}: ${error.detail}`);
    assert.ok(data.data.length <= 1);
    quotes.push(...data.data);
    cursor = data.next_cursor;
  } while (cursor !== null);
  return quotes;
}

async function correctSpeaker(writer: Client<paths>, quote: Quote) {
  const path = { id: quote.id };
  const read = await writer.GET("/v1/quotes/{id}", { params: { path } });
  const tag = read.response.headers.get("ETag");
  assert.ok(tag && read.data);
  assert.equal(read.data.speaker?.actor?.slug, "antonio-guterres");

  const patch = (tag: string, actor: string) =>
    writer.PATCH("/v1/quotes/{id}", {
      params: { path, header: { "If-Match": tag } },
      body: { speaker: { actor } },
      headers: { "Content-Type": "application/merge-patch+json" },
    });
  const corrected = await patch(tag, "staffan-de-mistura");
  if (corrected.error) throw new Error(`${corrected.error.code}: ${corrected.error.detail}`);
  assert.equal(corrected.data.speaker?.actor?.slug, "staffan-de-mistura");
  assert.equal(corrected.data.review, "corrected");
  assert.equal(corrected.data.version, quote.version + 1);

  const stale = await patch(tag, "sergey-lavrov");
  assert.equal(stale.response.status, 412);
  assert.ok(stale.error);
  assert.equal(stale.error.code, "precondition_failed");
  // @ts-expect-error whoever patches has to say what he has seen
  const blind = await writer.PATCH("/v1/quotes/{id}", { params: { path }, body: { review: "accepted" } });
  assert.equal(blind.response.status, 428);

  const after = await writer.GET("/v1/quotes/{id}", { params: { path } });
  assert.equal(after.data?.speaker?.actor?.slug, "staffan-de-mistura");
  assert.notEqual(after.response.headers.get("ETag"), tag);
}

async function readProblem(writer: Client<paths>) {
  const { data, error, response } = await writer.POST("/v1/articles", { body: { text: "" } });
  assert.equal(data, undefined);
  assert.ok(error);
  const problem: Problem = error;
  assert.equal(response.status, 422);
  assert.equal(problem.status, 422);
  // Told apart by its code, of which the types know all.
  switch (problem.code) {
    case "invalid_body":
      break;
    // @ts-expect-error a code that there is not
    case "invalid_boddy":
    default:
      assert.fail(`${problem.code}: ${problem.detail}`);
  }
  const first = problem.errors?.[0];
  assert.equal(first?.pointer, "/text");
  assert.ok(first.detail.length > 0);
  assert.equal(problem.request_id, response.headers.get("X-Request-Id"));
}

async function revokeKey(admin: Client<paths>, writer: Client<paths>, id: string) {
  const { data, error } = await admin.POST("/v1/keys/{id}/revoke", { params: { path: { id } } });
  if (error) throw new Error(`${error.code}: ${error.detail}`);
  assert.notEqual(data.revoked_at, null);
  const refused = await writer.POST("/v1/articles", { body: { text: TEXT } });
  assert.equal(refused.response.status, 401);
  assert.equal(refused.error?.code, "revoked_key");
}

const admin = clientWith(adminKey);
const { id, writer } = await createKey(admin);
const article = await postArticle(writer);
const quotes = await pageThrough(createClient<paths>({ baseUrl }), article.id);
const ids = (quotes: Quote[]) => quotes.map((quote) => quote.id).sort();
assert.deepEqual(ids(quotes), ids(article.quotes));
const guterres = article.quotes.find((quote) => quote.speaker?.actor?.slug === "antonio-guterres");
assert.ok(guterres);
await correctSpeaker(writer, guterres);
await readProblem(writer);
await revokeKey(admin, writer, id);
console.log(`typescript: a key, an article with ${quotes.length} quotes paged, a speaker corrected, a stale tag refused, a problem read`);
