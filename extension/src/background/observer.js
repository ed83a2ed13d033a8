/**
 * Watches what the pages of each tab do, and changes nothing: `webRequest` and `webNavigation` tell
 * of the network, the content scripts of what scripts do.
 *
 * Nothing of it leaves this worker unless somebody looks at the tab.
 */

import { bareUrl, hostOf, isNetwork } from "./addresses.js";
import {
  arrive,
  arriveAhead,
  catchUp,
  frameAt,
  isAnswer,
  onWay,
  pageOf,
  sharedKey,
} from "./arriving.js";
import { loadSuffixes } from "./domains.js";
import { Later } from "./later.js";
import { liveView } from "./live.js";
import { takeLinks, takeScripts } from "./markup.js";
import { IS_CHROMIUM, TOLD_LESS, watchNetwork } from "./network.js";
import { loadOwners } from "./owners.js";
import { Gate } from "./private.js";
import { takeLines } from "./probed.js";
import { recordOf } from "./record.js";
import {
  initiatorOf,
  searched,
  statusOf,
  takeAnswer,
  takeFailure,
  takeRequest,
  takeSentHeaders,
} from "./requests.js";
import { Tabs } from "./tabs.js";
import { Typed } from "./typed.js";
import { add, newVisit } from "./visit.js";

/** @typedef {import("../shared/messages.js").Live} Live */
/** @typedef {import("../shared/messages.js").Settings} Settings */
/** @typedef {import("./domains.js").Suffixes} Suffixes */
/** @typedef {import("./requests.js").Asked} Asked */
/** @typedef {import("./requests.js").Open} Open */
/** @typedef {import("./tabs.js").Tab} Tab */
/** @typedef {import("./visit.js").Visit} Visit */
/** @typedef {chrome.webNavigation.WebNavigationTransitionCallbackDetails} Committed */

const LONGEST_LINES = 4_000_000;
/** A browser that wakes this worker may hand it an event before those that came earlier. */
const ALL_IN_MS = 50;
const MOST_LEAKS_FORGIVEN_MS = 1_000;
/** Sites where browsers let no extension look. */
const CLOSED = new Set(
  IS_CHROMIUM
    ? ["chromewebstore.google.com", "chrome.google.com"]
    : ["addons.mozilla.org", "support.mozilla.org", "accounts.firefox.com"],
);

const tabs = new Tabs();
const gate = new Gate();
const later = new Later();
const typed = new Typed(changed);
/** Request → what is known of it; in memory only. @type {Map<string, Open>} */
const open = new Map();
/** What was told when a page came for which nothing was asked. @type {WeakMap<Visit, Committed>} */
const commits = new WeakMap();
/** @type {Suffixes} */
let suffixes;
/** @type {Settings} */
let settings;
/** @type {(tabId: number) => void} */
let tell = () => undefined;
/** @type {Promise<void>} */
let ready = Promise.resolve();

/**
 * Begin to watch. Call it while the worker's first script runs, else events are missed.
 *
 * @param {{settings: () => Promise<Settings>, onChange: (tabId: number) => void}} parts
 *   `onChange` is called often.
 */
export function startObserver({ settings: readSettings, onChange }) {
  tell = onChange;
  const allIn = new Promise((go) => setTimeout(go, ALL_IN_MS));
  const loaded = Promise.all([loadSuffixes(), readSettings(), tabs.load(), allIn]);
  ready = loaded.then(([table, chosen]) => {
    suffixes = table;
    settings = chosen;
    reopen();
    gate.open(settings);
  });
  chrome.storage.onChanged.addListener((_changes, area) => {
    if (area !== "local") return;
    void readSettings().then((chosen) => {
      settings = chosen;
      void ready.then(() => {
        gate.open(settings);
        leavePaused();
      });
    });
  });
  watchNetwork({
    onAsked: (details) => held(details, () => onAsked(details)),
    onSent: (details) => held(details, () => onSent(details)),
    onAnswer: (details) => held(details, () => onAnswer(details)),
    onRedirect: (details) => held(details, () => onRedirect(details)),
    onDone: (details) => held(details, () => onDone(details)),
    onFailed: (details) => held(details, () => onFailed(details)),
  });
  watchNavigation();
  watchTabs();
  chrome.runtime.onMessage.addListener(onMessage);
}

