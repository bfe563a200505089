// Opens Swagger UI of a running service in headless Chromium, as a person would, and fails where something is missing:
// an operation of the document, an answer to "Try it out", a quiet console, or a page that needs nothing but this service.
//
//   node tests/browser/swagger.mjs http://127.0.0.1:8080 [screenshot.png]
//
// Needs playwright-core in the working folder's node_modules (or a folder above it), and Chromium (CHROMIUM names it).
// The service needs some quotes: `onrecord serve --sample`.

import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { chromium } = createRequire(join(process.cwd(), "swagger.mjs"))("playwright-core");

const [base, screenshot] = process.argv.slice(2);
if (!base) {
  console.error("usage: swagger.mjs URL [screenshot.png]");
  process.exit(2);
}
const service = new URL(base);
const complaints = [];
const check = (holds, complaint) => holds || complaints.push(complaint);

const profile = mkdtempSync(join(tmpdir(), "onrecord-browser-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  viewport: { width: 1280, height: 1000 },
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${service.hostname}`,
  ],
});

try {
  const page = browser.pages()[0] ?? (await browser.newPage());
  page.setDefaultTimeout(30_000);
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`page error: ${error.message}`));
  page.on("request", (request) => {
    const { host, protocol } = new URL(request.url());
    const own = host === service.host || protocol === "data:" || protocol === "blob:";
    check(own, `asks somebody else: ${request.url()}`);
  });
  page.on("response", (response) => check(response.status() < 400, `${response.status()} for ${response.url()}`));

  const document = await (await fetch(new URL("/openapi.json", service))).json();
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })),
  );

  await page.goto(new URL("/docs/", service).href);
  await page.waitForSelector(".opblock");
  const title = await page.locator(".info .title").innerText();
  check(title.startsWith(document.info.title), `the title is ${title}`);

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
  if (screenshot) await page.screenshot({ path: screenshot });

  const quotes = page.locator("#operations-quotes-list_quotes");
  await quotes.locator(".opblock-summary-control").click();
  await quotes.getByRole("button", { name: "Try it out" }).click();
  await quotes.locator('tr[data-param-name="limit"] input').fill("3");
  const answer = page.waitForResponse((response) => new URL(response.url()).pathname === "/v1/quotes");
  await quotes.getByRole("button", { name: "Execute" }).click();
  const { data } = await (await answer).json();
  check(data.length === 3, `Execute gave ${data.length} rows instead of 3`);
  const result = quotes.locator(".live-responses-table .response");
  await result.waitFor();
  const text = await result.innerText();
  check(text.trim().startsWith("200"), `the page shows ${text.slice(0, 40)}`);
  check(data.every(({ id }) => text.includes(id)), "the page does not show the rows that came");

  for (const complaint of complaints) console.error(`swagger: ${complaint}`);
  if (complaints.length === 0) {
    console.log(`swagger: ${operations.length} operations shown, GET /v1/quotes gave ${data.length} rows, console quiet, no foreign request`);
  }
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
process.exitCode = complaints.length === 0 ? 0 : 1;
