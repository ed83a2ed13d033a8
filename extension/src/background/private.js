/**
 * Holds what comes of a tab until it is known whether the tab may be watched: nothing is before the
 * person has made the first choice, and what happens in a private window is never taken in unless
 * the person has set so.
 */

/** @typedef {import("../shared/messages.js").Settings} Settings */
/** @typedef {{act: () => void, at: number}} Held `at` is when it happened. */

const MOST_HELD = 2_000;

export class Gate {
  /** Whether a tab is private; absent where nobody knows yet. @type {Map<number, boolean>} */
  #private = new Map();
  /** @type {Map<number, Held[]>} */
  #held = new Map();
  /** @type {Settings | null} */
  #settings = null;

  /** @param {Settings} settings */
  open(settings) {
    this.#settings = settings;
    for (const id of [...this.#held.keys()]) void this.#release(id);
  }

  /**
   * Act on a tab, now or when it is known that it may be watched. What is held of one tab is acted
   * on in the order in which it happened.
   *
   * @param {number} id
   * @param {() => void} act
   * @param {number} at when it happened; milliseconds since 1970
   */
  run(id, act, at) {
    const held = this.#held.get(id);
    if (held) {
      if (held.length < MOST_HELD) held.push({ act, at });
    } else if (this.#settings && this.#private.has(id)) {
      if (this.#mayWatch(id)) act();
    } else {
      this.#held.set(id, [{ act, at }]);
      if (this.#settings) void this.#release(id);
    }
  }

  /** @param {number} id */
  async isWatched(id) {
    await this.#ask(id);
    return this.#settings !== null && this.#mayWatch(id);
  }

  /** Whether a tab is in a private window that is left alone. @param {number} id */
  async isPrivate(id) {
    await this.#ask(id);
    return this.#private.get(id) === true && this.#settings?.privateWindows !== true;
  }

  /** @param {chrome.tabs.Tab} tab */
  know({ id, incognito }) {
    if (id !== undefined) this.#private.set(id, incognito);
  }

  /** @param {number} id */
  forget(id) {
    this.#private.delete(id);
    this.#held.delete(id);
  }

  /** @param {number} id */
  #mayWatch(id) {
    if (this.#settings?.started !== true) return false;
    return !this.#private.get(id) || this.#settings.privateWindows === true;
  }

  /** @param {number} id */
  async #release(id) {
    await this.#ask(id);
    const held = this.#held.get(id) ?? [];
    this.#held.delete(id);
    held.sort((one, other) => one.at - other.at);
    if (this.#mayWatch(id)) for (const { act } of held) act();
  }

  /** @param {number} id */
  async #ask(id) {
    if (this.#private.has(id)) return;
    try {
      this.know(await chrome.tabs.get(id));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#private.set(id, true); // it is gone: nobody can say
    }
  }
}
