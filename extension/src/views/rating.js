/** How the grade comes about: from 100, deduction by deduction, to the score. */

import { announcer, h } from "./dom.js";
import { gradeWords, percent, signed } from "./words.js";

/** @typedef {import("./shapes.js").AnyReport} AnyReport */

/**
 * A bar from `to` up to `from` on the scale of 100.
 *
 * @param {number} from
 * @param {number} to
 */
function barView(from, to) {
  const bar = h("span", { class: "fall" });
  bar.style.setProperty("--from", `${Math.max(0, to)}%`);
  bar.style.setProperty("--width", `${Math.max(0, from) - Math.max(0, to)}%`);
  return h("span", { class: "fall-track", "aria-hidden": "true" }, bar);
}

/** @param {string} ruleId @param {string} title */
function findingButton(ruleId, title) {
  return announcer(title, { class: "text-button" }, "show-finding", { ruleId });
}

/** @param {AnyReport["rating"]["gates"][number]} gate */
function heldWords({ at_most: atMost, at_least: atLeast = "F" }) {
  return atMost === "A" && atLeast !== "F"
    ? `Held at ${atLeast} at worst`
    : `Held at ${atMost} at best`;
}

/**
 * @param {AnyReport} report
 * @returns {HTMLElement | null} null where there is no grade to explain
 */
export function ratingView({ kind, rating, findings }) {
  if (rating.grade === null || rating.score === null) return null;
  const titles = new Map(findings.map((finding) => [finding.rule_id, finding.title]));
  let left = 100;
  const rows = rating.deductions.map(({ rule_id: ruleId, points }) => {
    const before = left;
    left += points;
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, findingButton(ruleId, titles.get(ruleId) ?? ruleId)),
      h("td", { class: "bar-cell" }, barView(before, left)),
      h("td", { class: "number" }, signed(points)),
    );
  });
  return h(
    "section",
    { class: "rating", "aria-labelledby": "rating-heading" },
    h("h2", { id: "rating-heading" }, "How the grade comes about"),
    h(
      "p",
      { class: "section-note" },
      `Every ${kind === "site" ? "site" : "document"} starts at 100. Each harm takes points, up to a limit for its kind. ` +
        "What could not be found out takes none.",
    ),
    h(
      "table",
      {},
      h(
        "thead",
        { class: "visually-hidden" },
        h(
          "tr",
          {},
          ["Reason", "On the scale", "Points"].map((name) => h("th", { scope: "col" }, name)),
        ),
      ),
      h(
        "tbody",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "row" }, "Start"),
          h("td", { class: "bar-cell" }, barView(100, 0)),
          h("td", { class: "number" }, 100),
        ),
        rows,
      ),
      h(
        "tfoot",
        {},
        h(
          "tr",
          {},
          h(
            "th",
            { scope: "row" },
            `Score, grade ${rating.grade}: ${gradeWords(rating.grade).toLowerCase()}`,
          ),
          h("td", { class: "bar-cell" }, barView(rating.score, 0)),
          h("td", { class: "number" }, rating.score),
        ),
      ),
    ),
    left < 0 && h("p", {}, "The deductions add up to more than 100; the score stops at 0."),
    rating.gates.map((gate) =>
      h(
        "p",
        {},
        `${heldWords(gate)}, whatever the score, because of: `,
        findingButton(gate.rule_id, titles.get(gate.rule_id) ?? gate.rule_id),
      ),
    ),
    h(
      "p",
      { class: "fine" },
      `Confidence ${percent(rating.confidence)}; weights ${rating.version}.`,
    ),
  );
}
