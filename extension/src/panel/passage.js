/** Quotes of the reports that lead to their passage on the site itself. */

import { showPassage } from "../shared/background.js";
import { on } from "../views/dom.js";
import { tellOnSite } from "../views/quotes.js";

/** @typedef {import("../shared/messages.js").Shown} Shown */
/** @typedef {import("../shared/messages.js").View} View */
/** @typedef {import("../shared/sight.js").Sight} Sight */

const LOOKING = "Looking for it on the site …";

/** @type {Record<NonNullable<Shown["shown"]>, string>} */
const WORDS = {
  whole: "Highlighted on the site.",
  part: "The site has part of these words now, and that part is highlighted.",
  absent: "The page shows other words now. The passage stands in the report.",
  pdf: "The policy is a PDF, and it is open now. The passage stands in the report.",
  closed: "The page cannot be searched. The passage stands in the report.",
};

/** Whether a report was made from a page that can be opened. @param {string | undefined} source */
function isOnWeb(source) {
  return /^https?:\/\//i.test(source ?? "");
}

/** @param {View} view @returns {{ does: boolean, says: boolean }} on which sides quotes lead to the site */
export function offersSite({ report, policy }) {
  return {
    does: isOnWeb(report?.details.policy?.source),
    says: isOnWeb(policy?.subject.source),
  };
}

/**
 * @param {HTMLElement} side
 * @param {"policy" | "site"} report of which the quotes are
 * @param {Sight} sight
 * @param {(words: string) => void} say
 */
export function listenForPassages(side, report, sight, say) {
  on(side, "show-on-site", ({ span: { start, end } }, from) => {
    const tell = (/** @type {string} */ words) => {
      for (const told of side.querySelectorAll(".on-site-told")) told.textContent = "";
      tellOnSite(from, words);
      say(words);
    };
    tell(LOOKING);
    const { tabId } = sight;
    void sight
      .stay(() => showPassage({ tabId, report, start, end }))
      .then((told) => {
        if ("problem" in told) tell(`${told.problem.message} ${told.problem.hint}`);
        else if (told.shown !== null) tell(WORDS[told.shown]);
      });
  });
}