/**
 * The record of a tab; null where its page was not seen.
 *
 * @param {number} tabId
 */
export async function observationOf(tabId) {
  await caughtUp();
  const tab = (await gate.isWatched(tabId)) ? tabs.get(tabId) : null;
  return tab ? recordOf(tab) : null;
}

/**
 * What the page in a tab was seen to do so far; null where it was not seen from the beginning.
 *
 * @param {number} tabId
 * @returns {Promise<Live | null>}
 */
export async function liveOf(tabId) {
  await caughtUp();
  const visit = (await gate.isWatched(tabId)) ? tabs.get(tabId)?.current : null;
  return visit ? liveView(visit, { suffixes, owners: await loadOwners() }) : null;
}

/** Whether the page in a tab was told not to sell or share data. @param {number} tabId */
export async function signalledTo(tabId) {
  await caughtUp();
  return (await gate.isWatched(tabId)) && tabs.get(tabId)?.current?.gpc === true;
}

/**
 * A consent banner was rejected on the page of a tab.
 *
 * @param {number} tabId
 * @param {string} site registrable domain of the page
 * @param {{manager: string | null, clicks: number, found: number, at: number}} answer
 */
export async function noteConsent(tabId, site, { manager, clicks, found, at }) {
  await caughtUp();
  const tab = (await gate.isWatched(tabId)) ? tabs.get(tabId) : null;
  const visit = [tab?.current, tab?.previous].find((one) => one && one.begun <= found);
  if (visit?.site !== site) return;
  visit.consent = [
    { state: "asked", manager, clicks: null, at: found },
    { state: "rejected", manager, clicks: clicks || null, at },
  ];
  changed(tabId);
}

/** Forgets what was seen of sites that are left alone from now on. */
function leavePaused() {
  for (const [tabId, tab] of tabs.all()) {
    for (const name of /** @type {const} */ (["current", "previous", "coming", "ahead"])) {
      if (!tab[name] || !settings.paused.includes(tab[name].site)) continue;
      tab[name] = null;
      typed.drop(tabId);
      changed(tabId);
    }
  }
}

/**
 * Whether there is a page in a tab that can be looked at.
 *
 * @param {number} tabId
 * @returns {Promise<"page" | "own" | "private">}
 */
export async function placeOf(tabId) {
  await ready;
  if (await gate.isPrivate(tabId)) return "private";
  const url = await addressOf(tabId);
  return isNetwork(url) && !CLOSED.has(hostOf(url)) ? "page" : "own";
}

/** @param {number} tabId */
async function addressOf(tabId) {
  try {
    return (await chrome.tabs.get(tabId)).url ?? "";
  } catch (error) {
    if (error instanceof Error) return ""; // the tab is gone
    throw error;
  }
}

/** Requests whose answer was waited for when the worker died. */
function reopen() {
  for (const [tabId, tab] of tabs.all()) {
    for (const visit of [tab.current, tab.coming, tab.ahead]) {
      for (const request of visit?.requests ?? []) {
        if (request.status === null && visit) {
          open.set(request.id, { visit, tabId, request, carried: null });
        }
      }
    }
  }
}

/** Wait until everything that has come is taken in. */
async function caughtUp() {
  await ready;
  later.drain();
}

/** @param {number} tabId */
function changed(tabId) {
  tabs.changed(tabId);
  tell(tabId);
}

const siteOf = (/** @type {string} */ url) => suffixes.registrable(hostOf(url));

// The network -------------------------------------------------------------------------------------

