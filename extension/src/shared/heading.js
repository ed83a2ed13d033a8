/** What stands on top of popup and panel: whose page it is, and how the assistant stands. */

import { h } from "../views/dom.js";
import { CONNECTION_WORDS } from "./state.js";

/** @typedef {import("./messages.js").View} View */
/** @typedef {import("./state.js").Notice} Notice */

/** Characters beyond which a domain is set smaller: the end of it says whose it is. */
const LONG = 36;

const NO_SITE = {
  own: "A page of the browser",
  private: "A private window",
  page: "This page",
  paused: "This page",
};

/** @param {View} view */
export function headingView({ connection, place, site }) {
  const owner = site?.owner;
  const domain = site?.domain ?? NO_SITE[place];
  return h(
    "header",
    { class: "heading" },
    h(
      "div",
      { class: "heading-site" },
      h("b", { class: domain.length > LONG ? "heading-domain is-long" : "heading-domain" }, domain),
      owner && h("span", { class: "fine heading-owner" }, `belongs to ${owner}`),
    ),
    h(
      "p",
      { class: `connection connection-${connection}` },
      h("span", { class: "connection-dot", "aria-hidden": "true" }),
      CONNECTION_WORDS[connection],
    ),
  );
}

/** Text whose stretches between backticks are shown as code. @param {string} text */
export function withCode(text) {
  return text.split("`").map((part, position) => (position % 2 ? h("code", {}, part) : part));
}

/**
 * @param {Notice} told
 * @param {string | null} code to be compared, if there is one
 */
export function noticeView({ kind, text, hint }, code) {
  return h(
    "section",
    { class: `notice notice-${kind}`, "aria-label": kind === "warning" ? "Problem" : "Note" },
    code !== null &&
      h(
        "p",
        { class: "pairing-code" },
        h("span", { class: "visually-hidden" }, `Code ${code.split("").join(" ")}`),
        h("span", { "aria-hidden": "true" }, code),
      ),
    h(
      "div",
      {},
      text && h("p", { class: "notice-text" }, withCode(text)),
      hint && h("p", { class: "fine" }, withCode(hint)),
    ),
  );
}
