/** What was kept of a site, with what changed first; and why nothing is shown where that is so. */

import { withCode } from "../shared/heading.js";
import { announcer, button, h } from "../views/dom.js";
import { earlierView } from "../views/history.js";
import { sinceView } from "../views/site-beside.js";
import { counted, day } from "../views/words.js";

/** @typedef {import("../shared/messages.js").Before} Kept */
/** @typedef {import("../shared/messages.js").Connection} Connection */
/** @typedef {import("../shared/messages.js").Problem} Problem */
/** @typedef {import("../views/shapes.js").HistoryEntry} HistoryEntry */
/** @typedef {import("../views/shapes.js").SiteReport} SiteReport */

/** @param {string} title @param {...(string | Node | null)} words */
function plainView(title, ...words) {
  return h(
    "div",
    {},
    h("h1", { tabindex: "-1" }, title),
    words.map((one) => (typeof one === "string" ? h("p", {}, one) : one)),
  );
}

/** @param {Connection} connection other than connected */
export function unreachableView(connection) {
  return plainView(
    "Earlier reports are not at hand.",
    connection === "basic"
      ? "The assistant on this computer keeps them, and it does not answer now."
      : "The assistant on this computer keeps them. Connect it first.",
  );
}

export function lookingView() {
  return plainView("Looking at what was kept …");
}

/** @param {Problem} problem @param {() => void} again */
export function failedView({ message, hint }, again) {
  return plainView(
    "Earlier reports could not be opened.",
    h("p", {}, withCode(`${message} ${hint}`)),
    h("p", { class: "actions" }, button("Try again", { class: "button", onclick: () => again() })),
  );
}

/** Whether somebody or something came or went, or the grade is another. @param {SiteReport} report */
function isOther({ details, rating }) {
  const { changes } = details;
  if (changes === null) return false;
  const { new_owners, gone_owners, new_practices, gone_practices, grade_before } = changes;
  const moved = [new_owners, gone_owners, new_practices, gone_practices];
  return grade_before !== rating.grade || moved.some((one) => one.length > 0);
}

/** @param {Kept} kept */
function headline({ entries, newest }) {
  const since = newest?.details.changes?.since;
  if (newest && isOther(newest)) return "What this site does has changed.";
  if (since !== undefined) return `Nobody and nothing came or went since ${day(since)}.`;
  return `${counted(entries.length, "report")} of this site ${entries.length === 1 ? "is" : "are"} kept.`;
}

/** @param {Kept} kept */
function changesView({ newest, isNow }) {
  if (newest === null || !isOther(newest)) return null;
  return h(
    "div",
    { class: "before-changes" },
    !isNow && h("p", { class: "fine" }, `As it was rated last, on ${day(newest.created_at)}.`),
    sinceView(newest),
  );
}

/** The way to what changed in each policy that was read more than once. @param {HistoryEntry[]} entries */
function policiesView(entries) {
  const policies = entries.filter(({ kind }) => kind === "policy");
  const ways = [...new Set(policies.map(({ name }) => name))].flatMap((name) => {
    const [newer, older] = policies.filter((entry) => entry.name === name);
    if (!newer || !older) return [];
    const text = `What changed in the policy of ${name} since ${day(older.created_at)}`;
    return [
      announcer(text, { class: "button", "data-entry": `changes-${newer.id}` }, "show-changes", {
        older: older.id,
        newer: newer.id,
      }),
    ];
  });
  return ways.length > 0 ? h("p", { class: "actions" }, ways) : null;
}

/** @param {Kept} kept */
export function keptView(kept) {
  const { entries, keepDays } = kept;
  if (entries.length === 0 && keepDays === 0) {
    return plainView(
      "Nothing is kept.",
      "The settings of the assistant keep no history, so there is nothing to hold this page against.",
      h("p", { class: "fine" }, "To keep reports, set ", h("code", {}, "keep_history_days"), "."),
    );
  }
  if (entries.length === 0) {
    return plainView(
      "Nothing of this site was kept yet.",
      "Rate the page or read its policy. The report stays on this computer, and the next one is held against it.",
    );
  }
  return h(
    "div",
    { class: "before" },
    h("h1", { tabindex: "-1" }, headline(kept)),
    changesView(kept),
    policiesView(entries),
    h(
      "section",
      { "aria-labelledby": "earlier-heading" },
      h("h2", { id: "earlier-heading" }, "Reports that are kept"),
      h(
        "p",
        { class: "section-note" },
        `On this computer only, for ${counted(keepDays, "day")}. The assistant’s own page forgets them.`,
      ),
      earlierView(entries),
    ),
  );
}
