/** What people ask, with the answers at hand, and a line for a question of one's own. */

import { announce, announcer, h } from "./dom.js";
import { quotesView } from "./quotes.js";

/** @typedef {import("./shapes.js").Answer} Answer */
/** @typedef {import("./shapes.js").PolicyDetails} PolicyDetails */
/** @typedef {import("./shapes.js").SuggestedQuestion} SuggestedQuestion */

/**
 * One answer: its sentence, or why there is none, and the passages.
 *
 * @param {Answer} answer
 * @returns {HTMLElement}
 */
function answerView({ text, reason, evidence, confidence, rule_id }) {
  const said = text === null ? reason : rule_id === "" ? null : text;
  return h(
    "div",
    { class: "answer" },
    said !== null && h("p", {}, said),
    quotesView(evidence),
    text !== null && h("p", { class: "fine" }, `${Math.round(confidence * 100)} % sure`),
  );
}

/** A settled question opens on its answer. @param {SuggestedQuestion} suggested */
function settledView({ question, answer }) {
  return h(
    "li",
    {},
    h(
      "details",
      {},
      h("summary", {}, question),
      answer &&
        answerView(/** @type {Answer} */ ({ ...answer, rule_id: answer.rule_id || "told" })),
    ),
  );
}

/**
 * Where the page puts the answer to what was asked last.
 *
 * @param {Element} root
 * @param {Answer | string} answer a string while the answer is being looked for, or why there is none
 */
export function showAnswer(root, answer) {
  const place = root.querySelector(".asked");
  if (!place) return;
  const told =
    typeof answer === "string"
      ? [h("p", {}, answer)]
      : [h("h3", { tabindex: "-1" }, answer.question), answerView(answer)];
  place.replaceChildren(...told);
}

/**
 * @param {PolicyDetails} details
 * @returns {HTMLElement | null} null for what was not read
 */
export function questionsView({ questions = [], segments }) {
  if (segments.length === 0) return null;
  const settled = questions.filter(({ answer }) => answer !== null);
  const open = questions.filter(({ answer }) => answer === null);
  const field = h("input", {
    id: "question",
    name: "question",
    type: "text",
    maxlength: 500,
    autocomplete: "off",
    required: true,
    placeholder: "Do they sell my data?",
  });
  const form = h(
    "form",
    { class: "ask" },
    h("label", { for: "question" }, "Ask in your own words"),
    h(
      "div",
      { class: "ask-row" },
      field,
      h("button", { type: "submit", class: "button primary" }, "Ask"),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim() !== "") announce(form, "ask-question", { question: field.value });
  });
  return h(
    "section",
    { class: "questions", "aria-labelledby": "questions-heading" },
    h("h2", { id: "questions-heading" }, "Ask this document"),
    form,
    h("div", { class: "asked", "aria-live": "polite" }),
    settled.length > 0 && h("ul", { class: "summary-list" }, settled.map(settledView)),
    open.length > 0 &&
      h(
        "details",
        { class: "unsettled" },
        h("summary", {}, "More that people ask"),
        h(
          "ul",
          { class: "plain-list" },
          open.map(({ question }) =>
            h(
              "li",
              {},
              announcer(question, { class: "text-button" }, "ask-question", { question }),
            ),
          ),
        ),
      ),
  );
}
