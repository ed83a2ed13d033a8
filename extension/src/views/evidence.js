/** Evidence of a site: what its policy says, and what was seen of it, each as text. */

import { h } from "./dom.js";
import { onSiteView } from "./quotes.js";

/** @typedef {import("./shapes.js").Evidence} Evidence */
/** @typedef {import("./shapes.js").NetworkRequest} NetworkRequest */
/** @typedef {import("./shapes.js").TextSpan} TextSpan */

/**
 * An address as text. It leads nowhere, and letters that run the other way stay inside of it.
 *
 * @param {string} url
 */
export function addressView(url) {
  return h("code", { class: "address", dir: "ltr" }, url);
}

/** @param {NetworkRequest} request */
function requestView({ url, method, initiator, what }) {
  return h(
    "li",
    {},
    addressView(url),
    h(
      "p",
      { class: "fine" },
      what ? `What matters in it: ${what}` : method === "GET" ? "Fetched from there" : "Sent there",
    ),
    initiator && h("p", { class: "fine" }, "Caused by ", addressView(initiator)),
  );
}

/** @param {string} heading @param {HTMLElement[]} pieces */
function sideView(heading, pieces) {
  return (
    pieces.length > 0 &&
    h("div", {}, h("p", { class: "evidence-side" }, heading), h("ul", {}, pieces))
  );
}

/**
 * What the policy says beside what was seen.
 *
 * @param {Evidence[]} evidence
 * @returns {HTMLElement | null} null where there is none
 */
export function evidenceView(evidence) {
  const said = evidence.filter((piece) => piece.type === "text_span");
  const seen = evidence.filter((piece) => piece.type === "network_request");
  if (said.length + seen.length === 0) return null;
  return h(
    "div",
    { class: "evidence" },
    sideView(
      "The policy says",
      said.map((span) =>
        h(
          "li",
          {},
          h(
            "figure",
            { class: "quote" },
            h("blockquote", {}, h("p", {}, span.quote)),
            h("figcaption", { class: "on-site" }, onSiteView(span)),
          ),
        ),
      ),
    ),
    sideView("What was seen", seen.map(requestView)),
  );
}
