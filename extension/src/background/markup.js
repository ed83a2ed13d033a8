/** What the content scripts tell of the markup of a page. */

import { bareUrl, isNetwork } from "./addresses.js";

/** @typedef {import("./visit.js").Visit} Visit */

const MOST_SCRIPTS = 500;
const MOST_LINKS = 5;

/**
 * @param {Visit} visit
 * @param {{scripts?: unknown}} message
 */
export function takeScripts(visit, { scripts }) {
  visit.scripts = (Array.isArray(scripts) ? scripts : [])
    .slice(0, MOST_SCRIPTS)
    .flatMap(({ src, integrity }) => {
      const bare = typeof src === "string" && isNetwork(src) ? bareUrl(src) : "";
      return bare ? [{ src: bare, integrity: integrity === true }] : [];
    });
}

/**
 * Links to what may be the policy.
 *
 * @param {Visit} visit
 * @param {{links?: unknown}} message
 */
export function takeLinks(visit, { links }) {
  visit.policyLinks = [
    ...new Set((Array.isArray(links) ? links : []).filter((link) => isNetwork(link)).map(bareUrl)),
  ]
    .filter(Boolean)
    .slice(0, MOST_LINKS);
}
