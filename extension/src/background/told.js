/** What the service told about the pages of tabs, kept as long as the browser runs. */

/** @typedef {import("../shared/messages.js").Problem} Problem */
/** @typedef {import("../views/shapes.js").Report} Report */
/** @typedef {import("../views/shapes.js").SiteReport} SiteReport */

/**
 * Of one tab. It counts for the host that it was told of; `policyId` names the policy's report in
 * the history of the service.
 *
 * @typedef {object} Told
 * @property {string} host
 * @property {SiteReport | null} report
 * @property {Report | null} policy
 * @property {string | null} policyId
 * @property {Problem | null} problem
 */

const PREFIX = "told:";
const MOST_TABS = 20;
/** Of the ten million bytes that browsers give to all of `storage.session`. */
const MOST_CHARS = 3_000_000;

export class ToldStore {
  /** Newest last. @type {Map<number, Told>} */
  #held = new Map();
  /** @type {Promise<void> | null} */
  #loading = null;

  /**
   * @param {number} tabId
   * @param {string} host
   * @returns {Promise<Told>} nothing where the tab shows another host than before
   */
  async of(tabId, host) {
    await this.#load();
    const told = this.#held.get(tabId);
    if (told?.host === host) return told;
    return { host, report: null, policy: null, policyId: null, problem: null };
  }

  /**
   * @param {number} tabId
   * @param {string} host
   * @param {Partial<Omit<Told, "host">>} more
   */
  async add(tabId, host, more) {
    const told = { ...(await this.of(tabId, host)), ...more };
    this.#held.delete(tabId);
    this.#held.set(tabId, told);
    const oldest = [...this.#held.keys()].slice(0, -MOST_TABS);
    for (const one of oldest) this.#held.delete(one);
    await this.#save(tabId, told, oldest);
  }

  /** @param {number} tabId */
  async forget(tabId) {
    await this.#load();
    if (this.#held.delete(tabId)) await chrome.storage.session.remove(`${PREFIX}${tabId}`);
  }

  #load() {
    this.#loading ??= chrome.storage.session.get(null).then((kept) => {
      for (const [key, value] of Object.entries(kept)) {
        const tabId = Number(key.slice(PREFIX.length));
        if (key.startsWith(PREFIX) && !this.#held.has(tabId)) {
          this.#held.set(tabId, /** @type {Told} */ (value));
        }
      }
    });
    return this.#loading;
  }

  /** What does not fit is held until the worker ends. @param {number} tabId @param {Told} told @param {number[]} oldest */
  async #save(tabId, told, oldest) {
    const key = `${PREFIX}${tabId}`;
    const gone = oldest.map((one) => `${PREFIX}${one}`);
    await chrome.storage.session.remove([key, ...gone]);
    if (JSON.stringify(told).length > MOST_CHARS) return;
    try {
      await chrome.storage.session.set({ [key]: told });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const kept = Object.keys(await chrome.storage.session.get(null));
      await chrome.storage.session.remove(kept.filter((one) => one.startsWith(PREFIX)));
    }
  }
}