/**
 * @param {{tabId: number, timeStamp: number}} details
 * @param {() => void} act
 */
function held({ tabId, timeStamp }, act) {
  const run = () => {
    if (tabId >= 0) gate.run(tabId, act, timeStamp);
    else void ready.then(act);
  };
  later.add(run, timeStamp);
}

/** @param {Asked} asked */
function onAsked(asked) {
  open.delete(asked.requestId); // an earlier hop
  if (!isNetwork(asked.url) || asked.method === "OPTIONS") return; // a question before another
  const details = asAsked(asked);
  const found = visitOf(details);
  if (!found) return;
  const { tabId, visit } = found;
  if (details.type === "sub_frame") frameAt(visit, details, details.url);
  const taken = takeRequest(visit, details);
  if (!taken) return;
  open.set(details.requestId, { visit, tabId, ...taken });
  changed(tabId);
  if (details.type === "main_frame") return; // the person sees where they go
  searched(details.url, taken.carried, (parts) => {
    typed.send({ visit, tabId, request: taken.request }, parts, details.timeStamp);
  });
}

/**
 * A page that asks for the next one before anybody goes there has sent something; nobody has left.
 * A request that a person makes is no document's.
 *
 * @param {Asked} details
 * @returns {Asked}
 */
function asAsked(details) {
  const isFetched = IS_CHROMIUM && details.type === "main_frame" && details.documentId;
  return isFetched ? { ...details, type: "other" } : details;
}

/**
 * What is known of a request; one that is told less begins with the first that is told of it.
 *
 * @param {Omit<Asked, "requestBody">} details
 */
function openOf(details) {
  const known = open.get(details.requestId);
  const isNew = !known || known.request.redirects_to !== null;
  if (isNew && TOLD_LESS.has(details.type)) onAsked({ ...details, requestBody: undefined });
  return open.get(details.requestId);
}

/**
 * The visit that a request belongs to; a request for a page begins one.
 *
 * @param {Asked} details
 * @returns {{tabId: number, visit: Visit} | null}
 */
function visitOf(details) {
  if (details.tabId < 0) return visitOfWorker(initiatorOf(details));
  const tab = tabs.of(details.tabId);
  const ahead = details.documentLifecycle === "prerender";
  if (details.type === "main_frame") {
    const name = ahead ? "ahead" : "coming";
    const begun = tab[name]?.mainId === details.requestId ? tab[name] : null;
    const visit = begun ?? pageAsked(tab, details);
    if (visit) {
      visit.url = bareUrl(details.url);
      visit.site = siteOf(details.url);
      visit.answered = false;
    }
    tab[name] = visit;
    return visit ? { tabId: details.tabId, visit } : null;
  }
  const { documentUrl } = /** @type {{documentUrl?: string}} */ (details);
  const visit = ahead ? tab.ahead : pageOf(tab, { ...details, url: documentUrl });
  return visit ? { tabId: details.tabId, visit } : null;
}

/**
 * @param {Tab} tab
 * @param {chrome.webRequest.OnBeforeRequestDetails} details
 */
function pageAsked({ current }, { url, timeStamp, requestId }) {
  const site = siteOf(url);
  if (settings.paused.includes(site)) return null;
  const key = sharedKey(current, site, timeStamp);
  return newVisit({ url: bareUrl(url), site, at: timeStamp, mainId: requestId, key });
}

/**
 * A worker of a site has no tab; what it asks for is told of the tab that shows the site.
 *
 * @param {string | undefined} initiator
 */
function visitOfWorker(initiator) {
  const origin = initiator && isNetwork(initiator) ? bareUrl(`${initiator}/`) : "";
  let found = null;
  for (const [tabId, { current }] of tabs.all()) {
    if (origin && current?.url.startsWith(origin) && current.begun >= (found?.visit.begun ?? 0)) {
      found = { tabId, visit: current };
    }
  }
  return found;
}

