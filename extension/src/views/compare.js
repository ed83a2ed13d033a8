/** Several reports beside each other: grades, verdicts, and who does what. */

import { announcer, h } from "./dom.js";
import { gradeMark } from "./grade.js";
import { sideOf } from "./standing.js";
import { gradeWords, SEVERITIES } from "./words.js";

/** @typedef {import("./shapes.js").Finding} Finding */
/** @typedef {import("./shapes.js").OpenReport} OpenReport */

/** @param {Finding | undefined} finding */
function outcomeWords(finding) {
  if (finding === undefined) return "Not asked";
  if (finding.outcome === "present") return "Says so";
  if (finding.outcome === "undetermined") return "Not found out";
  return finding.evidence.length > 0 ? "Says the opposite" : "Not mentioned";
}

/** Harms before good news. */
const NATURES = ["harm", "duty", "good"];

/** Findings that at least one report makes, worst first. @param {OpenReport[]} opened */
function commonRows(opened) {
  /** @type {Map<string, Finding>} */
  const rows = new Map();
  for (const { report } of opened) {
    for (const finding of report.findings) {
      if (finding.outcome === "present" && !rows.has(finding.rule_id)) {
        rows.set(finding.rule_id, finding);
      }
    }
  }
  return [...rows.values()].sort(
    (one, other) =>
      NATURES.indexOf(one.nature) - NATURES.indexOf(other.nature) ||
      SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity),
  );
}

/** @param {Finding | undefined} finding */
function outcomeView(finding) {
  const side = finding ? sideOf(finding) : "undecided";
  return h("td", { class: `outcome outcome-${side}` }, outcomeWords(finding));
}

/**
 * @param {OpenReport[]} opened two or more
 * @returns {HTMLElement}
 */
export function compareView(opened) {
  return h(
    "section",
    { class: "compare", "aria-labelledby": "compare-heading" },
    h("h1", { id: "compare-heading", tabindex: "-1" }, "Side by side"),
    h(
      "div",
      { class: "table-scroll", tabindex: "0", role: "group", "aria-label": "Comparison" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "Document"),
            opened.map(({ id, report }) =>
              h(
                "th",
                { scope: "col" },
                id === null
                  ? report.subject.name
                  : announcer(report.subject.name, { class: "text-button" }, "open-report", { id }),
              ),
            ),
          ),
        ),
        h(
          "tbody",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "row" }, "Grade"),
            opened.map(({ report: { rating } }) =>
              h(
                "td",
                {},
                gradeMark(rating.grade),
                h(
                  "span",
                  {},
                  rating.grade === null
                    ? gradeWords(null)
                    : `${rating.grade}, ${rating.score} of 100: ${gradeWords(rating.grade).toLowerCase()}`,
                ),
              ),
            ),
          ),
          h(
            "tr",
            {},
            h("th", { scope: "row" }, "In a sentence"),
            opened.map(({ report }) => h("td", {}, report.verdict.text)),
          ),
          commonRows(opened).map((row) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, row.title),
              opened.map(({ report }) =>
                outcomeView(report.findings.find((finding) => finding.rule_id === row.rule_id)),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}
