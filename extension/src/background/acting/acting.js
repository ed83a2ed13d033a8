/** What the extension does for the person: all of it set up as they chose, and taken back. */

import { changeSettings, onSettings, readSettings } from "../settings.js";
import { siteOf } from "../view.js";
import { applyConsent, startConsent } from "./consent.js";
import { forgetDone } from "./done.js";
import { applyGpc, leavePrivate } from "./gpc.js";
import { actsOn, without } from "./where.js";

/** @typedef {import("../../shared/messages.js").Settings} Settings */

/** One after the other, so that the last choice holds. @type {Promise<unknown>} */
let last = Promise.resolve();

/** @param {() => Promise<void>} act @returns {Promise<void>} */
function inTurn(act) {
  const done = last.then(act);
  last = done.catch(() => undefined);
  return done;
}

/** Sets everything up as it is chosen by now; settled once it holds. */
export function apply() {
  return inTurn(async () => {
    const settings = await readSettings();
    await applyGpc(settings);
    await applyConsent(settings);
  });
}

/** @param {(tabId: number) => void} onChange called when something was done in a tab */
export function startActing(onChange) {
  startConsent(onChange);
  onSettings(() => void apply());
  chrome.tabs.onCreated.addListener(({ incognito }) => {
    if (incognito) void inTurn(async () => leavePrivate(await readSettings()));
  });
  chrome.tabs.onRemoved.addListener((tabId) => void forgetDone(tabId));
  void apply();
}

/**
 * Leaves the site of a tab alone from now on, or no more.
 *
 * @param {number} tabId
 * @param {boolean} paused
 */
export async function pause(tabId, paused) {
  const domain = (await siteOf(tabId))?.domain;
  if (!domain) return;
  await changeSettings((settings) => {
    const others = settings.paused.filter((one) => one !== domain);
    return { paused: paused ? [...others, domain] : others };
  });
  await apply();
}

/**
 * Does something no more on a site, and loads its page again.
 *
 * @param {number} tabId
 * @param {string} undo as `doneOn` told it
 */
export async function takeBack(tabId, undo) {
  const [act, domain = ""] = String(undo).split(" ");
  if (act !== "gpc" && act !== "rejectConsent") return;
  if (!actsOn(await readSettings(), act, domain)) return;
  await changeSettings((settings) => without(settings, act, domain));
  await apply();
  if (act === "rejectConsent") await forgetDone(tabId);
  if ((await siteOf(tabId))?.domain === domain) await chrome.tabs.reload(tabId);
}
