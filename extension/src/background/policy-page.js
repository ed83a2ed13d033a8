/** Whether the page in a tab is a policy itself, and what it shows. */

const MOST_CHARS = 15_000_000;
const FEWEST_CHARS = 2_500;

/** Of titles, headings and paths; the service reads on and tells for sure what the page is. */
const NAMES =
  "privacy|data.?(protection|policy)|terms.(of|and)|terms$|datenschutz|nutzungsbedingungen|" +
  "\\bagb\\b|confidentialit|vie.priv|conditions.(d|g[eé]n)|privacidad|privacidade|" +
  "informativa|riservatezza|privacy.?(beleid|verklaring)|integritet|personvern|tietosuoja|" +
  "prywatno|ochran|adatv[eé]del|confiden[tț]ialitat|gizlilik|конфиденциал|プライバシー|隐私|개인정보";
/** Pages that have the name and are something else. */
const OTHERS = "settings|preferences|choices|sign.?(in|up)|log.?in|account|blog|news|press|forum";

/**
 * @param {number} tabId
 * @returns {Promise<{ html: string, url: string } | null>} the page as it is shown where it is a
 *   policy; null where it is something else or cannot be looked at
 */
export async function policyShown(tabId) {
  try {
    const [seen] = await chrome.scripting.executeScript({
      target: { tabId },
      func: readShown,
      args: [NAMES, OTHERS, FEWEST_CHARS, MOST_CHARS],
    });
    return seen?.result ?? null;
  } catch (error) {
    // The browser keeps extensions out of this page, or the tab is gone.
    if (error instanceof Error) return null;
    throw error;
  }
}

/**
 * Runs in the page, so it uses nothing from here.
 *
 * @param {string} names
 * @param {string} others
 * @param {number} fewest
 * @param {number} most
 */
function readShown(names, others, fewest, most) {
  const path = decodeURI(location.pathname).slice(0, 500);
  const heading = document.querySelector("h1")?.textContent ?? "";
  const named = [path, document.title, heading].some((text) =>
    new RegExp(names, "iu").test(text.trim().slice(0, 500)),
  );
  if (!named || new RegExp(others, "iu").test(path)) return null;
  if ((document.body?.innerText ?? "").length < fewest) return null;
  const html = document.documentElement.outerHTML;
  return html.length <= most ? { html, url: location.href.replace(/#.*$/, "") } : null;
}
