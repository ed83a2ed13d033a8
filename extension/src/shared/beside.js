/** The panel beside the page: the side panel of Chromium, the sidebar of Firefox, else a tab. */

/** @returns {{ open: () => Promise<void> } | undefined} */
export function sidebarOfFirefox() {
  const { browser } = /** @type {{ browser?: object }} */ (globalThis);
  return browser && Reflect.get(browser, "sidebarAction");
}

/**
 * Opens the panel. Browsers open it beside the page only straight from a click.
 *
 * @param {number} tabId
 */
export async function openBeside(tabId) {
  const sidebar = sidebarOfFirefox();
  try {
    if (sidebar) await sidebar.open();
    else await chrome.sidePanel.open({ tabId });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const url = chrome.runtime.getURL(`src/panel/panel.html?tab=${tabId}`);
    await chrome.tabs.create({ url });
  }
}
