/** Who gets data on a site: every third party with what it does there, worst first. */

import { h } from "./dom.js";
import { counted } from "./words.js";

/** @typedef {import("./shapes.js").Owner} Owner */
/** @typedef {import("./shapes.js").SiteDetails} SiteDetails */

/** Said of categories; what has no words here is called as it comes. */
const CATEGORIES = new Map([
  ["advertising", "advertising"],
  ["analytics", "measures visitors"],
  ["social", "social network"],
  ["marketing", "marketing"],
  ["tag-manager", "brings in other trackers"],
  ["session-replay", "records visits"],
  ["data-broker", "trades in data"],
  ["fingerprinting", "recognises devices"],
  ["consent-manager", "asks for consent"],
  ["customer-success", "help and chat"],
  ["video", "video"],
  ["content", "content"],
  ["utility", "tools for the site"],
  ["cdn", "delivers files"],
  ["hosting", "hosting"],
  ["other", "other"],
]);

/**
 * Marks with what they mean, and whether an owner has them.
 *
 * @type {[string, string, (owner: Owner) => boolean][]}
 */
const MARKS = [
  ["follows you", "It is known to watch people on many sites.", (owner) => owner.tracks],
  [
    "keeps an identifier",
    "It keeps something in your browser for over 30 days by which it knows you again.",
    (owner) => owner.stores_identifier,
  ],
  [
    "before you chose",
    "It was contacted before you could accept or refuse.",
    (owner) => owner.before_consent,
  ],
  [
    "under the site’s own name",
    "It hides behind an address of the site, so that blockers do not stop it.",
    (owner) => owner.disguises.length > 0,
  ],
];

/** @param {{ categories: string[] }} owner */
export function categoryWords({ categories }) {
  const words = categories.map((category) => CATEGORIES.get(category) ?? category);
  return words.join(", ") || "purpose unknown";
}

/** @param {Owner} owner */
function ownerView(owner) {
  const { name, company, domains, requests } = owner;
  const marks = MARKS.filter(([, , has]) => has(owner)).map(([mark]) => mark);
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row" },
      h("span", { class: "owner-name" }, name),
      company && company !== name && h("span", { class: "fine" }, `belongs to ${company}`),
      h("span", { class: "fine" }, categoryWords(owner)),
      h("span", { class: "fine owner-domains" }, domains.join(", ")),
    ),
    h("td", { class: "number" }, requests),
    h(
      "td",
      {},
      marks.length > 0 &&
        h(
          "ul",
          { class: "cells owner-marks" },
          marks.map((mark) => h("li", {}, mark)),
        ),
    ),
  );
}

/** @param {SiteDetails} details */
function nobodyWords({ watched }) {
  return watched.includes("requests")
    ? "Nobody but the site itself was contacted."
    : "The page names nobody else. What its scripts contact was not looked at.";
}

/** @param {SiteDetails} details */
function countWords({ owners, watched }) {
  const follow = owners.filter(({ tracks }) => tracks).length;
  const all = counted(owners.length, "company or service", "companies and services");
  const known = `${all}; ${follow === 0 ? "none" : follow} known to follow people.`;
  return watched.includes("requests")
    ? known
    : `${known} Only what stands in the page itself: its scripts may bring in more.`;
}

/** @param {Owner[]} owners */
function tableView(owners) {
  return h(
    "table",
    {},
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Who"),
        h("th", { scope: "col", class: "number" }, "Times"),
        h("th", { scope: "col" }, "Marks"),
      ),
    ),
    h("tbody", {}, owners.map(ownerView)),
  );
}

/**
 * @param {SiteDetails} details
 * @returns {HTMLElement}
 */
export function ownersView(details) {
  const { owners } = details;
  const used = MARKS.filter(([, , has]) => owners.some(has));
  return h(
    "section",
    { class: "document owners", "aria-labelledby": "owners-heading" },
    h(
      "header",
      { class: "document-header" },
      h("h2", { id: "owners-heading" }, "Who gets data here"),
      h("p", { class: "fine" }, owners.length > 0 ? countWords(details) : nobodyWords(details)),
    ),
    owners.length > 0 &&
      h(
        "div",
        {
          class: "document-scroll",
          tabindex: "0",
          role: "group",
          "aria-label": "Who gets data here, table",
        },
        tableView(owners),
        used.length > 0 &&
          h(
            "details",
            { class: "owner-legend" },
            h("summary", {}, "What the marks mean"),
            h(
              "dl",
              { class: "fine" },
              used.map(([mark, meaning]) => h("div", {}, h("dt", {}, mark), h("dd", {}, meaning))),
            ),
          ),
      ),
  );
}
