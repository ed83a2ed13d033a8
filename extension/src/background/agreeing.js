/**
 * Answers the control beside sign-up forms and “I agree” boxes (`content/agreeing.js`): reads what
 * the form links to when the person asks, and tells the worst of it.
 *
 * The control runs in web pages, so nothing of what it says is believed: it names links and no more,
 * and only the service fetches them, as it does any address, with its own guards.
 */

import "../generated/policy-names.js";
import "../content/naming.js";
import { openBeside } from "../shared/beside.js";
import { worstFirst } from "../views/standing.js";
import { documentWords, gradeWords, SEVERITY_WORDS } from "../views/words.js";
import { hostOf } from "./addresses.js";
import { loadSuffixes } from "./domains.js";
import { placeOf } from "./observer.js";
import { PROBLEMS, problemOf, ServiceProblem } from "./problems.js";
import { changeSettings, readSettings } from "./settings.js";
import { siteOf } from "./view.js";
import { forTab, policyLink } from "./work.js";

/** @typedef {import("../shared/messages.js").AgreedPoint} AgreedPoint */
/** @typedef {import("../shared/messages.js").Agreement} Agreement */
/** @typedef {import("../shared/messages.js").AgreeingMessage} AgreeingMessage */
/** @typedef {import("../views/shapes.js").Report} Report */
/** @typedef {import("./view.js").Site} Site */
/** @typedef {import("./work.js").Parts} Parts */
/** @typedef {{ report: Report, id: string | null }} Read */

const MOST_POINTS = 3;
const MOST_LINKS = 12;
const LONGEST_URL = 2_000;
const LONGEST_NAME = 300;
const LONGEST_TOLD = 600;
const LONGEST_QUOTE = 2_000;
/** More than a person asks for in a minute is asked for by something else. */
const MOST_A_MINUTE = 6;
const MINUTE_MS = 60_000;
const WEB = /^https?:/i;
const CALLS = new Set(["may-i", "read", "report", "connect", "not-here"]);

/** @satisfies {Record<string, import("../shared/messages.js").Problem>} */
const REFUSALS = {
  away: {
    code: "not-here",
    message: "The assistant does not look at this page.",
    hint: "Its settings say where it does.",
  },
  busy: {
    code: "busy",
    message: "The assistant is at work on this page already.",
    hint: "Try again in a moment.",
  },
};

/** When the last readings began. @type {number[]} */
const begun = [];

/** @param {Parts} parts */
export function listenToForms(parts) {
  chrome.runtime.onMessage.addListener((message, sender, answer) => {
    const tabId = sender.tab?.id;
    if (sender.id !== chrome.runtime.id || tabId === undefined) return undefined;
    if (!CALLS.has(message?.agreeing)) return undefined;
    const asked = /** @type {AgreeingMessage} */ (message);
    // Browsers open the panel straight from a click alone, so nothing may be waited for.
    if (asked.agreeing === "report") void openBeside(tabId);
    else {
      void respond(asked, sender, tabId, parts).then(answer, (error) => {
        answer(null); // the card says that nobody answered
        reportError(error);
      });
      return true;
    }
    return undefined;
  });
}

/**
 * @param {Exclude<AgreeingMessage, { agreeing: "report" }>} asked
 * @param {chrome.runtime.MessageSender} sender
 * @param {number} tabId
 * @param {Parts} parts
 * @returns {Promise<Agreement | boolean>}
 */
async function respond(asked, sender, tabId, parts) {
  const site = await siteAsking(sender, tabId);
  switch (asked.agreeing) {
    case "may-i":
      return site !== null;
    case "connect":
      if (site !== null) await chrome.runtime.openOptionsPage();
      return site !== null;
    case "not-here":
      if (site === null) return false;
      await changeSettings(({ agreeingExcept }) => ({
        agreeingExcept: [...agreeingExcept, site.domain],
      }));
      return true;
    case "read":
      if (site === null) return failed(REFUSALS.away);
      return read(linksOf(asked.links), tabId, parts);
  }
}

/**
 * @param {chrome.runtime.MessageSender} sender
 * @param {number} tabId
 * @returns {Promise<Site | null>} null where nothing is to be shown
 */
async function siteAsking({ url = "" }, tabId) {
  const { started, agreeing, agreeingExcept, paused } = await readSettings();
  if (!started || !agreeing) return null;
  const [place, site, suffixes] = await Promise.all([
    placeOf(tabId),
    siteOf(tabId),
    loadSuffixes(),
  ]);
  if (place !== "page" || site === null || !WEB.test(url)) return null;
  const own = suffixes.registrable(hostOf(url)) === site.domain;
  const left = paused.includes(site.domain) || agreeingExcept.includes(site.domain);
  return own && !left ? site : null;
}

/** @param {unknown} given @returns {{ text: string, url: string }[]} */
function linksOf(given) {
  return (Array.isArray(given) ? given : []).slice(0, MOST_LINKS).flatMap((link) => {
    const { text, url } = /** @type {Record<string, unknown>} */ (link ?? {});
    if (typeof text !== "string" || typeof url !== "string") return [];
    if (!WEB.test(url) || url.length > LONGEST_URL || !URL.canParse(url)) return [];
    const { username, password } = new URL(url);
    return username || password ? [] : [{ text: text.slice(0, LONGEST_NAME), url }];
  });
}

/** @returns {boolean} whether there may be another reading now */
function mayBegin() {
  while (begun[0] !== undefined && Date.now() - begun[0] > MINUTE_MS) begun.shift();
  return begun.length < MOST_A_MINUTE;
}

