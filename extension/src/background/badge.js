/** The number on the button: companies that follow people and got data. Off unless it is wanted. */

import { liveOf } from "./observer.js";
import { readSettings } from "./settings.js";

const CALM = "#5c564b";

/** @param {number} tabId */
export async function showBadge(tabId) {
  const { badge, started } = await readSettings();
  const live = badge && started ? await liveOf(tabId) : null;
  const following = live?.owners.filter(({ tracks }) => tracks).length ?? 0;
  await onTab(async () => {
    await chrome.action.setBadgeText({ tabId, text: following ? String(following) : "" });
    if (following) await chrome.action.setBadgeBackgroundColor({ tabId, color: CALM });
  });
}

export async function showBadges() {
  for (const { id } of await chrome.tabs.query({})) if (id !== undefined) await showBadge(id);
}

/** @param {() => Promise<void>} act */
async function onTab(act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Error)) throw error; // the tab is gone
  }
}
