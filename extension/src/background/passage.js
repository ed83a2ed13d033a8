/** Shows a passage of a policy where the site has it: on its page, highlighted. */

import { markInPage } from "./passage-page.js";
import { PROBLEMS, ServiceProblem } from "./problems.js";
import { siteOf } from "./view.js";
import { siteToLookAt } from "./work.js";

/** @typedef {import("../shared/messages.js").Passage} Passage */
/** @typedef {import("../shared/messages.js").Shown} Shown */
/** @typedef {import("../views/shapes.js").PolicyDetails} PolicyDetails */
/** @typedef {import("./passage-page.js").Sighting} Sighting */
/** @typedef {import("./told.js").Told} Told */

/** What is looked for, and in which document. @typedef {{ source: string, lines: string[], before: string }} Wanted */

const HIGHLIGHT = "privacy-assistant-passage";
/** The same on light and dark pages: it brings its own ground. */
const STYLE = `::highlight(${HIGHLIGHT}) { background-color: #ffd84d; color: #1c1a10; }`;
const LONGEST = 20_000;
const CHARS_BEFORE = 200;
const LOADS_WITHIN_MS = 15_000;
const ANSWERS_WITHIN_MS = 8_000;
const LOOK_AGAIN_MS = 400;
/** Pages that write themselves are looked at again while they grow. */
const LOOKS_WITHIN_MS = 5_000;
const STILL_LOOKS = 3;

const sleep = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

/** Counts what was asked for: what comes later is what the person wants. */
let asked = 0;

/**
 * @param {Passage} passage
 * @param {import("./work.js").Parts} parts
 * @returns {Promise<Shown>}
 * @throws {ServiceProblem} nobody may look there, or no such passage was told
 */
export async function showPassage(passage, { told, onChange }) {
  asked += 1;
  const turn = asked;
  const site = await siteToLookAt(passage.tabId);
  const about = await told.of(passage.tabId, site.host);
  const wanted = wantedOf(about, passage);
  const address = wanted && webAddress(wanted.source);
  if (!wanted || address === null) throw new ServiceProblem(PROBLEMS.unread);

  const tab = await tabWith(address, passage.tabId);
  const tabId = tab.id ?? chrome.tabs.TAB_ID_NONE;
  if (/\.pdf$/i.test(new URL(address).pathname)) return { shown: "pdf", tabId };
  const isThere = await loaded(tabId);
  if (asked !== turn) return { shown: null, tabId };
  if (!isThere) return { shown: "closed", tabId };
  if (passage.report === "policy" && tabId !== passage.tabId) {
    const there = await siteOf(tabId);
    // The page that the report is on has a report.
    if (there && isSame((await chrome.tabs.get(tabId)).url, address)) {
      if ((await told.of(tabId, there.host)).policy === null) {
        await told.add(tabId, there.host, { policy: about.policy, policyId: about.policyId });
        onChange(tabId);
      }
    }
  }
  return { shown: await look(tabId, wanted, () => asked === turn), tabId };
}

/**
 * @param {Told} about
 * @param {Passage} passage
 * @returns {Wanted | null} null where the service told of no such passage
 */
function wantedOf({ policy, report }, passage) {
  const { start, end } = passage;
  if (![start, end].every(Number.isInteger) || start < 0 || end <= start) return null;
  if (end - start > LONGEST) return null;
  if (passage.report === "policy") return policy && inPolicy(policy, start, end);
  const source = report?.details.policy?.source;
  if (source === undefined) return null;
  const pieces = [...(report?.findings ?? []), ...(report?.summary ?? [])];
  const quote = pieces
    .flatMap(({ evidence }) => evidence)
    .filter((piece) => piece.type === "text_span")
    .find((piece) => piece.start === start && piece.end === end)?.quote;
  if (quote === undefined) return null;
  const same = policy?.subject.source === source ? inPolicy(policy, start, end) : null;
  return same?.lines.join("\n") === quote ? same : { source, lines: quote.split("\n"), before: "" };
}

/**
 * @param {import("../views/shapes.js").Report} policy
 * @param {number} start
 * @param {number} end
 * @returns {Wanted | null}
 */
function inPolicy({ details, subject }, start, end) {
  const points = Array.from(details.text);
  if (end > points.length) return null;
  return {
    source: documentAt(details, start) ?? subject.source,
    lines: linesOf(details, points, start, end),
    before: points.slice(Math.max(0, start - CHARS_BEFORE), start).join(""),
  };
}

