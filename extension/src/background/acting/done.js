/** What was done for the person on the page of a tab. */

import { signalledTo } from "../observer.js";
import { actsOn } from "./where.js";

/** @typedef {import("../../shared/messages.js").Done} Done */
/** @typedef {import("../../shared/messages.js").Settings} Settings */
/** @typedef {{ site: string, manager: string | null }} Rejected */

/** In the session's storage, since the worker may end at any moment. */
const keyOf = (/** @type {number} */ tabId) => `rejected:${tabId}`;

const STAYS = "The site may remember the no in a cookie. Its own cookie settings change that.";

/** @param {number} tabId @param {Rejected} rejected */
export const remember = (tabId, rejected) =>
  chrome.storage.session.set({ [keyOf(tabId)]: rejected });

/** @param {number} tabId */
export const forgetDone = (tabId) => chrome.storage.session.remove(keyOf(tabId));

/** @param {number} tabId @param {string} domain @returns {Promise<Rejected | null>} */
async function rejectedOn(tabId, domain) {
  const key = keyOf(tabId);
  const rejected = /** @type {Rejected | undefined} */ (
    (await chrome.storage.session.get(key))[key]
  );
  return rejected?.site === domain ? rejected : null;
}

/**
 * @param {number} tabId
 * @param {string} domain registrable domain of its page
 * @param {Settings} settings
 * @returns {Promise<Done[]>}
 */
export async function doneOn(tabId, domain, settings) {
  const [rejected, signalled] = await Promise.all([
    actsOn(settings, "rejectConsent", domain) ? rejectedOn(tabId, domain) : null,
    actsOn(settings, "gpc", domain) && signalledTo(tabId),
  ]);
  /** @type {Done[]} */
  const done = [];
  if (rejected !== null) {
    const of = rejected.manager === null ? "" : ` (${rejected.manager})`;
    done.push({
      text: `Rejected its consent banner${of}`,
      undo: `rejectConsent ${domain}`,
      note: STAYS,
    });
  }
  if (signalled) {
    done.push({
      text: "Told this site not to sell or share your data (GPC)",
      undo: `gpc ${domain}`,
    });
  }
  return done;
}
