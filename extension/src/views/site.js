/** The report of a site: verdict, reasons with their evidence, and who gets data beside them. */

import { announcer, h } from "./dom.js";
import { findingsView, openFindings } from "./findings.js";
import { colophonView, exportView } from "./keeping.js";
import { ownersView } from "./owners.js";
import { ratingView } from "./rating.js";
import { peersView, policyGradeView, sinceView } from "./site-beside.js";
import { siteFactsView } from "./site-facts.js";
import { summaryView } from "./summary.js";
import { uncheckedView } from "./unchecked.js";
import { verdictView } from "./verdict.js";
import { counted, day } from "./words.js";

/** @typedef {import("./shapes.js").AnyOpen} AnyOpen */
/** @typedef {import("./shapes.js").OpenSite} OpenSite */
/** @typedef {import("./shapes.js").SiteReport} SiteReport */

const LOOKED = {
  served: "Looked at as its server sends it",
  browser: "Looked at in a browser of its own",
  extension: "Seen in your browser",
};

/** Shares of all questions that stay open: from where it is told loudly, and told of the grade. */
const SOME = 0.25;
const MOST = 0.5;

const NOT_ADVICE =
  "This is a machine’s record of what was seen on one occasion, with its evidence beside it. It is not legal advice.";

/** @param {AnyOpen} open @returns {open is OpenSite} */
export function isSite(open) {
  return open.report.kind === "site";
}

/** What else the grade rests on: how little was seen, or the rule that holds it. @param {SiteReport} report */
function gradeNote(report) {
  const { rating, findings } = report;
  const { grade } = rating;
  if (openOf(report) > findings.length * MOST) {
    return "Most questions stay open: this grade covers only what was seen.";
  }
  const gate = rating.gates.find(({ at_most: atMost, at_least: atLeast = "F" }) =>
    grade === "A" || grade === "F"
      ? false
      : atMost === grade || (atMost === "A" && atLeast === grade),
  );
  if (gate === undefined) return "";
  const title = findings.find((finding) => finding.rule_id === gate.rule_id)?.title;
  return `One rule holds the grade at ${grade}: ${title ?? gate.rule_id}.`;
}

/** @param {SiteReport} report @returns {import("./verdict.js").About} */
function aboutSite(report) {
  const { created_at, details } = report;
  return {
    kind: "What is done on",
    parts: [
      `${LOOKED[details.observer]} on ${day(created_at)}`,
      counted(details.visits, "visit"),
      counted(details.requests, "request"),
    ],
    note: gradeNote(report),
  };
}

/** @param {SiteReport} report */
function openOf({ findings }) {
  return findings.filter(({ outcome }) => outcome === "undetermined").length;
}

/** How much stays open, so that nobody takes it for safe. @param {SiteReport} report */
function openView(report) {
  const { details, findings } = report;
  const open = openOf(report);
  const served = details.observer === "served";
  if (open === 0 && !served) return null;
  const share = `${open} of ${findings.length} questions stay open. `;
  const notSafe = "Open is not the same as safe.";
  if (!served && open < findings.length * SOME) return h("p", { class: "fine" }, share, notSafe);
  return h(
    "div",
    { class: "still-open" },
    h(
      "p",
      {},
      h("strong", {}, share),
      served ? "No script of the page ran, so nobody saw what they do. " : "",
      notSafe,
    ),
    served &&
      announcer("Look again in a browser", { class: "button" }, "rate-site", {
        text: details.page,
        browser: true,
      }),
  );
}

/** @param {SiteReport["details"]} details @returns {[string, string][]} */
function madeFrom({ page, lists, policy_links: links }) {
  return [
    ["Page", page],
    ...lists.map(({ name, rules, age_days: age, rules_unasked: unasked }) => {
      const days = age === null ? "" : `, ${counted(age, "day")} old`;
      const left = unasked > 0 ? `, ${unasked} of them not asked` : "";
      return /** @type {[string, string]} */ ([
        "Block list",
        `${name}: ${rules} rules${days}${left}`,
      ]);
    }),
    .../** @type {[string, string][]} */ (
      links.length > 0 ? [["Links to a policy", links.join(", ")]] : []
    ),
  ];
}

/**
 * @param {OpenSite} open
 * @param {import("./keeping.js").ExportAddress | null} exportAddress null where no history is at hand
 * @returns {HTMLElement}
 */
export function siteView(open, exportAddress) {
  const { report } = open;
  const { details, rating } = report;
  const reasons = [
    openView(report),
    summaryView(report),
    findingsView(open),
    sinceView(report),
    siteFactsView(report),
    policyGradeView(details),
    ratingView(report),
    peersView(details),
  ];
  const unchecked = uncheckedView(report);
  const article = h(
    "article",
    { class: "report site-report" },
    verdictView(report, aboutSite(report)),
    h(
      "div",
      { class: "report-columns" },
      h(
        "div",
        { class: "report-reasons" },
        rating.grade === null ? [unchecked, ...reasons] : [...reasons, unchecked],
        exportView(open, exportAddress),
        colophonView(report, NOT_ADVICE, madeFrom(details)),
      ),
      ownersView(details),
    ),
  );
  openFindings(article);
  return article;
}
