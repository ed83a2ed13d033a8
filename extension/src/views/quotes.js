/** Evidence as the reader sees it: the policy's own words, and the way to them. */

import { announcer, h } from "./dom.js";

/** @typedef {import("./shapes.js").Evidence} Evidence */
/** @typedef {import("./shapes.js").TextSpan} TextSpan */

/** @param {Evidence} evidence @returns {evidence is TextSpan} */
function isTextSpan(evidence) {
  return evidence.type === "text_span";
}

/**
 * The way to a passage on the site itself, in sight inside of what has the class `offers-site`:
 * only a browser's extension can show it there.
 *
 * @param {TextSpan} span
 */
export function onSiteView(span) {
  return h(
    "span",
    { class: "on-site" },
    announcer("Show it on the site", { class: "text-button" }, "show-on-site", { span }),
    h("span", { class: "on-site-told" }),
  );
}

/**
 * Tells beside the button what came of it.
 *
 * @param {Element} from the button
 * @param {string} words
 */
export function tellOnSite(from, words) {
  const place = from.parentElement?.querySelector(".on-site-told");
  if (place) place.textContent = words;
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
      onSiteView(span),
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
