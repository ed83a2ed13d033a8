/** Findings by what they mean for the reader: harms, good news, and what could not be found out. */

import { announcer, bringIntoView, h, idFor, on } from "./dom.js";
import { evidenceView } from "./evidence.js";
import { quotesView } from "./quotes.js";
import { sideOf, standingView, worstFirst } from "./standing.js";
import { confidenceWords, counted, percent, SEVERITY_WORDS, signed } from "./words.js";

/** @typedef {import("./shapes.js").Finding} Finding */
/** @typedef {import("./shapes.js").AnyOpen} AnyOpen */
/** @typedef {import("./shapes.js").AnyReport} AnyReport */

/** What is said of findings that stand apart, by what was examined. */
const WORDS = {
  policy: {
    undecided:
      "The assistant could not decide these. That is neither good nor bad, and costs no points.",
    silent: "Looked for and not mentioned",
    silentNote: "The whole document was read and says nothing of these. Silence is not a promise.",
  },
  site: {
    undecided:
      "What was seen does not decide these. That is neither good nor bad, and costs no points: it is not the same as safe.",
    silent: "Looked for and not seen",
    silentNote:
      "This look could have seen these and did not. Another visit, another day or another place can show what it did not.",
  },
};

/** @param {AnyReport} report @param {Finding} finding */
function pointsOf({ rating }, finding) {
  return rating.deductions.find((part) => part.rule_id === finding.rule_id)?.points ?? null;
}

/** @param {Finding} finding @param {number | null} points */
function factsView(finding, points) {
  const harm = SEVERITY_WORDS[finding.severity];
  const facts = [
    ...(sideOf(finding) === "for" ? [] : [["Possible harm", harm]]),
    ["How sure", `${confidenceWords(finding.confidence)} (${percent(finding.confidence)})`],
    ["Points", points === null ? "none taken" : signed(points)],
    ["Rule", finding.rule_id],
  ];
  return h(
    "dl",
    { class: "facts" },
    facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
}

/**
 * @param {Finding} finding
 * @param {boolean} wrong
 */
function wrongView(finding, wrong) {
  const { rule_id: ruleId, title } = finding;
  return h(
    "p",
    { class: "wrong" },
    wrong &&
      h("span", { class: "wrong-note" }, "You marked this as wrong. Kept on this computer only. "),
    announcer(
      wrong ? "Undo" : "Wrong?",
      {
        class: "text-button",
        "aria-label": wrong ? `Undo: ${title} is not wrong` : `Wrong? Mark “${title}” as wrong`,
      },
      "mark-wrong",
      {
        ruleId,
        wrong: !wrong,
      },
    ),
  );
}

/**
 * One finding. “Wrong?” is offered where the report has a place in the history to remember it.
 *
 * @param {AnyOpen} open
 * @param {Finding} finding
 * @returns {HTMLElement}
 */
function findingView({ id, report, wrong: marked }, finding) {
  const wrong = marked.has(finding.rule_id);
  const denied = finding.nature === "harm" && finding.outcome === "absent";
  return h(
    "details",
    { class: wrong ? "finding is-wrong" : "finding", id: idFor("finding", finding.rule_id) },
    h(
      "summary",
      {},
      h("h4", { class: "finding-title" }, finding.title),
      h(
        "span",
        { class: "finding-state" },
        standingView(finding),
        finding.outcome !== "undetermined" &&
          h("span", { class: "confidence" }, confidenceWords(finding.confidence)),
        wrong && h("span", { class: "state state-wrong" }, "Marked wrong"),
      ),
    ),
    h(
      "div",
      { class: "finding-body" },
      finding.why && h("p", {}, h("strong", {}, "Why it matters. "), finding.why),
      finding.advice && !denied && h("p", {}, h("strong", {}, "What you can do. "), finding.advice),
      report.kind === "site" ? evidenceView(finding.evidence) : quotesView(finding.evidence),
      factsView(finding, pointsOf(report, finding)),
      id !== null && wrongView(finding, wrong),
    ),
  );
}

/**
 * Redraws one finding of a report on the screen, open and with the focus where it was.
 *
 * @param {Element} root
 * @param {AnyOpen} open
 * @param {string} ruleId
 */
export function replaceFinding(root, open, ruleId) {
  const old = root.querySelector(`#${idFor("finding", ruleId)}`);
  const finding = open.report.findings.find((one) => one.rule_id === ruleId);
  if (old === null || finding === undefined) return;
  const redrawn = findingView(open, finding);
  redrawn.setAttribute("open", "");
  old.replaceWith(redrawn);
  const button = redrawn.querySelector(".wrong button");
  if (button instanceof HTMLElement) button.focus();
}

/**
 * @param {AnyOpen} open
 * @returns {HTMLElement | null} null where no rule was tried
 */
export function findingsView(open) {
  if (open.report.findings.length === 0) return null;
  const ordered = worstFirst(open.report.findings);
  /** @param {import("./standing.js").Side} side */
  const of = (side) => ordered.filter((finding) => sideOf(finding) === side);
  const words = WORDS[open.report.kind];
  const undecided = of("undecided");
  const notMentioned = of("not-found");

  /** @param {string} heading @param {string} note @param {Finding[]} findings */
  const group = (heading, note, findings) =>
    findings.length > 0 &&
    h(
      "div",
      { class: "finding-group" },
      h("h3", {}, heading, h("span", { class: "count" }, ` ${findings.length}`)),
      note && h("p", { class: "section-note" }, note),
      findings.map((finding) => findingView(open, finding)),
    );

  return h(
    "section",
    { class: "findings", "aria-labelledby": "findings-heading" },
    h("h2", { id: "findings-heading" }, "What was found"),
    group("What should concern you", "", of("against")),
    group("Good news", "", of("for")),
    open.report.kind === "site"
      ? foldedView("Not found out", words.undecided, undecided)
      : group("Not found out", words.undecided, undecided),
    foldedView(words.silent, words.silentNote, notMentioned),
  );
}

/** Titles only, folded. @param {string} heading @param {string} note @param {Finding[]} findings */
function foldedView(heading, note, findings) {
  if (findings.length === 0) return null;
  return h(
    "details",
    { class: "silent" },
    h("summary", {}, `${heading}: ${counted(findings.length, "practice")}`),
    h("p", { class: "section-note" }, note),
    h(
      "ul",
      {},
      findings.map((finding) => h("li", {}, finding.title)),
    ),
  );
}

/** Lets reasons open the finding that they come from. @param {HTMLElement} article */
export function openFindings(article) {
  on(article, "show-finding", ({ ruleId }) => {
    const finding = article.querySelector(`#${idFor("finding", ruleId)}`);
    if (!(finding instanceof HTMLDetailsElement)) return;
    finding.open = true;
    finding.querySelector("summary")?.focus({ preventScroll: true });
    bringIntoView(finding);
  });
}
