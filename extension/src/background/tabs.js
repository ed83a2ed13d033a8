/**
 * What is known of each tab. It lives in memory, and is mirrored to the session's storage, which is
 * memory of the browser that only the extension's own pages can read, because the worker may be
 * ended at any moment. Nothing is kept for longer than the tab.
 */

/** @typedef {import("./visit.js").Visit} Visit */

/**
 * `coming`: the page that was asked for and is not there yet. `ahead`: a page that the browser
 * draws before anybody asks for it. `previous`: the page before.
 *
 * @typedef {{
 *   current: Visit | null, previous: Visit | null, coming: Visit | null, ahead: Visit | null,
 * }} Tab
 */

const PREFIX = "tab:";
/** A worker ends after half a minute without events; while a page loads there is enough to do. */
const QUIET_MS = 700;
const MOST_WAIT_MS = 5_000;

export class Tabs {
  /** @type {Map<number, Tab>} */
  #tabs = new Map();
  /** Tab → when its first change was made that is not mirrored. @type {Map<number, number>} */
  #changed = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #writing = Promise.resolve();

  /** Take up what a worker that has died had seen. */
  async load() {
    const kept = await chrome.storage.session.get(null);
    for (const [key, tab] of Object.entries(kept)) {
      if (key.startsWith(PREFIX)) {
        this.#tabs.set(Number(key.slice(PREFIX.length)), /** @type {Tab} */ (tab));
      }
    }
  }

  /** @param {number} id */
  get(id) {
    return this.#tabs.get(id) ?? null;
  }

  /** @param {number} id */
  of(id) {
    let tab = this.#tabs.get(id);
    if (!tab) {
      tab = { current: null, previous: null, coming: null, ahead: null };
      this.#tabs.set(id, tab);
    }
    return tab;
  }

  all() {
    return this.#tabs.entries();
  }

  /** @param {number} id */
  changed(id) {
    const now = Date.now();
    if (!this.#changed.has(id)) this.#changed.set(id, now);
    const since = Math.min(...this.#changed.values());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.#mirror(),
      Math.max(0, Math.min(QUIET_MS, since + MOST_WAIT_MS - now)),
    );
  }

  /** @param {number} id */
  forget(id) {
    this.#tabs.delete(id);
    this.#changed.delete(id);
    this.#writing = this.#writing.then(() => chrome.storage.session.remove(PREFIX + id));
  }

  #mirror() {
    const ids = [...this.#changed.keys()];
    this.#changed.clear();
    this.#writing = this.#writing.then(async () => {
      for (const id of ids) {
        const tab = this.#tabs.get(id);
        if (tab) await this.#write(id, tab);
      }
    });
  }

  /**
   * @param {number} id
   * @param {Tab} tab
   */
  async #write(id, tab) {
    try {
      await chrome.storage.session.set({ [PREFIX + id]: tab });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // There is no more room: the others are known in memory only from here on.
      const others = Object.keys(await chrome.storage.session.get(null)).filter(
        (key) => key.startsWith(PREFIX) && key !== PREFIX + id,
      );
      await chrome.storage.session.remove(others);
      await chrome.storage.session.set({ [PREFIX + id]: tab }).catch(() => undefined);
    }
  }
}