/** @param {chrome.webRequest.OnSendHeadersDetails} details */
function onSent(details) {
  const known = openOf(details);
  if (!known) return;
  const parts = takeSentHeaders(known, details.requestHeaders ?? []);
  changed(known.tabId);
  if (known.request.type === "main_frame") return;
  typed.send(known, parts, details.timeStamp);
}

/** @param {chrome.webRequest.OnHeadersReceivedDetails} details */
function onAnswer(details) {
  const known = open.get(details.requestId);
  if (!known) return;
  takeAnswer(known, details, suffixes);
  if (details.type === "main_frame") late(known);
  changed(known.tabId);
}

/** @param {Open} known what asked for a page that may be there already */
function late({ tabId, visit }) {
  const tab = tabs.of(tabId);
  const early = catchUp(tab, visit);
  const committed = early && commits.get(early);
  if (committed) onWay(tab, committed);
}

/** @param {chrome.webRequest.OnBeforeRedirectDetails} details */
function onRedirect(details) {
  const known = openOf(details);
  if (!known) return;
  const { visit, request } = known;
  if (TOLD_LESS.has(details.type)) takeAnswer(known, details, suffixes);
  request.status = statusOf(details.statusCode);
  request.redirects_to = bareUrl(details.redirectUrl) || null;
  if (request.type === "main_frame") {
    const at = request.at;
    add(visit, "hops", { url: request.url, status: request.status, by: "http", at });
    visit.headers = [];
  }
  changed(known.tabId);
}

/** @param {chrome.webRequest.OnCompletedDetails} details */
function onDone(details) {
  const known = open.get(details.requestId);
  if (!known) return;
  if (TOLD_LESS.has(details.type)) takeAnswer(known, details, suffixes);
  known.request.status = statusOf(details.statusCode);
  open.delete(details.requestId);
  changed(known.tabId);
}

/** @param {chrome.webRequest.OnErrorOccurredDetails} details */
function onFailed(details) {
  const known = openOf(details);
  if (!known) return;
  takeFailure(known, details.error);
  open.delete(details.requestId);
  const tab = tabs.of(known.tabId);
  if (tab.coming === known.visit) tab.coming = null;
  if (tab.ahead === known.visit && known.request.type === "main_frame") tab.ahead = null;
  changed(known.tabId);
}

// From page to page -------------------------------------------------------------------------------

function watchNavigation() {
  const { webNavigation } = chrome;
  webNavigation.onCommitted.addListener((details) => held(details, () => onCommitted(details)));
  if (!IS_CHROMIUM) return; // Firefox tells so of pages that come all the same; `onFailed` knows
  webNavigation.onErrorOccurred.addListener((details) =>
    held(details, () => {
      if (details.frameId === 0) tabs.of(details.tabId).coming = null;
    }),
  );
}

/** @param {Committed} details */
function onCommitted(details) {
  const { tabId, frameId, url } = details;
  const tab = tabs.of(tabId);
  const documentId = details.documentId ?? null;
  const lifecycle = details.documentLifecycle;
  if (frameId !== 0) {
    const isAhead = lifecycle === "prerender";
    const visit = isAhead ? tab.ahead : tab.current;
    if (!visit) return;
    if (isAhead && details.parentFrameId < 0) visit.documentId = documentId;
    else frameAt(visit, details, url);
    return;
  }
  typed.forget(tabId);
  if (tab.current && documentId && tab.current.documentId === documentId) {
    onWay(tab, details); // it came by an event before this one
    changed(tabId);
    return;
  }
  if (tab.ahead && documentId && tab.ahead.documentId === documentId) {
    arriveAhead(tab, documentId);
  } else if (IS_CHROMIUM ? tab.coming && isNetwork(url) : isAnswer(tab, url)) {
    arrive(tab, documentId);
    onWay(tab, details);
  } else {
    cameOtherwise(tab, details);
  }
  changed(tabId);
}

