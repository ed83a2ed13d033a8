/** Puts together what the popup and the panel show of a tab. */

import { doneOn } from "./acting/done.js";
import { loadSuffixes, plainHost } from "./domains.js";
import { liveOf, placeOf } from "./observer.js";
import { loadOwners } from "./owners.js";
import { PASSING, PROBLEMS } from "./problems.js";
import { readSettings } from "./settings.js";

/** @typedef {import("../shared/messages.js").View} View */
/** @typedef {import("./pairing.js").Pairing} Pairing */
/** @typedef {import("./told.js").ToldStore} ToldStore */

/** @typedef {NonNullable<View["site"]>} Site */

/** What is being done for a tab right now. @typedef {Map<number, NonNullable<View["working"]>>} Working */

/** @returns {Promise<number>} the tab that the person looks at */
export async function activeTab() {
  const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
  return tab?.id ?? chrome.tabs.TAB_ID_NONE;
}

/** @param {number} tabId @returns {Promise<Site | null>} null where there is no page of the web */
export async function siteOf(tabId) {
  const url = await addressOf(tabId);
  if (url === null || !URL.canParse(url)) return null;
  const { protocol, hostname, origin, pathname } = new URL(url);
  const host = plainHost(hostname);
  if (!/^https?:$/.test(protocol) || !host) return null;
  const [suffixes, owners] = await Promise.all([loadSuffixes(), loadOwners()]);
  const owner = owners.ofHost(host)?.company;
  const site = { host, domain: suffixes.registrable(host), url: `${origin}${pathname}` };
  return owner ? { ...site, owner } : site;
}

/**
 * @param {View["problem"]} problem
 * @param {View["connection"]} connection
 */
function lasting(problem, connection) {
  return connection === "connected" && problem && PASSING.has(problem.code) ? null : problem;
}

/** @param {number} tabId @returns {Promise<string | null>} */
async function addressOf(tabId) {
  try {
    return (await chrome.tabs.get(tabId)).url ?? null;
  } catch (error) {
    if (error instanceof Error) return null; // the tab is gone
    throw error;
  }
}

/**
 * @param {number} tabId
 * @param {{ pairing: Pairing, told: ToldStore, working: Working }} parts
 * @returns {Promise<View>}
 */
export async function viewOf(tabId, { pairing, told, working }) {
  const [state, allowed, place, site, settings] = await Promise.all([
    pairing.state(),
    chrome.permissions.contains({ origins: ["<all_urls>"] }),
    placeOf(tabId),
    siteOf(tabId),
    readSettings(),
  ]);
  const shown = place === "page" ? site : null;
  const paused = shown !== null && settings.paused.includes(shown.domain);
  const [live, about, done] =
    shown && !paused
      ? await Promise.all([
          settings.started ? liveOf(tabId) : null,
          told.of(tabId, shown.host),
          doneOn(tabId, shown.domain, settings),
        ])
      : [null, null, []];
  return {
    connection: state.connection,
    code: state.code,
    place: paused ? "paused" : place === "page" && site === null ? "own" : place,
    tabId,
    site: shown,
    live: live ?? null,
    report: about?.report ?? null,
    policy: about?.policy ?? null,
    working: working.get(tabId) ?? null,
    problem: allowed
      ? (state.problem ?? lasting(about?.problem ?? null, state.connection))
      : PROBLEMS.away,
    done,
  };
}
