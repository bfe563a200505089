// Headless Chromium as the tests need it: it reaches one service and nobody else, and tells what a page complains of.
//
// Needs playwright-core in the working folder's node_modules (or a folder above it), and Chromium (CHROMIUM names it).

import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What lies in the working folder's node_modules; the tests have none of their own. */
export const require = createRequire(join(process.cwd(), "browser.mjs"));

// A name that is not that of a loopback address: pages, and the service, may treat their own machine as special.
const NAME = "onrecord.test";

/** Starts Chromium for the service at an address. */
export async function startBrowser(address) {
  const { chromium } = require("playwright-core");
  const service = new URL(address);
  const host = service.hostname;
  service.hostname = NAME;
  /** What is wrong. */
  const complaints = [];
  /** Requests to anybody but the service; each is refused. */
  const foreign = [];
  /** Answers of 400 and above that the page has shown; anything else that fails is a complaint. */
  const refusals = [];

  const profile = mkdtempSync(join(tmpdir(), "onrecord-browser-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    viewport: { width: 1280, height: 1000 },
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--host-resolver-rules=MAP ${NAME} ${host}, MAP * ~NOTFOUND, EXCLUDE ${host}`,
    ],
  });
  await browser.route("**/*", (route) => {
    const { host, protocol } = new URL(route.request().url());
    if (host === service.host || protocol === "data:" || protocol === "blob:") return route.continue();
    foreign.push(route.request().url());
    return route.abort();
  });
  browser.on("console", (message) => {
    // Chromium says so of every answer of 400 and above, also of those that the page asked for and shows.
    const isRefusal = /the server responded with a status of 4\d\d/.test(message.text());
    if (message.type() === "error" && !isRefusal) complaints.push(`console: ${message.text()}`);
  });
  browser.on("weberror", (error) => complaints.push(`page error: ${error.error().message}`));
  browser.on("response", (response) => {
    if (response.status() >= 400) refusals.push(`${response.status()} ${new URL(response.url()).pathname}`);
  });

  /** Or a page that asks strangers would pass. */
  async function checkThatStrangersAreRefused() {
    const page = await browser.newPage();
    await page.goto("about:blank");
    await page.evaluate(() => fetch("http://elsewhere.example/").catch(() => {}));
    if (foreign.length !== 1) complaints.push(`a request to a stranger was counted ${foreign.length} times`);
    foreign.length = 0;
    complaints.splice(0, complaints.length, ...complaints.filter((complaint) => !complaint.includes("ERR_FAILED")));
    await page.close();
  }

  async function close() {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }

  await checkThatStrangersAreRefused();
  return { browser, service, complaints, foreign, refusals, close };
}
