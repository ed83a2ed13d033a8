/** Twelve questions by which people rate policies, and what this one answers. */

import { h } from "./dom.js";
import { quotesView } from "./quotes.js";
import { confidenceWords, percent } from "./words.js";

/** @typedef {import("./shapes.js").Outcome} Outcome */
/** @typedef {import("./shapes.js").RubricAnswer} RubricAnswer */

/** @type {Record<Outcome, string>} */
const MARKS = { present: "said-found", undetermined: "said-unsure", absent: "said-not-found" };

/** @param {RubricAnswer} answer */
function explained({ outcome, confidence }) {
  if (outcome === "undetermined") return "The assistant could not decide. Judge for yourself.";
  return outcome === "present"
    ? `The assistant is ${confidenceWords(confidence)} (${percent(confidence)}).`
    : "The whole document was read, and no sentence was found that says otherwise.";
}

/** @param {RubricAnswer} answer */
function answerView(answer) {
  return h(
    "li",
    {},
    h(
      "details",
      {},
      h(
        "summary",
        {},
        h("span", {}, answer.question),
        " ",
        h("span", { class: `said ${MARKS[answer.outcome]}` }, answer.text),
      ),
      h("p", {}, explained(answer)),
      answer.evidence.length > 0 && quotesView(answer.evidence),
    ),
  );
}

/**
 * @param {import("./shapes.js").PolicyDetails} details
 * @returns {HTMLElement | null} null for what is no privacy policy
 */
export function rubricView({ rubric = [] }) {
  if (rubric.length === 0) return null;
  return h(
    "section",
    { class: "rubric", "aria-labelledby": "rubric-heading" },
    h("h2", { id: "rubric-heading" }, "Questions by which people rate policies"),
    h(
      "p",
      { class: "section-note" },
      "The questions are those of PrivacySpy's volunteers. They cost no points: the grade below is the sum of what the rules found.",
    ),
    h("ul", { class: "summary-list" }, rubric.map(answerView)),
  );
}
