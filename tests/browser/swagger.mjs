// Opens Swagger UI of a running service in headless Chromium, as a person would, and fails where something is missing:
// an operation of the document, a row behind a link of the guide, an answer to Execute, a problem where a write fails, the
// key after the page was loaded again, a quiet console, or a page that needs nothing but this service.
//
//   ONRECORD_KEY=onr_… node tests/browser/swagger.mjs http://127.0.0.1:8080 [screenshot.png]
//
// The service needs the sample data (`onrecord serve --sample`), and the key the scope `write`. What else: browser.mjs.

import { startBrowser } from "./browser.mjs";

const [address, screenshot] = process.argv.slice(2);
const key = process.env.ONRECORD_KEY;
if (!address || !key) {
  console.error("usage: ONRECORD_KEY=KEY swagger.mjs URL [screenshot.png]");
  process.exit(2);
}
// Under a name that is not that of a loopback address: Swagger UI asks others about documents, and the service lets
// everybody on its own machine write, only or not there.
const { browser, service, complaints, foreign, refusals, close } = await startBrowser(address);
const check = (holds, complaint) => holds || complaints.push(complaint);
const done = [];

/** The operation's block, open. */
async function open(page, id) {
  const block = page.locator(`#operations-${id}`);
  if (!(await block.getAttribute("class")).includes("is-open")) await block.locator(".opblock-summary-control").click();
  await block.getByRole("button", { name: "Execute" }).waitFor();
  return block;
}

/** Presses Execute; what came back, the request for it, and what the page shows of it. */
async function execute(page, block, method, path) {
  const arrived = page.waitForResponse(
    (response) => new URL(response.url()).pathname === path && response.request().method() === method,
  );
  await block.getByRole("button", { name: "Execute" }).click();
  const response = await arrived;
  const shown = block.locator(".live-responses-table .response");
  await shown.filter({ hasText: String(response.status()) }).waitFor();
  return { status: response.status(), body: await response.json(), request: response.request(), shown: await shown.innerText() };
}

/** Every operation of the document, and every webhook, is there, under its tag, and the tags are in their order. */
async function checkOperations(page, document) {
  const listed = (items) =>
    Object.entries(items).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })),
    );
  const operations = [...listed(document.paths), ...listed(document.webhooks)];
  for (const { path, method, operationId, tags } of operations) {
    const block = page.locator(`#operations-${tags[0]}-${operationId}`);
    if ((await block.count()) !== 1) {
      complaints.push(`not shown: ${method.toUpperCase()} ${path} (${operationId})`);
      continue;
    }
    const shown = await block.locator(".opblock-summary-method, .opblock-summary-path").allInnerTexts();
    // Swagger UI puts zero-width spaces into paths, so that they can wrap.
    const words = shown.map((text) => text.replace(/[\u200b\s]/g, "")).join(" ");
    check(words === `${method.toUpperCase()} ${path}`, `${operationId} is shown as ${words}`);
  }
  const shown = await page.locator(".opblock").count();
  check(shown === operations.length, `${shown} operations are shown, the document has ${operations.length}`);
  const tags = await page.locator(".opblock-tag").evaluateAll((all) => all.map((tag) => tag.dataset.tag));
  const expected = document.tags.map((tag) => tag.name);
  check(tags.join() === expected.join(), `the tags are shown as ${tags}, not ${expected}`);
  done.push(`${operations.length} operations and webhooks under ${tags.length} tags`);
}

/** The questions of the guide: a click opens rows. */
async function checkGuide(page) {
  const links = page.locator('.information-container a[href^="/v1/"]');
  const count = await links.count();
  check(count === 5, `the guide has ${count} questions with a link`);
  for (let i = 0; i < count; i++) {
    const [opened] = await Promise.all([browser.waitForEvent("page"), links.nth(i).click()]);
    await opened.waitForLoadState();
    const { data } = JSON.parse(await opened.locator("body").innerText());
    check(data.length > 0, `${opened.url()} has no rows`);
    check(new URL(opened.url()).host === service.host, `${opened.url()} is somewhere else`);
    await opened.close();
  }
  done.push(`${count} links of the guide with rows`);
}

