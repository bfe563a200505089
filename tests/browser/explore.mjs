// Looks around in the page at /explore of a running service in headless Chromium, first while it has no articles, then with
// those of articles.mjs, which it posts; and fails where the page shows anything else than the API says, where a person with
// a keyboard alone cannot go on, where axe-core finds a fault, or where the page asks anybody else.
//
//   ONRECORD_KEY=onr_… node tests/browser/explore.mjs http://127.0.0.1:8080 [folder for screenshots]
//
// The service must be fresh (`onrecord serve`, without samples), and the key have the scope `write`. What it needs beside
// browser.mjs: axe-core in the working folder's node_modules.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { articles } from "./articles.mjs";
import { require, startBrowser } from "./browser.mjs";

const [address, screenshots] = process.argv.slice(2);
const key = process.env.ONRECORD_KEY;
if (!address || !key) {
  console.error("usage: ONRECORD_KEY=KEY explore.mjs URL [folder]");
  process.exit(2);
}
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const { browser, service, complaints, foreign, refusals, close } = await startBrowser(address);
const check = (holds, complaint) => holds || complaints.push(complaint);
const done = [];

/** What the API answers, asked past the page. */
async function read(path) {
  const answer = await fetch(new URL(path, address));
  return answer.json();
}

/** Opens a view as a link to it does, and waits until it stands there. */
async function open(page, hash) {
  // From somewhere else: a change behind `#` alone would not load the page again.
  await page.goto("about:blank");
  await page.goto(new URL(`/explore${hash}`, service).href);
  await settled(page);
}

const settled = (page) => page.locator("main:not([aria-busy]) h1").waitFor();
const heading = (page) => page.locator("h1").innerText();
const hashOf = (page) => new URL(page.url()).hash;

/** No serious fault in light, in dark and on a small screen, where nothing may stick out at the side. */
async function checkAccess(page, name) {
  for (const [colorScheme, width] of [
    ["light", 1280],
    ["dark", 1280],
    ["light", 320],
  ]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 1000 });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document));
    for (const { impact, id, nodes } of violations)
      complaints.push(
        `${name}, ${colorScheme}, ${width}: ${impact} ${id} at ${nodes.map((node) => node.target).join(" ")}`,
      );
    const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    check(inner <= outer, `${name}: ${inner} pixels wide on a screen of ${outer}`);
    check(
      (await page.evaluate(() => document.getAnimations().length)) === 0,
      `${name} moves for those who asked for less motion`,
    );
  }
  await page.setViewportSize({ width: 1280, height: 1000 });
  await page.emulateMedia({ colorScheme: "light" });
  done.push(`${name}: no fault found by axe-core, fits 320 pixels`);
}

async function checkFreshService(page) {
  for (const [hash, words] of [
    ["#/statements", "No statement has been found in two reports yet"],
    ["#/shifts", "No shift has been found"],
    ["#/zones/us-safe-zones-proposal", "No notable quote on it has been read yet"],
  ]) {
    await open(page, hash);
    const text = await page.locator("main").innerText();
    check(text.includes(words), `${hash} of a fresh service says: ${text.slice(0, 300)}`);
    check(
      text.includes(`curl -sS ${service.origin}/v1/articles`),
      `${hash} of a fresh service does not say how to begin`,
    );
    await checkAccess(page, `${hash} without articles`);
  }
}

