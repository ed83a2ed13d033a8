/** Where a finding stands for the reader, and the mark and word that say so. */

import { h, svg } from "./dom.js";
import { SEVERITIES, SEVERITY_WORDS } from "./words.js";

/** @typedef {import("./shapes.js").Finding} Finding */
/** @typedef {import("./shapes.js").Severity} Severity */
/** @typedef {"against" | "for" | "undecided" | "not-found"} Side */

/**
 * Where a finding stands for the reader. A harm denied in so many words is good
 * news; a harm or a right that is merely not mentioned is neither.
 *
 * @param {Finding} finding
 * @returns {Side}
 */
export function sideOf({ outcome, nature, evidence }) {
  if (outcome === "undetermined") return "undecided";
  const present = outcome === "present";
  switch (nature) {
    case "duty":
      return present ? "for" : "against";
    case "good":
      return present ? "for" : "not-found";
    case "harm":
      if (present) return "against";
      return evidence.length > 0 ? "for" : "not-found";
  }
}

/**
 * The order in which findings are told.
 *
 * @param {Finding[]} findings
 */
export function worstFirst(findings) {
  return [...findings].sort(
    (one, other) =>
      SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) ||
      other.confidence - one.confidence,
  );
}

/** Bars filled up to the severity: read by shape, named in words. @param {Severity} severity */
function severityView(severity) {
  const rank = SEVERITIES.length - SEVERITIES.indexOf(severity) - 1;
  const bars = [1, 2, 3, 4].map((step) =>
    svg("rect", {
      x: (step - 1) * 5,
      y: 14 - step * 3.5,
      width: 3.5,
      height: step * 3.5,
      class: step <= rank ? "bar on" : "bar",
    }),
  );
  return h(
    "span",
    { class: `severity severity-${severity}` },
    svg("svg", { viewBox: "0 0 19 14", "aria-hidden": "true", focusable: "false" }, ...bars),
    SEVERITY_WORDS[severity],
  );
}

/**
 * @param {Finding} finding
 * @returns {HTMLElement}
 */
export function standingView(finding) {
  switch (sideOf(finding)) {
    case "undecided":
      return h("span", { class: "state state-unknown" }, "Not found out");
    case "for":
      return h("span", { class: "state state-good" }, "Good news");
    default:
      return severityView(finding.severity);
  }
}
