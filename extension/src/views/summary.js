/** The policy in a few plain sentences, each with the quote it rests on. */

import { h } from "./dom.js";
import { quotesView } from "./quotes.js";
import { standingView } from "./standing.js";

/** @typedef {import("./shapes.js").Evidence} Evidence */
/** @typedef {import("./shapes.js").Finding} Finding */
/** @typedef {import("./shapes.js").Report} Report */

/**
 * The finding that a sentence tells: the first that rests on the same passage.
 *
 * @param {Finding[]} findings
 * @param {Evidence[]} evidence
 */
function findingBehind(findings, [first]) {
  if (first?.type !== "text_span") return undefined;
  return findings.find((finding) =>
    finding.evidence.some(
      (piece) =>
        piece.type === "text_span" && piece.start === first.start && piece.end === first.end,
    ),
  );
}

/** @param {Finding | undefined} finding */
function standingOf(finding) {
  return finding ? h("span", { class: "statement-standing" }, standingView(finding)) : null;
}

/**
 * @param {Report} report
 * @returns {HTMLElement | null} null where there is no summary
 */
export function summaryView({ summary, findings }) {
  if (summary.length === 0) return null;
  return h(
    "section",
    { class: "summary", "aria-labelledby": "summary-heading" },
    h("h2", { id: "summary-heading" }, "In plain words"),
    h("p", { class: "section-note" }, "Open a sentence to see what the document says."),
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
            quotesView(statement.evidence),
          ),
        ),
      ),
    ),
  );
}
