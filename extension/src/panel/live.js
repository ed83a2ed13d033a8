/** What the page was seen to do so far, with everybody who learns of the visit. */

import { h } from "../views/dom.js";
import { categoryWords } from "../views/owners.js";
import { counted } from "../views/words.js";
import { nowLines, NOTHING_KNOWN, ownersWorstFirst, worstSeen } from "../shared/live.js";

/** @typedef {import("../shared/messages.js").Live} Live */
/** @typedef {import("../shared/messages.js").LiveOwner} LiveOwner */

/** Owners beyond which the rest is folded. */
const SHOWN = 12;

/** @param {LiveOwner} owner @param {number} most requests of the busiest */
function ownerView(owner, most) {
  const bar = h("span", { class: "flow-bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", `${Math.round((100 * owner.requests) / Math.max(1, most))}%`);
  return h(
    "li",
    { class: owner.tracks ? "flow is-following" : "flow" },
    h("b", { class: "flow-name" }, owner.name),
    h("span", { class: "flow-count" }, counted(owner.requests, "request")),
    bar,
    h(
      "span",
      { class: "fine" },
      owner.tracks && h("strong", {}, "follows people"),
      owner.tracks && " · ",
      categoryWords(owner),
    ),
  );
}

/** @param {Live} live */
function ownersView(live) {
  if (live.owners.length === 0) return null;
  const owners = ownersWorstFirst(live);
  const most = Math.max(...owners.map(({ requests }) => requests));
  const rows = owners.map((owner) => ownerView(owner, most));
  const rest = rows.slice(SHOWN);
  return h(
    "section",
    { "aria-labelledby": "flows-heading" },
    h("h2", { id: "flows-heading" }, "Who learns of this visit"),
    h(
      "p",
      { class: "section-note" },
      "The longer the line, the more requests went there. Those known to follow people come first.",
    ),
    h("ul", { class: "flows" }, rows.slice(0, SHOWN)),
    rest.length > 0 &&
      h(
        "details",
        { "data-key": "rest" },
        h("summary", {}, `${rest.length} more`),
        h("ul", { class: "flows" }, rest),
      ),
  );
}

/**
 * @param {Live | null} live
 * @returns {HTMLElement}
 */
export function liveView(live) {
  if (live === null) {
    return h(
      "div",
      { class: "live" },
      h("h1", { tabindex: "-1" }, "Nothing was seen of this page yet."),
      h(
        "p",
        {},
        "It was opened before anybody watched. Load it again, and it is seen from the start.",
      ),
    );
  }
  return h(
    "div",
    { class: "live" },
    h("h1", { tabindex: "-1" }, worstSeen(live) ?? NOTHING_KNOWN),
    h("p", { class: "fine" }, `Seen so far: ${counted(live.requests, "request")}. Not rated yet.`),
    h(
      "dl",
      { class: "fact-list" },
      nowLines(live).map(({ name, words }) => h("div", {}, h("dt", {}, name), h("dd", {}, words))),
    ),
    ownersView(live),
  );
}
