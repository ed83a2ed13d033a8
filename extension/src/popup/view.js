/** The popup as elements: one sentence, what was done, what the page does now, one action. */

import { button, h } from "../views/dom.js";
import { gradeMark } from "../views/grade.js";
import { gradeWords } from "../views/words.js";
import { headingView, noticeView } from "../shared/heading.js";
import { nowLines } from "../shared/live.js";
import { ACTION_WORDS, firstAction, notice, workingWords, worst } from "../shared/state.js";

/** @typedef {import("../shared/messages.js").View} View */
/** @typedef {import("../shared/state.js").Action} Action */

/**
 * What clicks do.
 *
 * @typedef {{
 *   act: (action: Action) => void,
 *   why: () => void,
 *   undo: (undo: string) => void,
 *   watch: (on: boolean) => void,
 *   settings: () => void,
 * }} Clicks
 */

/** What was done fits in so many lines; the panel has them all. */
const DONE_LINES = 3;

/** Characters beyond which the sentence is set smaller. */
const LONG = 90;

/** @param {View} view */
function gradeView({ report, place }) {
  if (place !== "page") return null;
  const rating = report?.rating;
  if (!rating) return h("p", { class: "fine" }, "Not rated yet");
  if (rating.grade === null) return h("p", { class: "fine" }, "No grade: too little was seen");
  return h(
    "p",
    { class: "fine" },
    h("span", { class: "visually-hidden" }, `Grade ${rating.grade}: `),
    h("strong", {}, gradeWords(rating.grade)),
    `, ${rating.score} of 100`,
  );
}

/** @param {View} view */
function verdictView(view) {
  const { text, grade } = worst(view);
  return h(
    "div",
    { class: "popup-verdict" },
    view.place === "page" && gradeMark(grade),
    h(
      "div",
      {},
      h("h1", { class: text.length > LONG ? "is-long" : null, title: text }, text),
      gradeView(view),
    ),
  );
}

/** @param {View} view @param {Clicks} clicks */
function doneView({ done }, { undo }) {
  if (done.length === 0) return null;
  const more = done.length - DONE_LINES;
  return h(
    "section",
    { class: "popup-done", "aria-labelledby": "done-heading" },
    h("h2", { id: "done-heading" }, "Done for you", more > 0 && ` (${more} more in the report)`),
    h(
      "ul",
      {},
      done.slice(0, DONE_LINES).map(({ text, undo: back, note }) =>
        h(
          "li",
          {},
          h(
            "div",
            {},
            h("span", { title: text }, text),
            note && h("span", { class: "fine", title: note }, note),
          ),
          back !== null &&
            button("Undo", {
              class: "text-button",
              "aria-label": `Undo: ${text}`,
              "data-key": `undo-${back}`,
              onclick: () => undo(back),
            }),
        ),
      ),
    ),
  );
}

/** A switch to leave the site alone. @param {Clicks} clicks */
function watchView({ watch }) {
  return h(
    "button",
    {
      type: "button",
      class: "switch",
      role: "switch",
      "aria-checked": "true",
      "data-key": "watch",
      onclick: () => watch(false),
    },
    "Watch this site",
    h("span", { class: "switch-track", "aria-hidden": "true" }),
  );
}

/** @param {View} view @param {Clicks} clicks */
function nowView({ live, place }, clicks) {
  if (place !== "page") return null;
  return h(
    "section",
    { class: "popup-now", "aria-labelledby": "now-heading" },
    h(
      "div",
      { class: "popup-line" },
      h("h2", { id: "now-heading" }, "On this page"),
      watchView(clicks),
    ),
    live === null
      ? h(
          "p",
          {},
          "It was opened before anybody watched. Load it again, and it is seen from the start.",
        )
      : h(
          "dl",
          {},
          nowLines(live).map(({ name, words, more }) =>
            h(
              "div",
              {},
              h("dt", {}, name),
              h(
                "dd",
                {},
                h("span", { title: words }, words),
                more && h("span", { class: "fine", title: more }, more),
              ),
            ),
          ),
        ),
  );
}

/** @param {View} view @param {Clicks} clicks */
function actionsView(view, { act, why, settings }) {
  const action = firstAction(view);
  const working = workingWords(view);
  const primary =
    action !== null &&
    button(working ?? ACTION_WORDS[action], {
      class: "button primary",
      "data-key": "primary",
      "aria-disabled": working === null ? null : "true",
      onclick: () => {
        if (working === null) act(action);
      },
    });
  return h(
    "div",
    { class: "popup-actions" },
    primary,
    view.place === "page" &&
      button("Why?", { class: "button", "data-key": "why", onclick: () => why() }),
    action !== "settings" &&
      button("Settings", {
        class: "text-button",
        "data-key": "settings",
        onclick: () => settings(),
      }),
  );
}

/**
 * @param {View} view
 * @param {Clicks} clicks
 * @returns {HTMLElement[]}
 */
export function popupView(view, clicks) {
  const told = notice(view);
  const code = view.connection === "waiting" ? view.code : null;
  return [
    headingView(view),
    h(
      "main",
      { class: "popup-main" },
      verdictView(view),
      doneView(view, clicks),
      nowView(view, clicks),
      told && noticeView(told, code),
      actionsView(view, clicks),
    ),
  ];
}
