/** The parts of the panel, each made from the view of a tab. */

import { button, h } from "../views/dom.js";
import { reportView } from "../views/report.js";
import { siteView } from "../views/site.js";
import { ACTION_WORDS, firstAction, workingWords, worst } from "../shared/state.js";
import { liveView } from "./live.js";

/** @typedef {import("../shared/messages.js").View} View */
/** @typedef {import("../shared/state.js").Action} Action */
/** @typedef {import("../views/shapes.js").SiteReport} SiteReport */
/** @typedef {"does" | "says" | "before" | "photos"} Side */

/**
 * What clicks do.
 *
 * @typedef {{
 *   act: (action: Action) => void,
 *   rate: () => void,
 *   read: () => void,
 *   save: () => void,
 *   undo: (undo: string) => void,
 *   settings: () => void,
 *   turn: (side: Side) => void,
 * }} Clicks
 */

/** @type {Record<Side, string>} */
const SIDES = {
  does: "What it does",
  says: "What it says",
  before: "Before",
  photos: "Photos",
};

/** Photos have nothing to do with the page; a private window is left alone all the same. @param {View} view @returns {Side[]} */
export function sidesOf({ place }) {
  if (place === "page") return ["does", "says", "before", "photos"];
  return place === "private" ? ["does"] : ["does", "photos"];
}

/**
 * @param {Side[]} sides
 * @param {Side} chosen
 * @param {Clicks} clicks
 * @returns {HTMLElement[]}
 */
export function tabsView(sides, chosen, { turn }) {
  /** @param {number} place */
  const turnTo = (place) => {
    const side = sides.at(place % sides.length);
    if (side) turn(side);
  };
  return sides.map((side, place) =>
    button(SIDES[side], {
      id: `tab-${side}`,
      class: "tab",
      role: "tab",
      "aria-controls": side === chosen ? side : null,
      "aria-selected": String(side === chosen),
      tabindex: side === chosen ? "0" : "-1",
      onclick: () => turn(side),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "ArrowRight") turnTo(place + 1);
        else if (event.key === "ArrowLeft") turnTo(place - 1);
        else if (event.key === "Home") turnTo(0);
        else if (event.key === "End") turnTo(-1);
        else return;
        event.preventDefault();
      },
    }),
  );
}

/**
 * A button that shows what is being done, and does nothing meanwhile.
 *
 * @param {string} text
 * @param {string | null} working
 * @param {string} style
 * @param {() => void} act
 */
function doing(text, working, style, act) {
  return button(working ?? text, {
    class: style,
    "data-key": text,
    "aria-disabled": working === null ? null : "true",
    onclick: () => {
      if (working === null) act();
    },
  });
}

/**
 * What to do where nothing can be shown, and what is offered beside the note.
 *
 * @param {View} view
 * @param {Clicks} clicks
 */
export function noticeActions(view, { act }) {
  const action = firstAction(view);
  if (action === null || action === "report" || action === "rate") return null;
  if (workingWords(view) !== null) return null;
  return h(
    "p",
    { class: "actions" },
    button(ACTION_WORDS[action], {
      class: "button primary",
      "data-key": "primary",
      onclick: () => act(action),
    }),
  );
}

/** @param {View} view @param {Clicks} clicks */
export function doneView({ done }, { undo }) {
  if (done.length === 0) return null;
  return h(
    "details",
    { class: "panel-done", "data-key": "done" },
    h("summary", {}, "Done for you", h("span", { class: "count" }, ` ${done.length}`)),
    h(
      "ul",
      { class: "plain-list" },
      done.map(({ text, undo: back, note }) =>
        h(
          "li",
          {},
          text,
          " ",
          back !== null &&
            button("Undo", {
              class: "text-button",
              "aria-label": `Undo: ${text}`,
              "data-key": `undo-${back}`,
              onclick: () => undo(back),
            }),
          note && h("p", { class: "fine" }, note),
        ),
      ),
    ),
  );
}

/** @param {View} view @param {Clicks} clicks */
export function doesActions(view, { rate, save, settings }) {
  if (view.place !== "page") return null;
  const working = view.working === "rating" ? workingWords(view) : null;
  const again = view.report !== null;
  return h(
    "p",
    { class: "actions panel-actions" },
    view.connection === "connected" &&
      view.live !== null &&
      doing(
        again ? "Rate it again" : ACTION_WORDS.rate,
        working,
        again ? "button" : "button primary",
        rate,
      ),
    view.live !== null &&
      button("Save observation", { class: "button", "data-key": "save", onclick: () => save() }),
    button("Settings", { class: "text-button", "data-key": "settings", onclick: () => settings() }),
  );
}

/**
 * What the site does: its report, or what was seen so far.
 *
 * @param {View} view
 */
export function doesView(view) {
  const { report, place, live } = view;
  if (place !== "page") return h("h1", { tabindex: "-1" }, worst(view).text);
  return report === null ? liveView(live) : siteReportView(report);
}

/** The report of a site without ways into the pages of the service. @param {SiteReport} report */
export function siteReportView(report) {
  const { policy } = report.details;
  const details = { ...report.details, policy: policy && { ...policy, report_id: null } };
  return siteView({ id: null, report: { ...report, details }, wrong: new Set() }, null);
}

/** @param {View} view */
function whyNotRead({ connection }) {
  switch (connection) {
    case "connected":
      return "The assistant on this computer looks for it in the links of this page, reads it and tells you what matters, with its own words beside it.";
    case "basic":
      return "The assistant on this computer reads policies, and it does not answer now.";
    default:
      return "The assistant on this computer reads policies. Connect it first.";
  }
}

/**
 * What the site says: its policy, read, or why there is none to show.
 *
 * @param {View} view
 */
export function saysView(view) {
  const { policy, place } = view;
  if (place !== "page") return null;
  if (policy !== null) return reportView({ id: null, report: policy, wrong: new Set() }, null);
  return h(
    "div",
    {},
    h("h1", { tabindex: "-1" }, "Its policy has not been read yet."),
    h("p", {}, whyNotRead(view)),
  );
}

/** @param {View} view @param {Clicks} clicks */
export function saysActions(view, { read }) {
  const { policy, connection, place, working } = view;
  if (place !== "page" || connection !== "connected") return null;
  const busy = working === "reading" ? workingWords(view) : null;
  return h(
    "p",
    { class: "actions panel-actions" },
    policy === null
      ? doing("Read its policy", busy, "button primary", read)
      : doing("Read it again", busy, "button", read),
  );
}