async function postArticles() {
  const posted = [];
  for (const article of articles) {
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${key}` };
    const answer = await fetch(new URL("/v1/articles", address), {
      method: "POST",
      headers,
      body: JSON.stringify(article),
    });
    check(answer.status === 201, `an article was answered ${answer.status}: is the service fresh?`);
    posted.push(await answer.json());
  }
  return posted;
}

/** Gives a zone without an outline of its own two that contradict each other. */
async function claimBorders() {
  const square = (west) => [[west, 36], [west + 1, 36], [west + 1, 37], [west, 37], [west, 36]];
  const claim = (west, claim) => ({ geometry: { type: "Polygon", coordinates: [square(west)] }, ...claim });
  const border_claims = [
    claim(37, { said_by: "turkey", note: "Drawn for these tests." }),
    claim(39, { source: "https://example.org/map", geometry_precision: "approximate_polygon" }),
  ];
  const answer = await fetch(new URL("/v1/zones/us-safe-zones-proposal", address), {
    method: "PATCH",
    headers: { "Content-Type": "application/merge-patch+json", "If-Match": "*", Authorization: `Bearer ${key}` },
    body: JSON.stringify({ border_claims }),
  });
  check(answer.status === 200, `a patch of a zone was answered ${answer.status}`);
}

/** Borders as others have them are drawn, and stand in words. */
async function checkClaims(page) {
  await open(page, "#/zones/us-safe-zones-proposal");
  const paths = await page.locator(".map .claim").evaluateAll((all) => all.map((path) => path.getAttribute("d")));
  check(paths.length === 2 && paths.every((path) => /^M[\d. ]+(L[\d. ]+){4}Z$/.test(path)), `claims are drawn as ${paths}`);
  const text = await page.locator(".claims").innerText();
  for (const words of ["Turkey: Drawn for these tests.", "Unnamed (approximate polygon) https://example.org/map"])
    check(text.includes(words), `claims are told as ${text}`);
  done.push("borders that contradict each other stand side by side");
}

/** What the whole page takes at its first view, before compression. */
async function checkWeight(page) {
  await open(page, "#/zones?valid_at=2017-05-07");
  const bytes = await page.evaluate(() => {
    const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    return all.reduce((sum, entry) => sum + entry.decodedBodySize, 0);
  });
  check(bytes > 50_000 && bytes < 300_000, `page and data take ${bytes} bytes`);
  done.push(`page and data take ${bytes} bytes, uncompressed`);
}

const summary = (page, words) => page.getByRole("status").filter({ hasText: words }).waitFor();

async function checkDays(page) {
  await open(page, "#/zones?valid_at=2017-05-05");
  await summary(page, "On 5 May 2017: 1 proposed, 5 agreed.");
  await page.getByRole("button", { name: "Later change" }).click();
  await summary(page, "On 6 May 2017: 1 proposed, 5 in force.");
  check(hashOf(page) === "#/zones?valid_at=2017-05-06", `the address is ${page.url()}`);
  const slider = page.getByRole("slider");
  await slider.focus();
  await page.keyboard.press("ArrowLeft");
  await summary(page, "On 5 May 2017: 1 proposed, 5 agreed.");
  check((await slider.getAttribute("aria-valuetext")) === "5 May 2017", "the slider does not tell its day");
  await page.getByLabel("Day", { exact: true }).fill("2017-05-07");
  await summary(page, "On 7 May 2017: 1 proposed, 5 in force.");
  await page.keyboard.press("Tab");
  await page.getByLabel("Day", { exact: true }).fill("2016-12-31");
  await summary(page, "On 31 December 2016 nothing had been proposed.");
  check((await page.locator(".map a:not([hidden])").count()) === 0, "zones are drawn before they were proposed");
  await page.getByRole("button", { name: "Now" }).click();
  await summary(page, "Now: ");
  check(hashOf(page) === "#/zones", `the address is ${page.url()}`);
  // Each as the API has it now, and on a day.
  for (const day of [null, "2017-07-08", "2018-10-01"]) {
    await open(page, day ? `#/zones?valid_at=${day}` : "#/zones");
    const { data } = await read(day ? `/v1/zones?limit=200&valid_at=${day}` : "/v1/zones?limit=200");
    for (const zone of data) {
      const row = page.locator("li.lifeline").filter({ has: page.getByRole("link", { name: zone.name, exact: true }) });
      const words = zone.status.replace("_", " ");
      check((await row.innerText()).toLowerCase().includes(words), `${zone.slug} is not shown as ${words} on ${day}`);
    }
    const drawn = await page.locator(".map a:not([hidden])").count();
    check(drawn === data.filter((zone) => zone.geometry).length, `${drawn} zones are drawn on ${day}`);
  }
  done.push("zones stand on the map and in the list as the API has them, on four days");
}

