/**
 * The words of autoconsent (`vendor/autoconsent`), which runs in pages, knows consent banners and
 * clicks: what it is told to begin with, and the way to it.
 */

import { vendored } from "../vendor.js";

/** @typedef {import("../vendor.js").Vendored} Vendored */

/**
 * Rules as they come: name, then at 3 for which addresses, at 4 for which frames.
 *
 * @typedef {unknown[]} Rule
 * @typedef {{ v: number, s: string[], r: Rule[], index: { genericStringEnd: number } }} Rules
 */

export const PACKAGE = "autoconsent";
export const SCRIPT = `vendor/${PACKAGE}/content.bundle.js`;

const ADDRESSES = 3;
const FRAMES = 4;
/** Two digits of the page itself and of frames: 0 for no, 1 for yes, 2 for what is usual. */
const inTop = (/** @type {number} */ frames) => Math.trunc(frames / 10) !== 0;
const inFrames = (/** @type {number} */ frames) => frames % 10 === 1;

const LOGS = "lifecycle rulesteps detectionsteps evals errors messages waits".split(" ");

/** Banners are answered or left, never just hidden: to hide one is no answer. */
const CONFIG = {
  enabled: true,
  autoAction: "optOut",
  enablePrehide: true,
  enableCosmeticRules: false,
  enableGeneratedRules: true,
  enablePopupMutationObserver: true,
  logs: Object.fromEntries(LOGS.map((name) => [name, false])),
};

/** Looks whether a banner is there, and touches nothing. */
export const LOOK_AGAIN = {
  type: "initResp",
  rules: null,
  config: { ...CONFIG, autoAction: null, enablePrehide: false, detectRetries: 0 },
};

/** @type {Promise<Rules> | null} */
let loading = null;

/** @param {Vendored} found @returns {Promise<Rules>} */
function loadRules(found) {
  loading ??= fetch(found.url("compact-rules.json"))
    .then((answer) => answer.json())
    .catch((error) => {
      loading = null; // the next call tries again
      throw error;
    });
  return loading;
}

/**
 * What a frame is told to begin with, with those rules that can matter there: all of them take
 * a quarter of a megabyte.
 *
 * @param {string} url of the frame
 * @param {boolean} isTop
 */
export async function beginning(url, isTop) {
  const found = await vendored(PACKAGE);
  if (found === null) return null;
  const { v, s, r, index } = await loadRules(found);
  const kept = r.filter((rule) => {
    const frames = Number(rule[FRAMES]);
    const addresses = String(rule[ADDRESSES]);
    return (isTop ? inTop(frames) : inFrames(frames)) && (!addresses || url.match(addresses));
  });
  const special = kept.some((rule) => rule[ADDRESSES] !== "");
  const compact = { v, s: special ? s : s.slice(0, index.genericStringEnd), r: kept };
  return { type: "initResp", rules: { autoconsent: [], compact }, config: CONFIG };
}

/** Whether it is here. */
export const isThere = async () => (await vendored(PACKAGE)) !== null;

/** A frame where it runs. */
export class Frame {
  #where;

  /** @param {number} tabId @param {chrome.runtime.MessageSender} sender */
  constructor(tabId, { frameId = 0, documentId }) {
    this.tabId = tabId;
    this.frameId = frameId;
    this.documentId = documentId ?? null;
    this.key = documentId ?? `${tabId} ${frameId}`;
    this.#where = documentId ? { documentId } : { frameId };
  }

  /** @param {object} message @returns {Promise<boolean>} whether it is still there */
  async send(message) {
    try {
      await chrome.tabs.sendMessage(this.tabId, message, this.#where);
      return true;
    } catch (error) {
      if (error instanceof Error) return false;
      throw error;
    }
  }

  /**
   * Runs one of the few lines by which a banner's own script is asked, in the page's own world.
   *
   * @param {string} name
   * @returns {Promise<boolean>} what it says; false where it cannot
   */
  async evaluate(name) {
    const frame = this.documentId
      ? { documentIds: [this.documentId] }
      : { frameIds: [this.frameId] };
    try {
      const [told] = await chrome.scripting.executeScript({
        target: { tabId: this.tabId, ...frame },
        world: "MAIN",
        injectImmediately: true,
        files: [`vendor/${PACKAGE}/snippets/${name}.js`],
      });
      return Boolean(told?.result);
    } catch (error) {
      if (error instanceof Error) return false;
      throw error;
    }
  }
}