/** A read: what is filled in gives rows, and so does what is changed. */
async function checkRead(page) {
  const quotes = await open(page, "quotes-list_quotes");
  const asFilledIn = await execute(page, quotes, "GET", "/v1/quotes");
  check(asFilledIn.status === 200 && asFilledIn.body.data.length > 0, `as filled in: ${asFilledIn.shown.slice(0, 200)}`);
  const asked = new URL(asFilledIn.request.url()).searchParams;
  check(asked.get("speaker") === "sergey-lavrov" && !asked.has("said_from"), `filled in is ${asked}`);

  await quotes.locator('tr[data-param-name="limit"] input').fill("3");
  const { status, body, shown } = await execute(page, quotes, "GET", "/v1/quotes");
  check(status === 200 && body.data.length === 3, `Execute gave ${status} with ${body.data?.length} rows instead of 3`);
  check(shown.trim().startsWith("200"), `the page shows ${shown.slice(0, 40)}`);
  check(body.data.every(({ id }) => shown.includes(id)), "the page does not show the rows that came");

  const article = await open(page, "articles-find_article");
  const found = await article.locator('tr[data-param-name="id"] input').inputValue();
  const read = await execute(page, article, "GET", `/v1/articles/${found}`);
  check(read.status === 200 && read.body.id === found, `GET /v1/articles/${found}: ${read.shown.slice(0, 200)}`);
  done.push(`GET /v1/quotes gave ${asFilledIn.body.data.length} rows as filled in, and 3`);
}

/** Enters the key as a person does. */
async function authorize(page) {
  await page.locator(".btn.authorize").click();
  const dialog = page.locator(".modal-ux");
  const bearer = dialog.locator(".auth-container").filter({ hasText: "bearer" }).first();
  await bearer.locator("input").fill(key);
  await bearer.getByRole("button", { name: "Apply credentials" }).click();
  await bearer.getByRole("button", { name: "Remove authorization" }).waitFor();
  await dialog.locator(".close-modal").click();
}

/** A write: refused without the key, done with it, done with it after the page was loaded again. */
async function checkWrite(page) {
  const create = async () => execute(page, await open(page, "articles-create_article"), "POST", "/v1/articles");
  const without = await create();
  check(without.status === 401, `a write without a key gave ${without.status}`);
  check(without.shown.includes(`"code": "${without.body.code}"`), `the page shows no code: ${without.shown}`);

  await authorize(page);
  const first = await create();
  check(first.status === 201, `a write gave ${first.status}: ${first.shown.slice(0, 300)}`);
  check((await first.request.allHeaders()).authorization === `Bearer ${key}`, "the key was not sent");
  check(first.shown.includes(first.body.quotes[0].id), "the page does not show the quotes that were read");

  await page.reload();
  await page.waitForSelector(".opblock");
  const again = await create();
  check(again.status === 200 && again.body.id === first.body.id, `after a reload the same article gave ${again.status}`);
  done.push("POST /v1/articles gave 401 without the key, 201 with it, 200 with it after a reload");
}

/** A write that breaks a rule: the page shows the problem, with its code and what is wrong where. */
async function checkFailingWrite(page) {
  const article = await open(page, "articles-create_article");
  await article.locator("textarea.body-param__text").fill('{ "text": "" }');
  const { status, body, shown } = await execute(page, article, "POST", "/v1/articles");
  check(status === 422 && body.code === "invalid_body", `an empty article gave ${status} ${body.code}`);
  for (const words of [`"code": "${body.code}"`, body.detail, `"pointer": "${body.errors?.[0].pointer}"`, body.request_id]) {
    check(shown.includes(words), `the page does not show ${words} of the problem: ${shown}`);
  }
  done.push(`a failing write shows ${status} ${body.code} at ${body.errors?.[0].pointer}`);
}

try {
  const page = browser.pages()[0] ?? (await browser.newPage());
  page.setDefaultTimeout(30_000);

  await page.goto(new URL("/docs/", service).href);
  await page.waitForSelector(".opblock");
  const document = await (await fetch(new URL("/openapi.json", address))).json();
  const title = await page.locator(".info .title").innerText();
  check(title.startsWith(document.info.title), `the title is ${title}`);
  if (screenshot) await page.screenshot({ path: screenshot });

  await checkOperations(page, document);
  await checkGuide(page);
  await checkRead(page);
  await checkWrite(page);
  await checkFailingWrite(page);

  const expected = ["401 /v1/articles", "422 /v1/articles"];
  check(refusals.join() === expected.join(), `refused were ${refusals}, not ${expected}`);
  check(foreign.length === 0, `asks somebody else: ${foreign}`);
} catch (error) {
  complaints.push(error.stack ?? String(error));
} finally {
  await close();
}
for (const complaint of complaints) console.error(`swagger: ${complaint}`);
if (complaints.length === 0) {
  for (const sentence of done) console.log(`swagger: ${sentence}`);
  console.log("swagger: console quiet, no foreign request");
}
process.exitCode = complaints.length === 0 ? 0 : 1;
