/** The way to the background, and what the browser around a page of the extension offers. */

import { saveAs } from "../views/files.js";
import { openBeside, sidebarOfFirefox } from "./beside.js";

/** @typedef {import("./messages.js").Changed} Changed */
/** @typedef {import("./messages.js").Message} Message */
/** @typedef {import("./messages.js").Problem} Problem */
/** @typedef {import("./messages.js").Settings} Settings */
/** @typedef {import("./messages.js").Shown} Shown */
/** @typedef {import("./messages.js").View} View */
/** @typedef {import("../views/shapes.js").Answer} Answer */

/** A service that stopped or came back is noticed within so long, while somebody looks. */
const LOOK_AGAIN_MS = 5_000;

/** Where the popup leaves what the panel is to show first. */
const WANTED = "panel-wants";

/** @type {Problem} */
export const SILENT = {
  code: "extension-silent",
  message: "The extension did not answer.",
  hint: "Try again. If it stays silent, turn the extension off and on.",
};

/**
 * @param {Message} message
 * @returns {Promise<unknown>} what the background answers; undefined where it stays silent
 */
export async function tell(message) {
  try {
    return await chrome.runtime.sendMessage(message);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** A failure that the background told. */
export class Told extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/**
 * What the background answers.
 *
 * @template Answered
 * @param {Message} message
 * @returns {Promise<Answered>}
 * @throws {Told} it failed, or stayed silent
 */
export async function answerTo(message) {
  const told = /** @type {(Answered & object & { problem?: Problem }) | undefined} */ (
    await tell(message)
  );
  if (told === undefined) throw new Told(SILENT);
  if (told.problem) throw new Told(told.problem);
  return told;
}

/**
 * @param {number} tabId
 * @returns {Promise<View | null>} null where the background stays silent, or has no view
 */
export async function readView(tabId) {
  const told = /** @type {View | { problem: Problem } | undefined} */ (
    await tell({ type: "view", tabId })
  );
  return told && "connection" in told ? told : null;
}

/** @returns {Promise<Settings | null>} */
export async function readSettings() {
  return /** @type {Settings | undefined} */ (await tell({ type: "settings" })) ?? null;
}

/**
 * @param {number} tabId
 * @param {string} question
 * @param {string} [reportId] of a kept report; else the policy of the tab is asked
 * @returns {Promise<Answer | Problem>}
 */
export async function ask(tabId, question, reportId) {
  const told = /** @type {{ answer?: Answer | null, problem?: Problem | null } | undefined} */ (
    await tell({ type: "ask", tabId, question, ...(reportId === undefined ? {} : { reportId }) })
  );
  return told?.answer ?? told?.problem ?? SILENT;
}

/**
 * Shows a passage where the site has it.
 *
 * @param {Omit<import("./messages.js").Passage, "type">} passage
 * @returns {Promise<Shown | { problem: Problem, tabId?: undefined }>}
 */
export async function showPassage(passage) {
  const told = /** @type {Shown | { problem: Problem } | undefined} */ (
    await tell({ type: "passage", ...passage })
  );
  return told ?? { problem: SILENT };
}

/**
 * Runs `act` one at a time, and once more where it was called meanwhile: a page that loads
 * changes its view faster than it can be drawn.
 *
 * @param {() => Promise<void>} act
 * @returns {() => Promise<void>} settled when what was known at the call has been drawn
 */
export function oneAtATime(act) {
  /** @type {Promise<void> | null} */
  let running = null;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await act();
    } while (again);
  };
  return async () => {
    again = true;
    running ??= run().finally(() => {
      running = null;
    });
    await running;
  };
}

/** @param {(tabId: number) => void} act called when the view of a tab is other than before */
export function onChanged(act) {
  chrome.runtime.onMessage.addListener((/** @type {Changed} */ message) => {
    if (message.type === "changed") act(message.tabId);
  });
}

/** @param {() => void} act called now and then while this page can be seen, and when it is seen again */
export function whileSeen(act) {
  const look = () => {
    if (document.visibilityState === "visible") act();
  };
  setInterval(look, LOOK_AGAIN_MS);
  document.addEventListener("visibilitychange", look);
}

/** The tab that is looked at: named in the address, or the active one of this window. */
export async function tabInSight() {
  const named = new URLSearchParams(location.search).get("tab");
  if (named !== null) return Number(named);
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  return tab?.id ?? chrome.tabs.TAB_ID_NONE;
}

/** @param {() => void} act called when another tab may be in sight */
export function onTabSwitched(act) {
  chrome.tabs.onActivated.addListener(act);
}

/**
 * Opens the panel beside the page, straight from a click.
 *
 * @param {number} tabId
 * @param {"" | "why"} wanted what the panel shows first
 */
export async function openPanel(tabId, wanted) {
  localStorage.setItem(WANTED, wanted);
  await openBeside(tabId);
}

/** What the panel is to show first, told once. */
export function takeWanted() {
  const wanted = localStorage.getItem(WANTED);
  localStorage.removeItem(WANTED);
  return wanted === "why" ? "why" : "";
}

/** @param {() => void} act called when the popup wants something of a panel that is open already */
export function onWanted(act) {
  addEventListener("storage", ({ key, newValue }) => {
    if (key === WANTED && newValue) act();
  });
}

/** Loads a tab again, so that it is seen from the start. @param {number} tabId */
export async function reload(tabId) {
  await chrome.tabs.reload(tabId);
}

/**
 * Lets the browser ask the person whether the extension may see sites. Browsers allow it only
 * straight from a click, and ask nothing where it may already.
 *
 * @returns {Promise<boolean>}
 */
export async function askForSites() {
  try {
    return await chrome.permissions.request({ origins: ["<all_urls>"] });
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

/** As `askForSites`, from the popup: Firefox would put its question behind it. */
export async function askForSitesInTab() {
  if (!sidebarOfFirefox()) return askForSites();
  return chrome.tabs.create({ url: chrome.runtime.getURL("src/onboarding/onboarding.html") });
}

/** Opens the page of the service, where a browser is allowed to connect. */
export async function openService() {
  const settings = await readSettings();
  if (settings !== null) await chrome.tabs.create({ url: settings.service });
}

/** @param {unknown} value @param {string} name */
export function saveJson(value, name) {
  const text = JSON.stringify(value, null, 2);
  saveAs(new Blob([text], { type: "application/json" }), name);
}
