/** What else was seen of a site, folded: cookies, measuring scripts, what is typed, encryption. */

import { h } from "./dom.js";
import { addressView } from "./evidence.js";
import { counted } from "./words.js";

/** @typedef {import("./shapes.js").Cookie} Cookie */
/** @typedef {import("./shapes.js").SiteDetails} SiteDetails */
/** @typedef {import("./shapes.js").SiteReport} SiteReport */

const DAYS_A_MONTH = 30.4;
const DAYS_A_YEAR = 365;
const NOT_FOUND_OUT = "not found out";

/** Said of kinds of fingerprinting; what has no words here is called as it comes. */
export const MEASURES = new Map([
  ["canvas", "a hidden drawing"],
  ["audio", "a silent sound"],
  ["webgl", "the graphics card"],
  ["fonts", "the fonts"],
  ["probing", "many details of the device"],
]);

/** Said of kinds of form fields. */
export const FIELDS = new Map([
  ["email", "your email address"],
  ["password", "your password"],
  ["name", "your name"],
  ["phone", "your phone number"],
  ["address", "your address"],
  ["card", "your card number"],
  ["search", "what you search for"],
  ["text", "what you write"],
]);

const HASHES = ["md5", "sha1", "sha256", "sha512"];

/** @param {number | null} days */
function lifetime(days) {
  if (days === null) return "until the browser closes";
  if (days < 1) return "less than a day";
  if (days < 60) return counted(Math.round(days), "day");
  if (days < 700) return `${Math.round(days / DAYS_A_MONTH)} months`;
  return `${Math.round(days / DAYS_A_YEAR)} years`;
}

/** @param {string} word the kind, where nothing is listed @param {boolean} watched */
function noneView(word, watched) {
  return h(
    "p",
    { class: "none-seen" },
    h("strong", {}, `${word}: `),
    watched ? "none was seen." : "not looked at, so nobody knows.",
  );
}

/** @param {string} heading @param {string} count @param {(HTMLElement | string)[]} inside */
function foldedView(heading, count, ...inside) {
  return h(
    "details",
    {},
    h("summary", {}, h("strong", {}, heading), h("span", { class: "count" }, ` ${count}`)),
    inside,
  );
}

/** @param {SiteDetails} details */
function cookiesView({ cookies, watched }) {
  if (cookies.length === 0) return noneView("Cookies", watched.includes("cookies"));
  const telling = cookies.filter(({ identifier }) => identifier).length;
  return foldedView(
    "Cookies",
    `${cookies.length}, ${telling === 0 ? "none" : telling} can tell you apart`,
    h(
      "div",
      { class: "table-scroll", tabindex: "0", role: "group", "aria-label": "Cookies, table" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["Name", "Kept by", "How long"].map((name) => h("th", { scope: "col" }, name)),
          ),
        ),
        h("tbody", {}, cookies.map(cookieView)),
      ),
    ),
  );
}

/** @param {Cookie} cookie */
function cookieView({
  name,
  domain,
  owner,
  third_party: foreign,
  lifetime_days: days,
  identifier,
}) {
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row" },
      name,
      identifier && h("span", { class: "fine sensitive" }, "can tell you apart"),
    ),
    h(
      "td",
      {},
      owner,
      h("span", { class: "fine" }, foreign ? domain : `${domain}, the site itself`),
    ),
    h("td", {}, lifetime(days)),
  );
}

/** @param {SiteDetails} details */
function fingerprintingView({ fingerprinting, watched }) {
  const heading = "Scripts that measured your device";
  if (fingerprinting.length === 0) return noneView(heading, watched.includes("calls"));
  return foldedView(
    heading,
    `${fingerprinting.length}`,
    h(
      "p",
      { class: "section-note" },
      "Devices differ a little. Who measures enough of one knows it again without any cookie.",
    ),
    h(
      "ul",
      { class: "plain-list" },
      fingerprinting.map(({ owner, kinds, script }) =>
        h(
          "li",
          {},
          h("strong", {}, owner),
          `: by ${kinds.map((kind) => MEASURES.get(kind) ?? kind).join(", ")} `,
          addressView(script),
        ),
      ),
    ),
  );
}

/** @param {string[]} encodings */
function asSent(encodings) {
  if (encodings.some((encoding) => HASHES.includes(encoding))) {
    return "scrambled, which still links you";
  }
  return encodings.length > 0 ? "readable" : "";
}

/** @param {SiteReport} report */
function captureView({ details, findings }) {
  const { capture, watched } = details;
  const heading = "Who takes in what you type or do";
  if (capture.length === 0) return noneView(heading, watched.includes("fields"));
  const titles = new Map(findings.map((finding) => [finding.rule_id, finding.title]));
  return foldedView(
    heading,
    `${capture.length}`,
    h(
      "ul",
      { class: "plain-list" },
      capture.map(({ kind, owner, url, field, encodings }) => {
        const what = field === null ? "" : (FIELDS.get(field) ?? field);
        const parts = [titles.get(kind) ?? kind, what, asSent(encodings)];
        return h(
          "li",
          {},
          h("strong", {}, owner),
          `: ${parts.filter((part) => part !== "").join(", ")} `,
          addressView(url),
        );
      }),
    ),
  );
}

/** @param {boolean | null} told */
function yesNo(told) {
  return told === null ? NOT_FOUND_OUT : told ? "yes" : "no";
}

/** @param {SiteDetails} details */
function transportView({ transport, watched }) {
  const { https, hsts_days: days, insecure_requests: unsafe } = transport;
  const insists = days === null ? NOT_FOUND_OUT : days > 0 ? `yes, for ${days} days` : "no";
  const seen = watched.includes("requests") ? "none seen" : NOT_FOUND_OUT;
  const facts = [
    ["The page came encrypted", https ? "yes" : "no"],
    ...(https
      ? [
          [
            "Its certificate, which proves whose site it is, was verified",
            yesNo(transport.certificate_valid),
          ],
        ]
      : []),
    ["Links without https lead to encryption", yesNo(transport.upgrades)],
    ["It tells browsers to insist on encryption", insists],
    ["Parts that came without encryption", unsafe > 0 ? String(unsafe) : seen],
  ];
  return foldedView(
    "Encryption",
    https ? "the page came encrypted" : "the page came without it",
    h(
      "dl",
      { class: "fact-list" },
      facts.map(([name, value]) => h("div", {}, h("dt", {}, name ?? ""), h("dd", {}, value ?? ""))),
    ),
  );
}

/**
 * @param {SiteReport} report
 * @returns {HTMLElement}
 */
export function siteFactsView(report) {
  const { details } = report;
  return h(
    "section",
    { class: "site-facts", "aria-labelledby": "facts-heading" },
    h("h2", { id: "facts-heading" }, "What else was seen"),
    cookiesView(details),
    fingerprintingView(details),
    captureView(report),
    transportView(details),
  );
}
