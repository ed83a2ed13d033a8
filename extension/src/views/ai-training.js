/** What the document says of training AI models on what people give it. */

import { h } from "./dom.js";
import { citedView, quotesView } from "./quotes.js";

/** @typedef {import("./shapes.js").AiTraining} AiTraining */
/** @typedef {import("./shapes.js").Cell} Cell */
/** @typedef {import("./shapes.js").Outcome} Outcome */

/** @type {Record<Outcome, string>} */
const TRAINS = {
  present: "What you give is used to train AI models, or may be.",
  absent: "It says that what you give does not train AI models.",
  undetermined: "It says both that it trains AI models on what you give and that it does not.",
};

/** @type {Record<Outcome, string>} */
const OPT_OUT = {
  present: "You can say no:",
  absent: "It names no way to say no.",
  undetermined: "It hints at a way to say no, but does not spell it out.",
};

/** @param {string} name @param {Cell[]} cells */
function factView(name, cells) {
  if (cells.length === 0) return null;
  const views = cells.map((cell) => h("li", {}, citedView(cell.name, cell.evidence)));
  return h("div", {}, h("dt", {}, name), h("dd", {}, h("ul", { class: "cells" }, views)));
}

/**
 * @param {import("./shapes.js").PolicyDetails} details
 * @returns {HTMLElement | null} null where the document says nothing of it
 */
export function aiTrainingView({ ai_training: ai }) {
  if (!ai) return null;
  const trains = ai.outcome !== "absent";
  return h(
    "section",
    { class: "ai-training", "aria-labelledby": "ai-heading" },
    h("h2", { id: "ai-heading" }, "AI and your data"),
    h("p", {}, TRAINS[ai.outcome]),
    quotesView(ai.evidence),
    trains &&
      h(
        "dl",
        { class: "facts" },
        factView("Who may train", ai.who_may_train),
        factView("On what", ai.on_what),
      ),
    trains && h("p", {}, OPT_OUT[ai.opt_out]),
    trains && quotesView(ai.opt_out_steps),
    trains &&
      ai.consequences.length > 0 && [
        h("h3", {}, "What can follow"),
        h(
          "ul",
          {},
          ai.consequences.map((consequence) => h("li", {}, consequence)),
        ),
      ],
  );
}
