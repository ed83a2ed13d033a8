/** What went wrong and what to do about it, translated by the error's code. */

import { announcer, h } from "./dom.js";
import { pictureView } from "./picture.js";

/** @typedef {import("./shapes.js").Problem} Problem */

/** Headlines by code; the service's own sentence and hint stand below. */
const TITLES = new Map([
  ["empty-input", "There is nothing to read"],
  ["empty-question", "There is no question"],
  ["not-comparable", "These two cannot be compared"],
  ["input-too-large", "That is too much to read"],
  ["malformed-observation", "That record of a site cannot be read"],
  ["unreadable-input", "That is not a document I can read"],
  ["unreadable-pdf", "That PDF is damaged"],
  ["not-a-photo", "That is no photo"],
  ["unreadable-photo", "That photo could not be read"],
  ["uncleanable-photo", "That photo cannot be cleaned"],
  ["password-protected-pdf", "That PDF is locked"],
  ["pdf-without-text", "That PDF holds only pictures"],
  ["invalid-request", "The page and the assistant do not understand each other"],
  ["fetch-failed", "That page did not come through"],
  ["invalid-url", "That is not a web address"],
  ["refused-address", "That address is private, so I did not go there"],
  ["unknown-host", "There is no site of that name"],
  ["connection-failed", "That site could not be reached"],
  ["tls-failure", "The connection to that site is not safe"],
  ["broken-response", "The site’s answer arrived broken"],
  ["fetch-timeout", "The site did not answer in time"],
  ["too-many-redirects", "The site sends me in circles"],
  ["response-too-large", "That page is too large"],
  ["http-status", "The site would not hand the page over"],
  ["damaged-model", "Part of the assistant is damaged"],
  ["missing-dependency", "A part of the assistant is not installed"],
  ["browser-missing", "There is no browser to look with"],
  ["browser-failed", "The browser did not start"],
  ["unknown-summarizer", "That summarizer is not here"],
  ["store-unavailable", "The history cannot be opened"],
  ["not-found", "That report is not here any more"],
  ["unknown-list", "There is no block list of that name"],
  ["broken-list", "That block list arrived broken"],
  ["not-authorized", "This page needs a fresh address"],
  ["too-many-tries", "Too many wrong codes were tried"],
  ["refused-origin", "This page was opened from somewhere else"],
  ["service-gone", "The assistant is not answering"],
  ["internal-error", "Something broke on our side"],
]);

const NEEDS_ADDRESS = new Set(["not-authorized", "refused-origin"]);

/** Codes where the same request may work a moment later. */
const PASSING = new Set([
  "service-gone",
  "fetch-timeout",
  "fetch-failed",
  "http-status",
  "unknown-host",
  "connection-failed",
  "broken-response",
  "store-unavailable",
  "internal-error",
]);

/** Text whose stretches between backticks are shown as code. @param {string} text */
function withCode(text) {
  return text.split("`").map((part, position) => (position % 2 ? h("code", {}, part) : part));
}

/** @param {Problem} problem */
function waysOn({ code }) {
  if (NEEDS_ADDRESS.has(code)) {
    return h(
      "div",
      { class: "way-on" },
      h(
        "p",
        {},
        "In the terminal where the assistant runs, copy the address it printed. If it is closed, start it again:",
      ),
      h("pre", {}, h("code", {}, "privacy-assistant serve --open")),
      h(
        "p",
        { class: "fine" },
        "Each address works once. That keeps other programs and websites out of what you read.",
      ),
    );
  }
  if (code === "service-gone") {
    return h(
      "div",
      { class: "way-on" },
      h("p", {}, "Start it again in a terminal, then open the address it prints:"),
      h("pre", {}, h("code", {}, "privacy-assistant serve --open")),
    );
  }
  return null;
}

/**
 * @param {Problem} problem
 * @returns {HTMLElement}
 */
export function problemView(problem) {
  const { code, message, hint } = problem;
  return h(
    "section",
    { class: "problem stage" },
    h(
      "div",
      { class: "stage-words" },
      h("h1", { tabindex: "-1" }, TITLES.get(code) ?? "That did not work"),
      h("p", { class: "lede" }, withCode(message)),
      !NEEDS_ADDRESS.has(code) && h("p", {}, withCode(hint)),
      waysOn(problem),
      !NEEDS_ADDRESS.has(code) &&
        h(
          "p",
          { class: "actions" },
          PASSING.has(code) && announcer("Try again", { class: "button primary" }, "try-again", {}),
          announcer(
            "Read something else",
            { class: PASSING.has(code) ? "button" : "button primary" },
            "start-again",
            { focus: "address" },
          ),
          announcer("Paste the text instead", { class: "button" }, "start-again", {
            focus: "text",
          }),
        ),
      h("p", { class: "fine" }, "Error code ", h("code", {}, code)),
    ),
    pictureView("unread"),
  );
}
