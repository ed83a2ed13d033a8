/** What has to be done in time, with the words that name the time. */

import { h } from "./dom.js";
import { quotesView } from "./quotes.js";

/**
 * @param {import("./shapes.js").PolicyDetails} details
 * @returns {HTMLElement | null} null where no time is named
 */
export function deadlinesView({ deadlines = [] }) {
  if (deadlines.length === 0) return null;
  return h(
    "section",
    { class: "deadlines", "aria-labelledby": "deadlines-heading" },
    h("h2", { id: "deadlines-heading" }, "Times to keep"),
    h(
      "ul",
      { class: "summary-list" },
      deadlines.map(({ what, words, span }) =>
        h("li", {}, h("details", {}, h("summary", {}, `${what}: ${words}`), quotesView([span]))),
      ),
    ),
  );
}
