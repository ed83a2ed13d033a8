/** A whole report: verdict, then reasons beside the document. Fits a page and a 400 px panel. */

import { aiTrainingView } from "./ai-training.js";
import { betterView } from "./better.js";
import { clausesView } from "./clauses.js";
import { deadlinesView } from "./deadlines.js";
import { announcer, h, idFor, on } from "./dom.js";
import { documentView } from "./document.js";
import { findingsView } from "./findings.js";
import { labelView } from "./label.js";
import { markPassage } from "./passage.js";
import { questionsView } from "./questions.js";
import { ratingView } from "./rating.js";
import { rightsView } from "./rights.js";
import { rubricView } from "./rubric.js";
import { summaryView } from "./summary.js";
import { transparencyView } from "./transparency.js";
import { uncheckedView } from "./unchecked.js";
import { verdictView } from "./verdict.js";
import { moment, NOT_LEGAL_ADVICE } from "./words.js";

/** @typedef {import("./shapes.js").OpenReport} OpenReport */
/** @typedef {(id: string, format: "html" | "markdown") => string} ExportAddress */

/** @param {OpenReport} open @param {ExportAddress} exportAddress */
function exportView({ id, report }, exportAddress) {
  return h(
    "section",
    { class: "export", "aria-labelledby": "export-heading" },
    h("h2", { id: "export-heading" }, "Keep or share this report"),
    h(
      "p",
      { class: "actions" },
      id !== null &&
        h(
          "a",
          { class: "button", href: exportAddress(id, "html"), download: true },
          "Save as HTML",
        ),
      id !== null &&
        h(
          "a",
          { class: "button", href: exportAddress(id, "markdown"), download: true },
          "Save as Markdown",
        ),
      announcer("Save as JSON", { class: "button" }, "save-json", { report }),
    ),
    id === null &&
      h(
        "p",
        { class: "section-note" },
        "Your settings keep no history, so this report is gone once you leave it.",
      ),
  );
}

/** @param {OpenReport} open */
function colophonView({ report }) {
  const { subject, versions } = report;
  const { layers = [] } = report.details;
  const models = Object.keys(versions.models);
  const facts = [
    ["Source", subject.source],
    ...(layers.length > 0 ? [["Read along with it", layers.join(", ")]] : []),
    ["Read", moment(report.created_at)],
    ["Assistant", versions.software],
    ["Rules", versions.knowledge],
    ["Models", models.length > 0 ? models.join(", ") : "none ran"],
    ["SHA-256 of what was read", subject.sha256],
  ];
  return h(
    "footer",
    { class: "colophon" },
    h("p", { class: "legal" }, NOT_LEGAL_ADVICE),
    h(
      "details",
      {},
      h("summary", {}, "About this report"),
      h(
        "dl",
        { class: "facts" },
        facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
      ),
    ),
  );
}

/** The way to what changed since the document was read last. @param {OpenReport} open */
function earlierView({ id, earlier }) {
  if (id === null || !earlier) return null;
  return h(
    "p",
    { class: "actions" },
    announcer(
      `What changed since ${moment(earlier.created_at)}`,
      { class: "button" },
      "show-changes",
      {
        older: earlier.id,
        newer: id,
      },
    ),
  );
}

/** The paragraph, where it says more than the sentences below it. @param {OpenReport} open */
function ledeView({ report }) {
  const { paragraph } = report.details;
  const repeats = report.summary.every(({ text }) => paragraph.includes(text));
  return repeats ? null : h("p", { class: "lede" }, paragraph);
}

/** @param {Element} element */
function bringIntoView(element) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "center" });
}

/**
 * Lets quotes open their passage in the document, and reasons their finding.
 *
 * @param {HTMLElement} article
 * @param {OpenReport} open
 */
function connect(article, { report }) {
  /** @type {Element | null} */
  let origin = null;
  const back = article.querySelector(".document-back");
  on(article, "show-passage", ({ span }, from) => {
    const [first] = markPassage(article, report.details.text, span);
    if (!first) return;
    origin = from;
    if (back instanceof HTMLElement) back.hidden = false;
    first.focus({ preventScroll: true });
    bringIntoView(first);
  });
  back?.addEventListener("click", () => {
    if (!(origin instanceof HTMLElement)) return;
    origin.focus({ preventScroll: true });
    bringIntoView(origin);
  });
  on(article, "show-finding", ({ ruleId }) => {
    const finding = article.querySelector(`#${idFor("finding", ruleId)}`);
    if (!(finding instanceof HTMLDetailsElement)) return;
    finding.open = true;
    finding.querySelector("summary")?.focus({ preventScroll: true });
    bringIntoView(finding);
  });
}

/**
 * @param {OpenReport} open
 * @param {ExportAddress} exportAddress
 * @returns {HTMLElement}
 */
export function reportView(open, exportAddress) {
  const { report } = open;
  const reasons = [
    summaryView(report),
    findingsView(open),
    questionsView(report.details),
    deadlinesView(report.details),
    clausesView(report.details),
    aiTrainingView(report.details),
    labelView(report.details),
    rightsView(report.details),
    transparencyView(report.details),
    rubricView(report.details),
    ratingView(report),
    betterView(open),
  ];
  const unchecked = uncheckedView(report);
  const ordered = report.rating.grade === null ? [unchecked, ...reasons] : [...reasons, unchecked];
  const article = h(
    "article",
    { class: "report" },
    verdictView(report),
    h(
      "div",
      { class: "report-columns" },
      h(
        "div",
        { class: "report-reasons" },
        ledeView(open),
        earlierView(open),
        ordered,
        exportView(open, exportAddress),
        colophonView(open),
      ),
      documentView(report.details),
    ),
  );
  connect(article, open);
  return article;
}
