/** What is going on while a report is being made. Claims no step that is not known to be done. */

import { announcer, h } from "./dom.js";
import { pictureView } from "./picture.js";

/** @typedef {{ text: string, state: "done" | "now" | "later" }} Step */

const STATE_WORDS = { done: "Done", now: "Now", later: "Next" };

/**
 * @param {{ title: string, steps: Step[], note: string }} progress
 * @returns {HTMLElement}
 */
export function loadingView({ title, steps, note }) {
  return h(
    "section",
    { class: "loading stage", "aria-busy": "true" },
    h(
      "div",
      { class: "stage-words" },
      h("h1", { tabindex: "-1" }, title),
      h(
        "ol",
        { class: "steps" },
        steps.map(({ text, state }) =>
          h(
            "li",
            { class: `step step-${state}`, "aria-current": state === "now" ? "step" : null },
            h("span", { class: "step-state" }, STATE_WORDS[state]),
            h("span", {}, text),
          ),
        ),
      ),
      h("p", { class: "fine" }, note, " ", h("span", { class: "elapsed", "aria-hidden": "true" })),
      announcer("Stop", { class: "button" }, "cancel", {}),
    ),
    pictureView("reading"),
  );
}
