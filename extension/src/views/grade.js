/** The grade as a mark: a shape, a letter and words, so that it never rests on colour alone. */

import { h, svg } from "./dom.js";
import { gradeWords } from "./words.js";

/** @typedef {import("./shapes.js").Grade} Grade */

/**
 * Outlines in a 100 × 100 box, in the vocabulary of road signs: from the round
 * and open to the octagon that says stop. No grade is a broken ring.
 *
 * @type {Record<Grade | "none", string>}
 */
const OUTLINES = {
  A: "M50 6a44 44 0 1 1 0 88a44 44 0 1 1 0-88z",
  B: "M12 12h76v76H12z",
  C: "M50 5l45 45l-45 45L5 50z",
  D: "M50 10l43 78H7z",
  F: "M32 6h36l26 26v36L68 94H32L6 68V32z",
  none: "M50 7a43 43 0 1 1 0 86a43 43 0 1 1 0-86z",
};

/**
 * The mark alone, hidden from assistive technology: say the grade beside it.
 *
 * @param {Grade | null} grade
 */
export function gradeMark(grade) {
  const key = grade ?? "none";
  return svg(
    "svg",
    {
      class: `grade-mark grade-${key}`,
      viewBox: "0 0 100 100",
      "aria-hidden": "true",
      focusable: "false",
    },
    svg("path", { d: OUTLINES[key] }),
    svg("text", { x: 50, y: grade === "D" ? 76 : 68, "text-anchor": "middle" }, grade ?? "–"),
  );
}

/**
 * The mark with its words, small enough for lists.
 *
 * @param {Grade | null} grade
 * @param {number | null} score
 */
export function gradeBadge(grade, score) {
  return h(
    "span",
    { class: "grade-badge" },
    gradeMark(grade),
    h(
      "span",
      { class: "visually-hidden" },
      grade === null ? "No grade" : `Grade ${grade}, ${score} of 100: ${gradeWords(grade)}`,
    ),
  );
}
