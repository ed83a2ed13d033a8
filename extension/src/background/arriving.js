/**
 * How one page of a tab follows another: which visit what is told belongs to, and when a page that
 * was asked for has come.
 *
 * Firefox tells that a page has come before it tells of the request for that page, by up to half a
 * second, and tells of a failure where it only hands a page to another process. So there a page is
 * taken for what was asked only where the address is the same, and one that nothing was asked for
 * is known from its scripts alone until its request is told as well.
 */

import { bareUrl, isNetwork } from "./addresses.js";
import { IS_CHROMIUM } from "./network.js";
import { absorb, prepend } from "./visit.js";

/** @typedef {import("./tabs.js").Tab} Tab */
/** @typedef {import("./visit.js").Visit} Visit */
/** @typedef {chrome.webNavigation.WebNavigationTransitionCallbackDetails} Committed */

/** A page that was left for another this soon after it came belongs to the way there. */
const ON_THE_WAY_MS = 10_000;

/**
 * Whether a page that has come is the one that was asked for and answered last.
 *
 * @param {Tab} tab
 * @param {string} url
 */
export function isAnswer({ coming }, url) {
  return coming !== null && coming.answered && coming.url === bareUrl(url);
}

/**
 * Puts together a page that has come and the request for it, where that was told later.
 *
 * @param {Tab} tab
 * @param {Visit} visit of the request, which was just answered
 * @returns {Visit | null} what was known of the page before; null where it is none that has come
 */
export function catchUp(tab, visit) {
  const { coming, current } = tab;
  const status = visit.status ?? 0;
  const isRedirect = status >= 300 && status < 400 && status !== 304;
  if (coming !== visit || !current || current.seen || isRedirect) return null;
  if (current.url !== visit.url || visit.begun > current.begun) return null;
  absorb(visit, current);
  tab.current = visit;
  tab.coming = null;
  return current;
}

/**
 * The page that was asked for has come.
 *
 * @param {Tab} tab
 * @param {string | null} documentId
 */
export function arrive(tab, documentId) {
  tab.previous = tab.current;
  tab.current = tab.coming;
  tab.coming = null;
  if (tab.current) tab.current.documentId = documentId;
}

/**
 * A page that was drawn before anybody asked for it is in sight.
 *
 * @param {Tab} tab
 * @param {string | null} documentId
 */
export function arriveAhead(tab, documentId) {
  tab.coming = tab.ahead;
  tab.ahead = null;
  arrive(tab, documentId);
}

/**
 * The page that somebody in a tab belongs to: by its document where the browser tells it, since the
 * page before may still send something when the next has begun.
 *
 * @param {Tab} tab
 * @param {{frameId: number, parentFrameId?: number, documentId?: string | undefined,
 *   url?: string | undefined, parentDocumentId?: string | undefined}} who
 *   `url` is that of the document.
 */
export function pageOf(tab, { frameId, parentFrameId, documentId, parentDocumentId, url = "" }) {
  const { current, previous } = tab;
  const document = frameId === 0 ? documentId : parentDocumentId;
  if (document && document === current?.documentId) return current;
  if (document && document === previous?.documentId) return previous;
  if (frameId !== 0) {
    const has = (/** @type {Visit | null} */ visit) =>
      visit && (frameId in visit.frames || (parentFrameId ?? 0) in visit.frames);
    return has(previous) && !has(current) ? previous : current;
  }
  if (!document) return current;
  if (IS_CHROMIUM ? tab.coming?.answered : isAnswer(tab, url)) arrive(tab, document);
  else if (!IS_CHROMIUM) return null; // of a page long gone
  return tab.current;
}

/**
 * @param {Visit} visit
 * @param {{frameId: number, parentFrameId: number}} frame
 * @param {string} url
 */
export function frameAt(visit, { frameId, parentFrameId }, url) {
  visit.frames[frameId] = { url: isNetwork(url) ? bareUrl(url) : "", parent: parentFrameId };
}

/**
 * The key of the page before, where the next one may get into the same record.
 *
 * @param {Visit | null} before
 * @param {string} site
 * @param {number} at
 */
export function sharedKey(before, site, at) {
  const together = before && (before.site === site || at - before.begun < ON_THE_WAY_MS);
  return together ? before.key : undefined;
}

/**
 * Puts the page before in front of the one that has come, where it sent the browser on by itself.
 *
 * @param {Tab} tab
 * @param {Committed} details
 */
export function onWay(tab, { transitionQualifiers, url }) {
  const { current, previous } = tab;
  if (!current || !previous) return;
  const soon = current.begun - previous.begun < ON_THE_WAY_MS;
  if (!transitionQualifiers.includes("client_redirect") || !soon || !previous.url) return;
  if (previous.url === bareUrl(url)) return; // it loaded itself again
  prepend(current, previous);
  tab.previous = null;
}