async function checkMap(page) {
  await open(page, "#/zones?valid_at=2017-05-07");
  const idlib = page.locator('.map a[href="#/zones/idlib-de-escalation-zone"]');
  const place = () => idlib.locator("path").boundingBox();
  const before = await place();
  await page.locator(".map").focus();
  await page.keyboard.press("+");
  const larger = await place();
  check(larger.width > before.width * 1.3, `zooming in made ${before.width} pixels ${larger.width}`);
  await page.keyboard.press("ArrowDown");
  const moved = await place();
  check(moved.y < larger.y - 30 && Math.abs(moved.width - larger.width) < 1, "the arrow key does not move the map");
  await page.keyboard.press("0");
  const again = await place();
  check(Math.abs(again.x - before.x) < 1 && Math.abs(again.width - before.width) < 1, "0 does not show all again");
  for (const name of ["Zoom in", "Zoom out", "Move west", "Move north", "Move south", "Move east", "Show all zones"]) {
    const earlier = await place();
    await page.getByRole("button", { name }).click();
    const later = await place();
    check(name === "Show all zones" || earlier.x !== later.x || earlier.y !== later.y, `${name} does nothing`);
  }
  // A drag moves the map, and does not open the zone under it.
  const start = { x: before.x + before.width / 2, y: before.y + before.height / 2 };
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x + 40, start.y + 25, { steps: 4 });
  await page.mouse.up();
  const dragged = await place();
  check(
    Math.abs(dragged.x - before.x - 40) < 2 && Math.abs(dragged.y - before.y - 25) < 2,
    "dragging does not move the map",
  );
  check(hashOf(page) === "#/zones?valid_at=2017-05-07", "dragging opened a zone");
  // By keyboard into a zone, and back to where and when one was.
  await idlib.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Idlib de-escalation zone" }).waitFor();
  check((await page.evaluate(() => document.activeElement.tagName)) === "H1", "a new view does not take the focus");
  check((await page.title()) === "Idlib de-escalation zone – Onrecord", `the title is ${await page.title()}`);
  await page.goBack();
  await summary(page, "On 7 May 2017");
  done.push("the map moves and zooms by keyboard, buttons and pointer; the back button leads back to the day");
}

/** Timeline and positions of every zone, as the API has them. */
async function checkZones(page) {
  let [entries, positions] = [0, 0];
  for (const { slug, name } of (await read("/v1/zones?limit=200")).data) {
    await open(page, `#/zones/${slug}`);
    check((await heading(page)) === name, `${slug} is headed ${await heading(page)}`);
    const timeline = (await read(`/v1/zones/${slug}/timeline?limit=100`)).data;
    const section = page.locator('section[aria-labelledby="timeline"]');
    const shown = await section.locator(".entry").count();
    check(shown === timeline.length, `${slug} has ${timeline.length} entries, ${shown} are shown`);
    const days = await section.locator("time").evaluateAll((all) => all.map((time) => time.dateTime));
    check(days.join() === timeline.map((entry) => entry.on).join(), `the days of ${slug} are ${days}`);
    const stances = (await read(`/v1/zones/${slug}/positions?limit=200`)).data;
    const marks = page.locator(".chart a.position");
    check(
      (await marks.count()) === stances.length,
      `${slug} has ${stances.length} positions, ${await marks.count()} are drawn`,
    );
    for (const { actor, stance, quote } of stances) {
      const mark = page.locator(`.chart a[href="#/articles/${quote.article_id}?quote=${quote.id}"]`).first();
      const told = (await mark.getAttribute("aria-label")).toLowerCase();
      check(
        told.includes(`${actor.name.toLowerCase()}: ${stance.replaceAll("_", " ")}`),
        `a position is told as ${told}`,
      );
    }
    entries += timeline.length;
    positions += stances.length;
  }
  check(positions >= 8, `there are ${positions} positions`);
  done.push(`${entries} entries of timelines and ${positions} positions are shown`);
}

async function checkTimelineChoice(page) {
  await open(page, "#/zones/idlib-de-escalation-zone");
  const visible = (kind) => page.locator(`.timeline .entry.${kind}:visible`).count();
  check(
    (await visible("transition")) > 0 && (await visible("agreement")) > 0,
    "the timeline lacks transitions or agreements",
  );
  await page.getByLabel("Agreements").uncheck();
  check((await visible("agreement")) === 0 && (await visible("transition")) > 0, "agreements cannot be left out");
}

