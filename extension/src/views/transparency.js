/** Which of the things that the law asks for the document says, and where. */

import { h } from "./dom.js";
import { quotesView } from "./quotes.js";
import { confidenceWords, percent } from "./words.js";

/** @typedef {import("./shapes.js").Outcome} Outcome */
/** @typedef {import("./shapes.js").TransparencyItem} TransparencyItem */

/** In the order in which they are shown. @type {[Outcome, string, string][]} */
const STATES = [
  ["absent", "Not found", "said-not-found"],
  ["undetermined", "Not sure", "said-unsure"],
  ["present", "Found", "said-found"],
];

/** @param {TransparencyItem} item */
function explained({ outcome, confidence, evidence }) {
  if (outcome === "undetermined") {
    return evidence.length > 0
      ? "This sentence comes nearest. Judge for yourself."
      : "Not all of the document could be read for this.";
  }
  return outcome === "present"
    ? `The assistant is ${confidenceWords(confidence)} (${percent(confidence)}).`
    : "The whole document was read, and no sentence was found that says it.";
}

/** @param {TransparencyItem} item */
function legal({ article, only_where: where }) {
  return where ? `${article}. Asked for only where ${where}.` : `${article}.`;
}

/** @param {TransparencyItem} item @param {string} words @param {string} mark */
function itemView(item, words, mark) {
  return h(
    "li",
    {},
    h(
      "details",
      {},
      h("summary", {}, h("span", { class: `said ${mark}` }, words), h("span", {}, item.name)),
      h("p", {}, explained(item)),
      item.evidence.length > 0 && quotesView(item.evidence),
      h("p", { class: "section-note" }, legal(item)),
    ),
  );
}

/**
 * @param {import("./shapes.js").PolicyDetails} details
 * @returns {HTMLElement | null} null where the document was not read for it
 */
export function transparencyView({ transparency = [] }) {
  if (transparency.length === 0) return null;
  /** @param {Outcome} outcome */
  const of = (outcome) => transparency.filter((item) => item.outcome === outcome);
  return h(
    "section",
    { class: "transparency", "aria-labelledby": "transparency-heading" },
    h("h2", { id: "transparency-heading" }, "What the law asks a policy to say"),
    h(
      "p",
      {},
      h("strong", {}, `${of("present").length} of ${transparency.length} found.`),
      " Open one to see the words it rests on.",
    ),
    h(
      "p",
      { class: "section-note" },
      "The list is that of the GDPR, Art. 13 and 14. The assistant reads words, not law: what it did not find may be said in other words, or need not be said here.",
    ),
    h(
      "ul",
      { class: "summary-list" },
      STATES.flatMap(([outcome, words, mark]) =>
        of(outcome).map((item) => itemView(item, words, mark)),
      ),
    ),
  );
}
