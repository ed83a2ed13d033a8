/** A policy or a site in a few plain sentences, each with the quote it rests on. */

import { h } from "./dom.js";
import { evidenceView } from "./evidence.js";
import { quotesView } from "./quotes.js";
import { standingView } from "./standing.js";

/** @typedef {import("./shapes.js").Evidence} Evidence */
/** @typedef {import("./shapes.js").Finding} Finding */
/** @typedef {import("./shapes.js").AnyReport} AnyReport */

/**
 * Whether two pieces of evidence are one.
 *
 * @param {Evidence} one
 * @param {Evidence} other
 */
function isSame(one, other) {
  if (one.type === "text_span") {
    return other.type === "text_span" && one.start === other.start && one.end === other.end;
  }
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * The finding that a sentence tells: the first that rests on the same evidence.
 *
 * @param {Finding[]} findings
 * @param {Evidence[]} evidence
 */
function findingBehind(findings, [first]) {
  if (first === undefined) return undefined;
  return findings.find((finding) => finding.evidence.some((piece) => isSame(piece, first)));
}

/** @param {Finding | undefined} finding */
function standingOf(finding) {
  return finding ? h("span", { class: "statement-standing" }, standingView(finding)) : null;
}

/**
 * @param {AnyReport} report
 * @returns {HTMLElement | null} null where there is no summary
 */
export function summaryView({ kind, summary, findings }) {
  if (summary.length === 0) return null;
  return h(
    "section",
    { class: "summary", "aria-labelledby": "summary-heading" },
    h("h2", { id: "summary-heading" }, "In plain words"),
    h(
      "p",
      { class: "section-note" },
      kind === "site"
        ? "Open a sentence to see what it rests on."
        : "Open a sentence to see what the document says.",
    ),
    h(
      "ol",
      { class: "summary-list" },
      summary.map((statement) =>
        h(
          "li",
          {},
          h(
            "details",
            {},
            h(
              "summary",
              {},
              h("span", { class: "statement" }, statement.text),
              standingOf(findingBehind(findings, statement.evidence)),
            ),
            kind === "site" ? evidenceView(statement.evidence) : quotesView(statement.evidence),
          ),
        ),
      ),
    ),
  );
}
