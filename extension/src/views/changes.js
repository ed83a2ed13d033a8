/** What changed from one version of a document to the next. */

import { gradeMark } from "./grade.js";
import { h } from "./dom.js";
import { counted } from "./words.js";

/** @typedef {import("./shapes.js").Changes} Changes */
/** @typedef {import("./shapes.js").PassageChange} PassageChange */
/** @typedef {import("./shapes.js").Report} Report */

const KINDS = { added: "New", removed: "Gone", reworded: "Reworded" };

/** @param {PassageChange} change */
function passageView({ kind, before, after }) {
  return h(
    "li",
    { class: `passage-change is-${kind}` },
    h("p", { class: "passage-kind" }, KINDS[kind]),
    before && h("blockquote", {}, h("del", {}, before.quote)),
    after && h("blockquote", {}, h("ins", {}, after.quote)),
  );
}

/** @param {Changes} changes */
function gradesView({ grade_before, grade_after }) {
  if (grade_before === grade_after) return null;
  return h(
    "p",
    { class: "grade-change" },
    gradeMark(grade_before),
    h("span", {}, `from ${grade_before ?? "no grade"} to ${grade_after ?? "no grade"}`),
    gradeMark(grade_after),
  );
}

/**
 * @param {Report} report of the new version, compared with an older one
 * @returns {HTMLElement}
 */
export function changesView({ subject, details }) {
  const changes = /** @type {Changes} */ (details.changes);
  const heading = h("h1", { tabindex: "-1" }, `What changed: ${subject.name}`);
  if (!changes.material) {
    return h(
      "section",
      { class: "changes" },
      heading,
      h(
        "p",
        { class: "lede" },
        "Nothing changed but dates, punctuation, navigation or the order of sentences, if anything.",
      ),
    );
  }
  return h(
    "section",
    { class: "changes" },
    heading,
    gradesView(changes),
    h(
      "ul",
      { class: "plain-list told-changes" },
      changes.sentences.map((sentence) => h("li", {}, sentence)),
    ),
    h(
      "details",
      {},
      h(
        "summary",
        {},
        "Every passage that changed",
        h("span", { class: "count" }, ` ${counted(changes.passages.length, "passage")}`),
      ),
      h("ul", { class: "plain-list" }, changes.passages.map(passageView)),
    ),
  );
}
