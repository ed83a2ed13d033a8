/**
 * Firefox tells that a page has come before it tells of the request for that page, by up to half a
 * second, and tells of a failure where it only hands a page to another process. So there a page is
 * taken for what was asked only where the address is the same, and one that nothing was asked for
 * is known from its scripts alone until its request is told as well.
 */

import { bareUrl } from "./addresses.js";
import { absorb } from "./visit.js";

/** @typedef {import("./tabs.js").Tab} Tab */
/** @typedef {import("./visit.js").Visit} Visit */

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
