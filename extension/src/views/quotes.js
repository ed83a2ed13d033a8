/** Evidence as the reader sees it: the policy's own words, and the way to them. */

import { announcer, h } from "./dom.js";

/** @typedef {import("./shapes.js").Evidence} Evidence */
/** @typedef {import("./shapes.js").TextSpan} TextSpan */

/** @param {Evidence} evidence @returns {evidence is TextSpan} */
function isTextSpan(evidence) {
  return evidence.type === "text_span";
}

/**
 * @param {TextSpan} span
 * @returns {HTMLElement}
 */
function quoteView(span) {
  return h(
    "figure",
    { class: "quote" },
    h("blockquote", {}, h("p", {}, span.quote)),
    h(
      "figcaption",
      {},
      announcer("Show in the document", { class: "text-button" }, "show-passage", { span }),
    ),
  );
}

/**
 * All quotes of one statement or finding.
 *
 * @param {Evidence[]} evidence
 * @returns {HTMLElement}
 */
export function quotesView(evidence) {
  return h("div", { class: "quotes" }, evidence.filter(isTextSpan).map(quoteView));
}

/**
 * Words that lead to the passage they rest on.
 *
 * @param {string} text
 * @param {TextSpan[]} evidence
 * @returns {HTMLElement}
 */
export function citedView(text, [span]) {
  return span === undefined
    ? h("span", {}, text)
    : announcer(text, { class: "cited" }, "show-passage", { span });
}