/** The deeper page whose text stands at a place; null for the first page. @param {PolicyDetails} details @param {number} start */
function documentAt({ layers = [], layer_starts: starts = [] }, start) {
  const at = starts.findLastIndex((begins) => begins <= start);
  return layers[at] ?? null;
}

/**
 * The lines of a passage. A row of a table is told as "label: cell; label: cell"; the page has the
 * cells one after the other, and the labels far above.
 *
 * @param {PolicyDetails} details
 * @param {string[]} points
 * @param {number} start
 * @param {number} end
 */
function linesOf({ blocks }, points, start, end) {
  const rows = blocks.filter(
    (block) => block.kind === "table_row" && block.start < end && block.end > start,
  );
  const lines = [];
  let from = start;
  for (const line of points.slice(start, end).join("").split("\n")) {
    const isRow = rows.some((row) => row.start <= from && from < row.end);
    lines.push(...(isRow ? line.split("; ").map((cell) => cell.replace(/^.*?: /, "")) : [line]));
    from += Array.from(line).length + 1;
  }
  return lines;
}

/** @param {string} source @returns {string | null} null for what is no page of the web */
function webAddress(source) {
  if (!URL.canParse(source)) return null;
  const url = new URL(source);
  url.username = url.password = "";
  return /^https?:$/.test(url.protocol) ? url.href : null;
}

/** Whether two addresses lead to one page, whatever place in it. @param {string | undefined} one @param {string} other */
function isSame(one, other) {
  return one?.replace(/#.*$/s, "") === other.replace(/#.*$/s, "");
}

/**
 * Turns to the tab that shows an address already, or opens one beside the tab that is spoken of.
 *
 * @param {string} address
 * @param {number} besideId
 */
async function tabWith(address, besideId) {
  const beside = await chrome.tabs.get(besideId);
  const tabs = await chrome.tabs.query({ windowId: beside.windowId });
  const same = tabs.filter(({ url, pendingUrl }) => isSame(pendingUrl || url, address));
  const tab = same.find(({ active }) => active) ?? same[0];
  if (tab?.active) return tab;
  if (tab?.id !== undefined) return (await chrome.tabs.update(tab.id, { active: true })) ?? tab;
  return chrome.tabs.create({
    url: address,
    windowId: beside.windowId,
    index: beside.index + 1,
    openerTabId: besideId,
  });
}

/** Waits for a tab to be there. @param {number} tabId @returns {Promise<boolean>} whether a page of the web is */
async function loaded(tabId) {
  const ends = Date.now() + LOADS_WITHIN_MS;
  for (;;) {
    const tab = await chrome.tabs.get(tabId).catch(() => null);
    if (tab === null) return false;
    const isThere = /^https?:/.test(tab.url ?? "");
    if (isThere && tab.status === "complete") return true;
    // A page can go on loading without end; what it shows by now may be enough.
    if (Date.now() > ends) return isThere;
    await sleep(100);
  }
}

/**
 * @param {number} tabId
 * @param {Wanted} wanted
 * @param {() => boolean} isWanted whether nothing else was asked for meanwhile
 * @returns {Promise<Shown["shown"]>}
 */
async function look(tabId, wanted, isWanted) {
  let letters = -1;
  let still = 0;
  const ends = Date.now() + LOOKS_WITHIN_MS;
  // Where the browser keeps extensions out, the look tells.
  void chrome.scripting.insertCSS({ target: { tabId }, css: STYLE }).catch(() => undefined);
  while (isWanted()) {
    const isLast = still >= STILL_LOOKS || Date.now() > ends;
    const seen = await mark(tabId, wanted, isLast);
    if (seen === null || seen.found === "unread") return "closed";
    if (seen.found !== "none") return seen.found;
    if (isLast) return "absent";
    still = seen.letters === letters ? still + 1 : 0;
    letters = seen.letters;
    await sleep(LOOK_AGAIN_MS);
  }
  return null;
}

/**
 * @param {number} tabId
 * @param {Wanted} wanted
 * @param {boolean} partly
 * @returns {Promise<Sighting | null>} null where the page cannot be looked into
 */
async function mark(tabId, { lines, before }, partly) {
  try {
    const seen = await Promise.race([
      chrome.scripting.executeScript({
        target: { tabId },
        func: markInPage,
        args: [lines, before, HIGHLIGHT, partly],
      }),
      sleep(ANSWERS_WITHIN_MS).then(() => null),
    ]);
    return seen?.[0]?.result ?? null;
  } catch (error) {
    // The browser keeps extensions out of this page, or the tab is gone.
    if (error instanceof Error) return null;
    throw error;
  }
}
