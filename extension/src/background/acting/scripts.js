/** Scripts in pages that are there only while the person wants what they do. */

/** @typedef {chrome.scripting.RegisteredContentScript} Script */

/**
 * Leaves exactly these scripts registered among those of the same ids. The browser keeps them over
 * its own end, and forgets them when the extension is renewed.
 *
 * @param {string[]} ids all that may be there
 * @param {Script[]} wanted
 */
export async function keepScripts(ids, wanted) {
  const there = await chrome.scripting.getRegisteredContentScripts({ ids });
  const same = (/** @type {Script} */ script) =>
    there.some(({ id, excludeMatches = [] }) => {
      return id === script.id && excludeMatches.join() === (script.excludeMatches ?? []).join();
    });
  if (there.length === wanted.length && wanted.every(same)) return;
  if (there.length > 0) {
    await chrome.scripting.unregisterContentScripts({ ids: there.map(({ id }) => id) });
  }
  if (wanted.length > 0) await chrome.scripting.registerContentScripts(wanted);
}

/**
 * @param {string} id
 * @param {{ js: string[], world: "MAIN" | "ISOLATED", excludeMatches: string[] }} script
 * @returns {Script} in every frame, before any script of the page
 */
export function everywhere(id, { js, world, excludeMatches }) {
  return {
    id,
    js,
    world,
    matches: ["<all_urls>"],
    ...(excludeMatches.length > 0 && { excludeMatches }),
    allFrames: true,
    matchOriginAsFallback: true,
    runAt: "document_start",
  };
}