async function checkShifts(page) {
  await open(page, "#/shifts");
  const { data } = await read("/v1/positions?changed=true&limit=200");
  check(data.length > 0, "there is no shift");
  const text = await page.locator("main").innerText();
  for (const { quote, changed_from: before } of data) {
    check(text.includes(quote.text) && text.includes(before.quote.text), `a shift lacks its words: ${quote.text}`);
  }
  done.push(`${data.length} shifts with the words of both days`);
}

/** The marks of both columns hold what the API calls a difference, in its order. */
async function checkComparisons(page) {
  await open(page, "#/statements");
  const { data } = await read("/v1/statements?reports_min=2&limit=30");
  const across = data.filter(({ outlets }) => outlets.length > 1);
  check(across.length >= 2, `${across.length} statements of two outlets`);
  check((await page.locator(".card").count()) === data.length, "not every statement is listed");
  let marked = 0;
  for (const { id } of data) {
    await page.locator(`a[href="#/statements/${id}"]`).click();
    await page.locator(".comparison").waitFor();
    const { reports } = await read(`/v1/statements/${id}`);
    const links = await page
      .locator(".comparison figure .ways a")
      .evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    const [a, b] = links.map((link) => new URLSearchParams(link.split("?")[1]).get("quote"));
    const { differences } = await read(`/v1/statements/${id}/compare?a=${a}&b=${b}`);
    for (const [side, column] of [
      ["a", 0],
      ["b", 1],
    ]) {
      const expected = differences.filter((difference) => difference[side] && difference.kind !== "same");
      expected.sort((one, other) => one[side].start - other[side].start);
      const marks = await page
        .locator("figure")
        .nth(column)
        .locator("mark")
        .evaluateAll((all) => all.map((mark) => mark.firstChild.data));
      check(
        marks.join("|") === expected.map((difference) => difference[side].text).join("|"),
        `marked in ${side} of ${id}: ${marks.join("|")}`,
      );
      const text = await page
        .locator("figure blockquote")
        .nth(column)
        .evaluate((quote) => {
          const copy = quote.cloneNode(true);
          copy.querySelectorAll("sup").forEach((number) => number.remove());
          return copy.textContent;
        });
      const report = reports.find((report) => report.quote_id === (side === "a" ? a : b));
      check(text === report.text, `a wording is shown as ${text}`);
      marked += marks.length;
    }
    await page.getByText("differences as a table").click();
    const rows = await page.locator(".comparison tbody tr").count();
    check(rows === differences.filter(({ kind }) => kind !== "same").length, `${rows} differences in the table`);
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Statements", exact: true }).waitFor();
  }
  done.push(`${data.length} statements side by side, ${marked} differences marked`);
}

/** Every quote opens its article, and what is marked there are its characters: Unicode scalar values, as the API counts. */
async function checkQuotes(page, posted) {
  let count = 0;
  for (const article of posted) {
    const characters = Array.from(article.text);
    for (const quote of article.quotes) {
      await open(page, `#/articles/${article.id}?quote=${quote.id}`);
      const marks = page.locator("mark.selected");
      const words = (await marks.allTextContents()).join("");
      const expected = quote.segments.map(({ start, end }) => characters.slice(start, end).join("")).join("");
      check(words === expected, `the quote “${quote.text}” is marked as “${words}”`);
      check(
        await marks.first().evaluate((mark) => mark === document.activeElement),
        "the quote does not have the focus",
      );
      const box = await marks.first().boundingBox();
      check(box && box.y >= 0 && box.y < 1000, "the quote is not on the screen");
      count++;
    }
  }
  check(
    posted.some(({ text }) => text.length > Array.from(text).length),
    "no text has a character beyond 65,536",
  );
  done.push(`${count} quotes open their articles at their characters`);
}

