/** What stands beside a site's rating: the time before, its policy, and what others would say. */

import { h } from "./dom.js";
import { addressView } from "./evidence.js";
import { gradeBadge, gradeMark } from "./grade.js";
import { counted, day, gradeWords } from "./words.js";

/** @typedef {import("./shapes.js").SiteDetails} SiteDetails */
/** @typedef {import("./shapes.js").SiteReport} SiteReport */

/**
 * @param {SiteReport} report
 * @returns {HTMLElement | null} null where the history holds no earlier report of the site
 */
export function sinceView({ details, rating, findings }) {
  const { changes } = details;
  if (changes === null) return null;
  const titles = new Map(findings.map((finding) => [finding.rule_id, finding.title]));
  /** @param {string[]} rules */
  const named = (rules) => rules.map((rule) => titles.get(rule) ?? rule);
  const lines = /** @type {[string, string[]][]} */ ([
    ["New here: ", [changes.new_owners.join(", ")]],
    ["Gone: ", [changes.gone_owners.join(", ")]],
    ["New against it: ", named(changes.new_practices)],
    ["No more: ", named(changes.gone_practices)],
  ]).flatMap(([lead, told]) => told.filter((text) => text !== "").map((text) => [lead, text]));
  const same = changes.grade_before === rating.grade;
  return h(
    "section",
    { class: "since", "aria-labelledby": "since-heading" },
    h("h2", { id: "since-heading" }, `Since ${day(changes.since)}`),
    !same &&
      h(
        "p",
        { class: "grade-change" },
        gradeMark(changes.grade_before),
        h(
          "span",
          {},
          `from ${changes.grade_before ?? "no grade"} to ${rating.grade ?? "no grade"}`,
        ),
        gradeMark(rating.grade),
      ),
    lines.length > 0
      ? h(
          "ul",
          { class: "plain-list told-changes" },
          lines.map(([lead = "", text = ""]) => h("li", {}, h("strong", {}, lead), text)),
        )
      : h("p", {}, "Nobody and nothing came or went."),
  );
}

/**
 * @param {SiteDetails} details
 * @returns {HTMLElement | null} null where no policy was read
 */
export function policyGradeView({ policy }) {
  if (policy === null) return null;
  const { grade, score, report_id: id } = policy;
  return h(
    "section",
    { class: "site-policy", "aria-labelledby": "policy-heading" },
    h("h2", { id: "policy-heading" }, "What its policy is worth"),
    h(
      "div",
      { class: "beside" },
      gradeBadge(grade, score),
      h(
        "div",
        {},
        h(
          "p",
          {},
          grade === null
            ? "The policy was read, but not rated."
            : `${gradeWords(grade)}: ${score} of 100. This is about what it says; the grade above is about what the site does.`,
        ),
        h("p", { class: "fine" }, "Read from ", addressView(policy.source)),
        id !== null &&
          h(
            "p",
            {},
            h("a", { href: `#report=${encodeURIComponent(id)}` }, "Open the policy’s report"),
          ),
      ),
    ),
  );
}

/** @param {SiteDetails["as_browsed"]} browsed */
function browsedView({ grade, score, blocked_requests: blocked }) {
  if (blocked === 0) return null;
  const rated = grade === null ? "no grade" : `${grade}, ${score} of 100`;
  return h(
    "div",
    {},
    h("dt", {}, "With what was blocked left out"),
    h(
      "dd",
      {},
      h("strong", {}, rated),
      h("p", { class: "fine" }, `${counted(blocked, "request")} did not get through.`),
    ),
  );
}

/** @param {Record<string, [number, string]>} tests */
function testsView(tests) {
  const rows = Object.entries(tests).filter(([, [points]]) => points !== 0);
  if (rows.length === 0) return null;
  return h(
    "details",
    {},
    h("summary", {}, "Its tests that gave or took points"),
    h(
      "ul",
      { class: "plain-list fine" },
      rows.map(([name, [points, result]]) =>
        h("li", {}, `${name}: ${points > 0 ? "+" : ""}${points} (${result})`),
      ),
    ),
  );
}

/**
 * @param {SiteDetails} details
 * @returns {HTMLElement}
 */
export function peersView({ peers, as_browsed: browsed }) {
  const { duckduckgo: duck, duckduckgo_enhanced: blocked, observatory } = peers;
  const enhanced =
    blocked.grade === duck.grade ? "" : ` ${blocked.grade} with what was blocked left out.`;
  return h(
    "section",
    { class: "peers", "aria-labelledby": "peers-heading" },
    h("h2", { id: "peers-heading" }, "What other methods would say"),
    h(
      "p",
      { class: "section-note" },
      "Two published formulas, worked out here from the same visit. Neither changes the grade.",
    ),
    h(
      "dl",
      { class: "fact-list" },
      browsedView(browsed),
      h(
        "div",
        {},
        h("dt", {}, "DuckDuckGo’s formula: trackers and encryption"),
        h(
          "dd",
          {},
          h("strong", {}, duck.grade),
          ` ${counted(duck.score, "point")}, fewer is better.${enhanced}`,
          duck.note && h("p", { class: "fine" }, duck.note),
        ),
      ),
      h(
        "div",
        {},
        h("dt", {}, "The HTTP Observatory’s table: how well the site is secured"),
        observatory === null
          ? h("dd", {}, "Not found out: the page’s headers were not seen.")
          : h(
              "dd",
              {},
              h("strong", {}, observatory.grade),
              ` ${counted(observatory.score, "point")}, more is better.`,
              observatory.note && h("p", { class: "fine" }, observatory.note),
              testsView(observatory.tests),
            ),
      ),
    ),
  );
}
