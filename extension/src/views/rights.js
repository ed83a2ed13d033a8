/** What the document lets a reader demand, how, and of whom. */

import { h } from "./dom.js";
import { citedView, quotesView } from "./quotes.js";

/** @typedef {import("./shapes.js").Contact} Contact */
/** @typedef {import("./shapes.js").PolicyDetails} PolicyDetails */
/** @typedef {import("./shapes.js").Right} Right */

/** @type {Record<Contact["role"], string>} */
const ROLES = {
  privacy: "For privacy questions",
  dpo: "Data protection officer",
  eu_representative: "Representative in the EU",
  uk_representative: "Representative in the UK",
  general: "In general",
};

/** @param {Right} right */
function rightView({ name, explanation, evidence, how }) {
  return h(
    "li",
    {},
    h(
      "details",
      {},
      h("summary", {}, name),
      h("p", {}, explanation),
      quotesView(evidence),
      how.length > 0 && h("p", {}, h("strong", {}, "How to use it")),
      how.length > 0 && quotesView(how),
    ),
  );
}

/** @param {Contact[]} contacts */
function contactsView(contacts) {
  return h(
    "dl",
    { class: "facts contacts" },
    contacts.map(({ role, value, evidence }) =>
      h("div", {}, h("dt", {}, ROLES[role]), h("dd", {}, citedView(value, evidence))),
    ),
  );
}

/**
 * @param {PolicyDetails} details
 * @returns {HTMLElement | null} null where the document grants no right and names no contact
 */
export function rightsView({ rights = [], contacts = [] }) {
  if (rights.length === 0 && contacts.length === 0) return null;
  return h(
    "section",
    { class: "rights", "aria-labelledby": "rights-heading" },
    h("h2", { id: "rights-heading" }, "What you can demand, and of whom"),
    rights.length > 0 && h("ul", { class: "summary-list" }, rights.map(rightView)),
    contacts.length > 0 && contactsView(contacts),
  );
}
