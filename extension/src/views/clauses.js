/** Clauses in terms of service that are worth reading twice, by kind. */

import { h } from "./dom.js";
import { quotesView } from "./quotes.js";
import { counted } from "./words.js";

/** @typedef {import("./shapes.js").Clause} Clause */
/** @typedef {import("./shapes.js").TextSpan} TextSpan */

/** @param {Clause} clause @returns {TextSpan} */
function spanOf({ start, end, text }) {
  return { type: "text_span", start, end, quote: text };
}

/** @param {Clause[]} clauses of one kind, at least one */
function kindView(clauses) {
  const { name, why } = /** @type {Clause} */ (clauses[0]);
  return h(
    "li",
    {},
    h(
      "details",
      {},
      h(
        "summary",
        {},
        name,
        h("span", { class: "count" }, ` ${counted(clauses.length, "passage")}`),
      ),
      h("p", {}, why),
      quotesView(clauses.map(spanOf)),
    ),
  );
}

/**
 * @param {import("./shapes.js").PolicyDetails} details
 * @returns {HTMLElement | null} null where the document has none
 */
export function clausesView({ clauses = [] }) {
  if (clauses.length === 0) return null;
  /** @type {Map<string, Clause[]>} */
  const kinds = new Map();
  for (const clause of clauses) kinds.set(clause.kind, [...(kinds.get(clause.kind) ?? []), clause]);
  return h(
    "section",
    { class: "clauses", "aria-labelledby": "clauses-heading" },
    h("h2", { id: "clauses-heading" }, "Clauses to read twice"),
    h(
      "p",
      { class: "section-note" },
      "Clauses of these kinds are often one-sided. Whether one is fair here, the assistant cannot tell.",
    ),
    h("ul", { class: "summary-list" }, Array.from(kinds.values(), kindView)),
  );
}
