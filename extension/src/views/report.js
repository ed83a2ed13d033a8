/** A whole report: verdict, then reasons beside the document. Fits a page and a 400 px panel. */

import { aiTrainingView } from "./ai-training.js";
import { betterView } from "./better.js";
import { clausesView } from "./clauses.js";
import { deadlinesView } from "./deadlines.js";
import { announcer, bringIntoView, h, on } from "./dom.js";
import { documentView } from "./document.js";
import { findingsView, openFindings } from "./findings.js";
import { colophonView, exportView } from "./keeping.js";
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
import { counted, day, documentWords, moment, NOT_LEGAL_ADVICE } from "./words.js";

/** @typedef {import("./shapes.js").OpenReport} OpenReport */
/** @typedef {import("./keeping.js").ExportAddress} ExportAddress */

/** @param {import("./shapes.js").Report} report @returns {import("./verdict.js").About} */
function aboutPolicy({ created_at, details }) {
  const kind = documentWords(details.document_type);
  const parts = [`Read on ${day(created_at)}`];
  if (details.words > 0) {
    parts.push(counted(details.words, "word"), `a ${details.reading_minutes}-minute read`);
  }
  return { kind: kind && `${kind} of`, parts };
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
  openFindings(article);
}

/**
 * @param {OpenReport} open
 * @param {ExportAddress | null} exportAddress null where no history is at hand
 * @returns {HTMLElement}
 */
export function reportView(open, exportAddress) {
  const { report } = open;
  const { layers = [] } = report.details;
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
    verdictView(report, aboutPolicy(report)),
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
        colophonView(
          report,
          NOT_LEGAL_ADVICE,
          layers.length > 0 ? [["Read along with it", layers.join(", ")]] : [],
        ),
      ),
      documentView(report.details),
    ),
  );
  connect(article, open);
  return article;
}
