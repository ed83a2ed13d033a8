/** "Is there one like this that treats me better?", asked of the person's own history. */

import { announcer, h } from "./dom.js";
import { gradeBadge } from "./grade.js";

/** @typedef {import("./shapes.js").Better} Better */
/** @typedef {import("./shapes.js").BetterAnswer} BetterAnswer */
/** @typedef {import("./shapes.js").OpenReport} OpenReport */

/** @param {BetterAnswer} answer */
function answerWords({ service, compared, found }) {
  if (service === null) {
    return "The text does not make clear what kind of service this is; nothing was compared.";
  }
  const about = `This is about ${service.name}.`;
  if (compared === 0) return `${about} Your history holds no other of that kind.`;
  const others = `${compared} other${compared === 1 ? "" : "s"}`;
  if (found.length === 0) {
    return `${about} Of ${others} in your history none is rated clearly better.`;
  }
  const verb = found.length === 1 ? "is" : "are";
  return `${about} Of ${others} in your history ${found.length} ${verb} rated better:`;
}

/** @param {Better} better */
function foundView({ id, name, grade, score, spared }) {
  return h(
    "li",
    { class: "better-one" },
    gradeBadge(grade, score),
    h(
      "div",
      {},
      announcer(name, { class: "text-button history-name" }, "open-report", { id }),
      spared.length > 0 && h("p", { class: "fine" }, `Not there: ${spared.join("; ")}.`),
    ),
  );
}

/**
 * @param {Element} root
 * @param {BetterAnswer | string} answer a string while it is looked for, or why there is none
 */
export function showBetter(root, answer) {
  const place = root.querySelector(".better-found");
  if (!place) return;
  if (typeof answer === "string") {
    place.replaceChildren(h("p", {}, answer));
    return;
  }
  place.replaceChildren(
    h("p", {}, answerWords(answer)),
    ...(answer.found.length > 0
      ? [h("ul", { class: "plain-list" }, answer.found.map(foundView))]
      : []),
  );
}

/**
 * @param {OpenReport} open
 * @returns {HTMLElement | null} null for what is not kept or not rated
 */
export function betterView({ id, report }) {
  if (id === null || report.rating.grade === null) return null;
  return h(
    "section",
    { class: "better", "aria-labelledby": "better-heading" },
    h("h2", { id: "better-heading" }, "Is there one like this that treats me better?"),
    h(
      "p",
      { class: "section-note" },
      "Answered from what you have read yourself, on this computer. Nothing is looked up elsewhere.",
    ),
    announcer("Look in my history", { class: "button" }, "find-better", { id }),
    h("div", { class: "better-found", "aria-live": "polite" }),
  );
}
