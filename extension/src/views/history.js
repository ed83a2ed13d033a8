/** What was read before: open again, compare, forget. */

import { announce, announcer, button, h, idFor } from "./dom.js";
import { gradeBadge } from "./grade.js";
import { moment } from "./words.js";

/** @typedef {import("./shapes.js").HistoryEntry} HistoryEntry */

/** What an entry is about, where it is no policy. */
const KINDS = { policy: "Policy", site: "What a site does", photo: "Photo", release: "Table" };

/** @param {HistoryEntry} entry */
function wordsView(entry) {
  return h(
    "div",
    { class: "history-words" },
    announcer(
      entry.name,
      { class: "text-button history-name", "data-entry": entry.id },
      "open-report",
      { id: entry.id },
    ),
    h("p", { class: "history-verdict" }, entry.verdict),
    h(
      "p",
      { class: "fine" },
      entry.kind !== "policy" && `${KINDS[entry.kind]} · `,
      h("time", { datetime: entry.created_at }, moment(entry.created_at)),
    ),
  );
}

/**
 * Earlier reports of one site, to be opened and nothing else.
 *
 * @param {HistoryEntry[]} entries newest first
 */
export function earlierView(entries) {
  return h(
    "ul",
    { class: "history-list" },
    entries.map((entry) =>
      h(
        "li",
        { class: "history-entry is-plain" },
        gradeBadge(entry.grade, entry.score),
        wordsView(entry),
      ),
    ),
  );
}

/** @param {HistoryEntry} entry @param {number} alike reports of the same name */
function entryView(entry, alike) {
  const comparable = entry.kind === "policy";
  return h(
    "li",
    { class: "history-entry" },
    comparable
      ? h("input", {
          type: "checkbox",
          id: idFor("compare", entry.id),
          name: "compare",
          value: entry.id,
          "aria-label": `Compare ${entry.name}`,
        })
      : h("span", { class: "history-no-box" }),
    gradeBadge(entry.grade, entry.score),
    wordsView(entry),
    announcer(
      "Forget",
      {
        class: "text-button danger",
        "aria-label": `Forget ${entry.name}, ${moment(entry.created_at)}`,
      },
      "forget",
      { entry, alike },
    ),
  );
}

/**
 * @param {HistoryEntry[]} entries newest first
 * @returns {HTMLElement}
 */
export function historyView(entries) {
  const heading = h("h1", { tabindex: "-1" }, "What you have read");
  if (entries.length === 0) {
    return h(
      "section",
      { class: "history" },
      heading,
      h(
        "p",
        { class: "lede" },
        "Nothing is kept. Reports you make appear here, on this computer only.",
      ),
      h(
        "p",
        {},
        announcer("Read a policy", { class: "button primary" }, "start-again", {
          focus: "address",
        }),
      ),
    );
  }
  const compare = button("Compare the ticked", { class: "button", disabled: true });
  const list = h(
    "ul",
    { class: "history-list" },
    entries.map((entry) =>
      entryView(entry, entries.filter(({ name }) => name === entry.name).length),
    ),
  );
  const ticked = () =>
    [...list.querySelectorAll("input:checked")].map(
      (box) => /** @type {HTMLInputElement} */ (box).value,
    );
  list.addEventListener("change", () => {
    compare.disabled = ticked().length < 2;
  });
  compare.addEventListener("click", () => announce(compare, "compare-reports", { ids: ticked() }));
  return h(
    "section",
    { class: "history" },
    heading,
    h("p", { class: "lede" }, "Kept on this computer only, until you forget it or its time is up."),
    h(
      "p",
      { class: "actions" },
      compare,
      announcer("Forget everything", { class: "button danger" }, "forget", {
        entry: null,
        alike: entries.length,
      }),
    ),
    list,
  );
}
