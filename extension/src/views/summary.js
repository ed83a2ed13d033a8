/** The policy in a few plain sentences, each with the quote it rests on. */

import { h } from "./dom.js";
import { quotesView } from "./quotes.js";

/** @typedef {import("./shapes.js").Report} Report */

/**
 * @param {Report} report
 * @returns {HTMLElement | null} null where there is no summary
 */
export function summaryView({ summary }) {
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
          h("details", {}, h("summary", {}, statement.text), quotesView(statement.evidence)),
        ),
      ),
    ),
  );
}