/**
 * @param {{ text: string, url: string }[]} links
 * @param {number} tabId
 * @param {Parts} parts
 * @returns {Promise<Agreement>}
 */
async function read(links, tabId, parts) {
  if (parts.working.has(tabId) || !mayBegin()) return failed(REFUSALS.busy);
  begun.push(Date.now());
  /** @type {Agreement | null} */
  let agreement = null;
  /** @type {import("../shared/messages.js").Problem | null} */
  let problem = null;
  await forTab(tabId, "reading", parts, async (site) => {
    try {
      const { readings, gaps } = await readAll(
        await wanted(links, tabId, site),
        tabId,
        site,
        parts,
      );
      const said = told(readings);
      agreement = { ...said, gaps: [...gaps, ...said.gaps], problem: null };
      const [first] = readings;
      return first ? { policy: first.report, policyId: first.id } : {};
    } catch (error) {
      problem = problemOf(error);
      throw error;
    }
  }).catch((error) => {
    problem = problemOf(error);
  });
  return agreement ?? failed(problem ?? REFUSALS.busy);
}

/**
 * The privacy policy and the terms among the links; else the policy that the page links to, or its
 * site.
 *
 * @param {{ text: string, url: string }[]} links
 * @param {number} tabId
 * @param {Site} site
 * @returns {Promise<string[]>}
 */
async function wanted(links, tabId, site) {
  const found = globalThis.policyNaming.candidates(links, site.url);
  const best = ["privacy-policy", "terms"].flatMap(
    (kind) => found.find((one) => one.kind === kind)?.url ?? [],
  );
  return best.length > 0 ? best : [await policyLink(tabId, site)];
}

/**
 * @param {string[]} urls
 * @param {number} tabId
 * @param {Site} site
 * @param {Parts} parts
 * @returns {Promise<{ readings: Read[], gaps: string[] }>}
 * @throws {ServiceProblem} none of them was read
 */
async function readAll(urls, tabId, site, { service, told: kept }) {
  const { policy, policyId } = await kept.of(tabId, site.host);
  /** @type {Read[]} */
  const readings = [];
  const gaps = [];
  let problem = null;
  for (const url of urls) {
    try {
      const known = policy !== null && bare(policy.subject.source) === bare(url);
      readings.push(known ? { report: policy, id: policyId } : await service.readPolicy({ url }));
    } catch (error) {
      problem ??= error;
      gaps.push(
        `${hostOf(url)}${new URL(url).pathname} could not be read: ${problemOf(error).message}`,
      );
    }
  }
  if (readings.length === 0) throw problem ?? new ServiceProblem(PROBLEMS.unexpected);
  return { readings, gaps };
}

/** @param {string} url */
function bare(url) {
  return url.replace(/#.*$/, "");
}

/** @param {import("../shared/messages.js").Problem} problem @returns {Agreement} */
function failed(problem) {
  return { documents: [], points: [], gaps: [], problem };
}

/** @param {Read[]} readings @returns {Pick<Agreement, "documents" | "points" | "gaps">} */
function told(readings) {
  const documents = readings.map(({ report: { subject, details, verdict, rating } }) => ({
    name: documentWords(details.document_type) || subject.name.slice(0, LONGEST_NAME),
    sentence: verdict.text.slice(0, LONGEST_TOLD),
    grade: rating.grade,
    graded: gradeWords(rating.grade),
  }));
  const unrated = readings.filter(({ report: { rating } }) => rating.grade === null);
  return {
    documents,
    points: worstPoints(
      readings,
      documents.map(({ name }) => (documents.length > 1 ? name : "")),
    ),
    gaps: unrated.flatMap(({ report }) => report.unchecked.slice(0, 1).map(({ why }) => why)),
  };
}

/**
 * Of all documents together, in the order of the report. A point that two of them make is told once.
 *
 * @param {Read[]} readings
 * @param {string[]} names what each document is called beside its points
 * @returns {AgreedPoint[]}
 */
function worstPoints(readings, names) {
  const stated = readings.flatMap(({ report }, number) =>
    report.findings.filter(isStated).map((finding) => ({ finding, document: names[number] ?? "" })),
  );
  const found = worstFirst(stated.map(({ finding }) => finding)).map((finding) => ({
    id: finding.rule_id,
    title: finding.title,
    why: finding.why,
    quote: quoteOf(finding),
    severity: SEVERITY_WORDS[finding.severity],
    document: stated.find((one) => one.finding === finding)?.document ?? "",
  }));
  // Of terms in other languages no more is found than clauses.
  const clauses = readings.flatMap(({ report: { rating, details } }, number) =>
    (rating.grade === null ? (details.clauses ?? []) : []).map(({ kind, name, why, text }) => ({
      id: kind,
      title: name,
      why,
      quote: text,
      severity: "Worth reading twice",
      document: names[number] ?? "",
    })),
  );
  const all = [...found, ...clauses];
  return all
    .filter(({ id }, place) => all.findIndex((one) => one.id === id) === place)
    .slice(0, MOST_POINTS)
    .map(({ title, why, quote, severity, document }) => ({
      title: title.slice(0, LONGEST_TOLD),
      why: why.slice(0, LONGEST_TOLD),
      quote: quote.slice(0, LONGEST_QUOTE),
      severity,
      document,
    }));
}

/** Whether it is a harm that the document states. @param {import("../views/shapes.js").Finding} finding */
function isStated(finding) {
  return finding.outcome === "present" && finding.nature === "harm" && quoteOf(finding) !== "";
}

/** @param {import("../views/shapes.js").Finding} finding */
function quoteOf({ evidence }) {
  return evidence.find((piece) => piece.type === "text_span")?.quote ?? "";
}