/**
 * A page for which nothing was asked: from the browser's memory, from a worker of the site, or the
 * browser's own.
 *
 * @param {Tab} tab
 * @param {Committed} details
 */
function cameOtherwise(tab, details) {
  const { url, timeStamp, documentId } = details;
  const kept = documentId && tab.previous?.documentId === documentId ? tab.previous : null;
  tab.previous = tab.current;
  if (IS_CHROMIUM) tab.coming = null;
  tab.current = kept;
  if (kept || !isNetwork(url)) return;
  const site = siteOf(url);
  if (settings.paused.includes(site)) return;
  const key = sharedKey(tab.previous, site, timeStamp);
  tab.current = newVisit({ url: bareUrl(url), site, at: timeStamp, key });
  tab.current.documentId = documentId ?? null;
  commits.set(tab.current, details);
}

function watchTabs() {
  chrome.tabs.onCreated.addListener((tab) => gate.know(tab));
  chrome.tabs.onRemoved.addListener((tabId) => {
    tabs.forget(tabId);
    gate.forget(tabId);
    typed.drop(tabId);
    for (const [id, known] of open) if (known.tabId === tabId) open.delete(id);
  });
}

// What the content scripts tell -------------------------------------------------------------------

/**
 * @param {any} message
 * @param {chrome.runtime.MessageSender} sender
 * @param {(answer: unknown) => void} answer
 */
function onMessage(message, sender, answer) {
  const tabId = sender.tab?.id;
  const watching = typeof message?.watch === "string";
  if (!watching || sender.id !== chrome.runtime.id || tabId === undefined || !sender.tab) {
    return undefined;
  }
  gate.know(sender.tab);
  if (message.watch === "may-i") {
    void ready.then(() => gate.isWatched(tabId)).then(answer);
    return true;
  }
  const timeStamp = Date.now();
  held({ tabId, timeStamp }, () => take(message, sender, { tabId, timeStamp }));
  return undefined;
}

/**
 * @param {any} message
 * @param {chrome.runtime.MessageSender} sender
 * @param {{tabId: number, timeStamp: number}} known
 */
function take(message, sender, { tabId, timeStamp }) {
  const tab = tabs.of(tabId);
  const frameId = sender.frameId ?? 0;
  if (message.watch === "activated") {
    if (tab.ahead && sender.documentId === tab.ahead.documentId) {
      arriveAhead(tab, sender.documentId ?? null);
    }
    changed(tabId);
    return;
  }
  const visit =
    sender.documentLifecycle === "prerender"
      ? tab.ahead
      : pageOf(tab, { frameId, documentId: sender.documentId, url: sender.url });
  if (!visit) return;
  switch (message.watch) {
    case "probed":
      if (message.main === true && sender.frameId !== undefined && isTop(sender)) {
        visit.probed = true;
      }
      if (typeof message.lines === "string" && message.lines.length <= LONGEST_LINES) {
        takeLines(visit, message.lines, {
          suffixes,
          onMessage: ({ url, data, at }) => {
            const request = { url, type: "websocket", method: "GET", at };
            typed.send({ visit, tabId, request }, [data], timeStamp);
          },
        });
      }
      break;
    case "page":
      if (isTop(sender)) takeScripts(visit, message);
      break;
    case "links":
      if (isTop(sender)) takeLinks(visit, message);
      break;
    case "typed":
      typed.take(visit, message, { key: `${frameId}|${message.field}`, tabId, timeStamp });
      break;
    case "submitted":
      typed.submitted(
        visit,
        tabId,
        Math.max(Number(message.at), timeStamp - MOST_LEAKS_FORGIVEN_MS),
      );
      break;
    default:
      return;
  }
  changed(tabId);
}

/** @param {chrome.runtime.MessageSender} sender */
const isTop = ({ frameId, documentLifecycle }) =>
  frameId === 0 || documentLifecycle === "prerender";
