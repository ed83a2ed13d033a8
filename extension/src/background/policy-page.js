/** Whether the page in a tab is a policy itself, and what it shows. */

import "../generated/policy-names.js";
import "../content/naming.js";

const MOST_CHARS = 15_000_000;
const FEWEST_CHARS = 2_500;
/** Between the name of a page and that of its site. */
const PARTS = /\s[|–—·•:-]\s|: /u;

/**
 * @param {number} tabId
 * @returns {Promise<{ html: string, url: string } | null>} the page as it is shown where it is a
 *   policy; null where it is something else or cannot be looked at. The service tells for sure.
 */
export async function policyShown(tabId) {
  const told = await inPage(tabId, readTitles, []);
  if (!told || told.chars < FEWEST_CHARS) return null;
  const titles = [...told.title.split(PARTS), told.title, told.heading];
  if (!globalThis.policyNaming.isDocument(titles, told.pathname)) return null;
  return inPage(tabId, readShown, [MOST_CHARS]);
}

/**
 * @template {unknown[]} Given
 * @template Found
 * @param {number} tabId
 * @param {(...given: Given) => Found} func runs in the page, so it uses nothing from here
 * @param {Given} args
 */
async function inPage(tabId, func, args) {
  try {
    const [seen] = await chrome.scripting.executeScript({ target: { tabId }, func, args });
    return /** @type {Found | undefined} */ (seen?.result) ?? null;
  } catch (error) {
    // The browser keeps extensions out of this page, or the tab is gone.
    if (error instanceof Error) return null;
    throw error;
  }
}

function readTitles() {
  return {
    pathname: location.pathname.slice(0, 500),
    title: document.title.trim().slice(0, 500),
    heading: (document.querySelector("h1")?.textContent ?? "").trim().slice(0, 500),
    chars: (document.body?.innerText ?? "").length,
  };
}

/** @param {number} most */
function readShown(most) {
  const html = document.documentElement.outerHTML;
  return html.length <= most ? { html, url: location.href.replace(/#.*$/, "") } : null;
}