async function checkProblems(page) {
  for (const [hash, path] of [
    ["#/zones/nowhere", "/v1/zones/nowhere"],
    ["#/statements?speaker=nobody", "/v1/statements?speaker=nobody"],
    ["#/articles/none", "/v1/articles/none"],
  ]) {
    await open(page, hash);
    const problem = await read(path);
    const text = await page.locator("main").innerText();
    for (const words of [problem.title, problem.detail])
      check(text.includes(words), `${hash} does not show “${words}”: ${text}`);
    await checkAccess(page, hash);
  }
  await open(page, "#/nothing");
  check((await heading(page)) === "There is no such view", `an unknown view is headed ${await heading(page)}`);
  done.push("problems are shown with the words of the API");
}

/** From the top by keyboard alone: past the bar into the content, and along its links. */
async function checkKeyboard(page) {
  await open(page, "#/statements");
  await page.keyboard.press("Tab");
  check(
    (await page.evaluate(() => document.activeElement.textContent)) === "Skip to the content",
    "no link skips the bar",
  );
  await page.keyboard.press("Enter");
  check((await page.evaluate(() => document.activeElement.id)) === "main", "the link does not lead to the content");
  check(hashOf(page) === "#/statements", "the link to the content loses the view");
  await page.keyboard.press("Tab");
  check(
    await page.evaluate(() => document.activeElement.closest("main") !== null),
    "the next stop is not in the content",
  );
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  check(outline === "solid", `what has the focus is not seen to have it: ${outline}`);
}

/** What the README shows. */
async function takeScreenshots(page, posted) {
  const { data: statements } = await read("/v1/statements?reports_min=2&zone=us-safe-zones-proposal");
  const rt = posted.find(({ outlet }) => outlet.slug === "rt");
  await page.setViewportSize({ width: 1100, height: 800 });
  for (const [name, hash, scrolledTo] of [
    ["explore-zones", "#/zones?valid_at=2017-09-20"],
    ["explore-positions", "#/zones/us-safe-zones-proposal", "#positions"],
    ["explore-statement", `#/statements/${statements.at(-1).id}`],
    ["explore-article", `#/articles/${rt.id}?quote=${rt.quotes[0].id}`],
  ]) {
    await open(page, hash);
    if (scrolledTo)
      await page
        .locator(scrolledTo)
        .evaluate((heading) => scrollTo(0, heading.getBoundingClientRect().top + scrollY - 20));
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(screenshots, `${name}.png`) });
  }
}

try {
  const page = browser.pages()[0] ?? (await browser.newPage());
  page.setDefaultTimeout(30_000);
  await checkFreshService(page);
  const posted = await postArticles();
  await claimBorders();
  const statement = (await read("/v1/statements?reports_min=2")).data[0];
  const [first] = posted;
  await checkWeight(page);
  await checkDays(page);
  await checkMap(page);
  await checkZones(page);
  await checkClaims(page);
  await checkTimelineChoice(page);
  await checkShifts(page);
  await checkComparisons(page);
  await checkQuotes(page, posted);
  await checkKeyboard(page);
  for (const hash of [
    "#/zones",
    "#/zones?valid_at=2018-10-01",
    "#/zones/idlib-de-escalation-zone",
    "#/zones/us-safe-zones-proposal",
    "#/statements",
    `#/statements/${statement.id}`,
    "#/shifts",
    `#/articles/${first.id}?quote=${first.quotes[0].id}`,
  ]) {
    await open(page, hash);
    await page.locator("details").evaluateAll((all) => all.forEach((details) => (details.open = true)));
    await checkAccess(page, hash);
  }
  check(refusals.length === 0, `refused were ${refusals}`);
  await checkProblems(page);
  const expected = [
    "400 /v1/statements",
    "404 /v1/articles/none",
    "404 /v1/articles/none/quotes",
    "404 /v1/zones/nowhere",
  ];
  check(refusals.sort().join() === expected.join(), `refused were ${refusals}, not ${expected}`);
  check(foreign.length === 0, `asks somebody else: ${foreign}`);
  if (screenshots) await takeScreenshots(page, posted);
} catch (error) {
  complaints.push(error.stack ?? String(error));
} finally {
  await close();
}
for (const complaint of complaints) console.error(`explore: ${complaint}`);
if (complaints.length === 0) {
  for (const sentence of done) console.log(`explore: ${sentence}`);
  console.log("explore: console quiet, no foreign request");
}
process.exitCode = complaints.length === 0 ? 0 : 1;
