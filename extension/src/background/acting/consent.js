/**
 * Answers consent banners with no. Autoconsent finds and clicks them in the page; here stands where
 * it may, and what it has done. Its scripts may be in a page where nothing is to be done, such as
 * a frame in a site that is left alone: they wait until they are told to begin.
 */

import { loadSuffixes, plainHost } from "../domains.js";
import { noteConsent } from "../observer.js";
import { readSettings } from "../settings.js";
import { siteOf } from "../view.js";
import { Banners } from "./banners.js";
import { remember } from "./done.js";
import { beginning, Frame, isThere, SCRIPT } from "./reader.js";
import { everywhere, keepScripts } from "./scripts.js";
import { actsOn, exempt, isOn, patternsOf } from "./where.js";

/** @typedef {import("../../shared/messages.js").Settings} Settings */
/** @typedef {chrome.runtime.MessageSender} Sender */

const SCRIPTS = ["consent"];
const SNIPPET = /^EVAL_[A-Z0-9_]{1,60}$/;
const LONGEST_NAME = 40;
/** A page that asks again whenever it was answered, and loads itself, would go on for ever. */
const MOST_ANSWERS = 3;
const WITHIN_MS = 60_000;

const banners = new Banners();
/**
 * Frame → when its banner was found and answered, and whether the page can be asked for that.
 *
 * @type {Map<string, { found: number, at: number, hasTest: boolean }>}
 */
const answers = new Map();
/** Tab and site → frames where a banner of it was answered. @type {Map<string, Map<string, number>>} */
const recent = new Map();
/** @type {(tabId: number) => void} */
let tell = () => undefined;

/** @param {Settings} settings */
export async function applyConsent(settings) {
  const on = isOn(settings, "rejectConsent") && (await isThere());
  const excludeMatches = patternsOf(exempt(settings, "rejectConsent"));
  await keepScripts(
    SCRIPTS,
    on ? [everywhere("consent", { js: [SCRIPT], world: "ISOLATED", excludeMatches })] : [],
  );
}

/** @param {(tabId: number) => void} onChange called when a banner was rejected in a tab */
export function startConsent(onChange) {
  tell = onChange;
  chrome.runtime.onMessage.addListener((message, sender) => {
    const { tab, id } = sender;
    if (id === chrome.runtime.id && tab?.id !== undefined && tab.url) void take(message, sender);
    return undefined;
  });
  // Each frame opens a port to be missed when it closes; nobody misses it here.
  chrome.runtime.onConnect.addListener((port) => port.disconnect());
  chrome.tabs.onRemoved.addListener((tabId) => {
    banners.forget(tabId);
    for (const name of recent.keys()) if (name.startsWith(`${tabId} `)) recent.delete(name);
  });
}

/**
 * The site of the tab where banners may be answered; "" where they may not.
 *
 * @param {Sender} sender
 */
async function siteIn({ tab }) {
  const [settings, suffixes] = await Promise.all([readSettings(), loadSuffixes()]);
  const url = tab?.url ?? "";
  const host = /^https?:/.test(url) ? plainHost(new URL(url).hostname) : "";
  const site = host && suffixes.registrable(host);
  const isLeft = tab?.incognito === true && !settings.privateWindows;
  return !isLeft && actsOn(settings, "rejectConsent", site) ? site : "";
}

/**
 * @param {any} message
 * @param {Sender} sender
 */
async function take(message, sender) {
  const frame = new Frame(sender.tab?.id ?? chrome.tabs.TAB_ID_NONE, sender);
  // A page that the browser draws before anybody asks for it waits until somebody does.
  if (message?.watch === "activated") return begin(frame, sender);
  switch (message?.type) {
    case "init":
      if (sender.documentLifecycle !== "prerender") await begin(frame, sender);
      break;
    case "eval":
      await evaluate(frame, message, sender);
      break;
    case "report":
      if (message.state?.lifecycle === "runningOptOut") await count(frame, sender);
      break;
    case "popupFound":
      banners.found(frame.tabId, Date.now());
      break;
    case "optOutResult":
      if (message.result === true) {
        const at = Date.now();
        const found = banners.lastFound(frame.tabId) ?? at;
        answers.set(frame.key, { found, at, hasTest: message.scheduleSelfTest === true });
      }
      break;
    case "selfTestResult":
      banners.tested(frame, message.result === true);
      break;
    case "autoconsentDone":
      await finish(frame, message, sender);
      break;
  }
}

/** @param {number} tabId @param {string} site */
function answeredOften(tabId, site) {
  const since = Date.now() - WITHIN_MS;
  const times = [...(recent.get(`${tabId} ${site}`)?.values() ?? [])];
  return times.filter((at) => at > since).length >= MOST_ANSWERS;
}

/** Told before the click, since the page may be gone after it. @param {Frame} frame @param {Sender} sender */
async function count(frame, sender) {
  const name = `${frame.tabId} ${await siteIn(sender)}`;
  const frames = recent.get(name) ?? new Map();
  recent.set(name, frames.set(frame.key, Date.now()));
}

/** @param {Frame} frame @param {Sender} sender */
async function begin(frame, sender) {
  const site = await siteIn(sender);
  if (!site || answeredOften(frame.tabId, site)) return;
  const told = await beginning(sender.url ?? "", frame.frameId === 0);
  if (told !== null) await frame.send(told);
}

/**
 * @param {Frame} frame
 * @param {{ id?: unknown, snippetId?: unknown }} message
 * @param {Sender} sender
 */
async function evaluate(frame, { id, snippetId }, sender) {
  if (typeof id !== "string" || typeof snippetId !== "string" || !SNIPPET.test(snippetId)) return;
  const result = (await siteIn(sender)) !== "" && (await frame.evaluate(snippetId));
  await frame.send({ type: "evalResp", id, result });
}

/** Who asked, in words for people; null for rules that are named after one site. @param {unknown} cmp */
function managerOf(cmp) {
  return typeof cmp === "string" && cmp.length <= LONGEST_NAME && !cmp.startsWith("auto_")
    ? cmp
    : null;
}

/**
 * @param {Frame} frame
 * @param {{ cmp?: unknown, totalClicks?: unknown }} message
 * @param {Sender} sender
 */
async function finish(frame, { cmp, totalClicks }, sender) {
  const answered = answers.get(frame.key);
  answers.delete(frame.key);
  const site = await siteIn(sender);
  if (!answered || !site) return;
  if (!(await banners.isGone(frame, answered))) return;
  if (answeredOften(frame.tabId, site)) return; // and it is no more looked whether it asks again
  const manager = managerOf(cmp);
  const clicks = Number.isInteger(totalClicks) ? Number(totalClicks) : 0;
  if ((await siteOf(frame.tabId))?.domain !== site) return; // the tab has gone elsewhere
  await remember(frame.tabId, { site, manager });
  await noteConsent(frame.tabId, site, { manager, clicks, ...answered });
  tell(frame.tabId);
}
