/** Asks before something is gone for good. */

import { h } from "./dom.js";

/**
 * Opens a modal question over the page and answers with the choice's value, or
 * `null` where the person backs out.
 *
 * @template {string} Choice
 * @param {{ question: string, explanation: string, choices: { value: Choice, text: string }[] }} asked
 * @returns {Promise<Choice | null>}
 */
export function confirmChoice({ question, explanation, choices }) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { class: "confirm", "aria-labelledby": "confirm-question" });
    /** @type {Choice | null} */
    let chosen = null;
    /** @param {string} text @param {Choice | null} value @param {string} style */
    const choice = (text, value, style) =>
      h(
        "button",
        {
          type: "button",
          class: style,
          onclick: () => {
            chosen = value;
            dialog.close();
          },
        },
        text,
      );
    dialog.append(
      h("h2", { id: "confirm-question" }, question),
      h("p", {}, explanation),
      h(
        "p",
        { class: "actions" },
        choices.map(({ text, value }) => choice(text, value, "button danger")),
        choice("Keep it", null, "button"),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(chosen);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
