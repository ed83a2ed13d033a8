/** What a person sees first: one sentence, the grade, and how sure it is. */

import { h } from "./dom.js";
import { gradeMark } from "./grade.js";
import { confidenceWords, gradeWords, percent } from "./words.js";

/** @typedef {import("./shapes.js").Told} Told */

/**
 * What a report is about: `kind` goes before its name, `parts` behind it, and `note` says
 * what else the grade rests on.
 *
 * @typedef {{ kind: string, parts: string[], note?: string }} About
 */

/** Characters beyond which the headline is set smaller. */
const LONG_VERDICT = 100;

/** Grades with the scores between which they stand, as on the scale of the report. */
const BANDS = [
  ["F", 0, 40],
  ["D", 40, 60],
  ["C", 60, 75],
  ["B", 75, 90],
  ["A", 90, 100],
];

/**
 * The score's place on the scale of grades; said in words beside it.
 *
 * @param {number} score
 */
function scaleView(score) {
  const pointer = h("span", { class: "scale-pointer" });
  pointer.style.setProperty("--at", `${score}%`);
  const bands = BANDS.map(([letter, from, to]) => {
    const band = h("span", { class: `scale-band grade-${letter}` }, letter);
    band.style.setProperty("--share", String(Number(to) - Number(from)));
    return band;
  });
  return h("div", { class: "scale", "aria-hidden": "true" }, bands, pointer);
}

/** @param {Told} report @param {string} note */
function gradeView({ rating }, note) {
  const words = gradeWords(rating.grade);
  if (rating.grade === null || rating.score === null) {
    return h(
      "div",
      { class: "verdict-grade" },
      gradeMark(null),
      h(
        "div",
        {},
        h("p", { class: "grade-words" }, words),
        h("p", { class: "grade-note" }, "Not a good sign, not a bad sign: nothing could be rated."),
      ),
    );
  }
  return h(
    "div",
    { class: "verdict-grade" },
    gradeMark(rating.grade),
    h(
      "div",
      {},
      h(
        "p",
        { class: "grade-words" },
        h("span", { class: "visually-hidden" }, `Grade ${rating.grade}: `),
        words,
      ),
      h(
        "p",
        { class: "grade-note" },
        h("strong", {}, `${rating.score} of 100.`),
        ` The assistant is ${confidenceWords(rating.confidence)} of this rating (${percent(rating.confidence)}).`,
      ),
      note && h("p", { class: "grade-note" }, note),
      scaleView(rating.score),
    ),
  );
}

/** @param {Told} report @param {About} about */
function aboutView({ subject }, { kind, parts }) {
  return h(
    "p",
    { class: "verdict-about" },
    h("span", { class: "verdict-kind" }, kind && `${kind} `, h("b", {}, subject.name)),
    parts.map((part) => h("span", {}, part)),
  );
}

/**
 * @param {Told} report
 * @param {About} about
 * @returns {HTMLElement}
 */
export function verdictView(report, about) {
  const isLong = report.verdict.text.length > LONG_VERDICT;
  return h(
    "header",
    { class: "verdict" },
    aboutView(report, about),
    h(
      "h1",
      { class: isLong ? "verdict-text is-long" : "verdict-text", tabindex: "-1" },
      report.verdict.text,
    ),
    gradeView(report, about.note ?? ""),
  );
}
