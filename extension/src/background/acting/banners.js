/**
 * Whether a consent banner is gone once it was answered. A click on a button proves nothing: the
 * page's own state is asked for where there is a test for it, and then the banner is looked for
 * again. What cannot be made sure of is not told as done.
 */

import { LOOK_AGAIN } from "./reader.js";

/** @typedef {import("./reader.js").Frame} Frame */

/** Banners take a moment to leave. */
const LEAVES_MS = 1_000;
/** So long the page's own test may take, which asks again and again. */
const MOST_TEST_MS = 7_000;
/** So long until a banner that still stands there is found again. */
const FOUND_AGAIN_MS = 1_500;
/** A page that loads itself again has to show that it does not ask again. */
const LOADED_AGAIN_MS = 5_000;

const wait = (/** @type {number} */ ms) => new Promise((go) => setTimeout(go, ms));

export class Banners {
  /** Tab → when a banner was last found in it. @type {Map<number, number>} */
  #found = new Map();
  /** Frame → who waits for its test. @type {Map<string, (passed: boolean) => void>} */
  #testing = new Map();

  /** @param {number} tabId @param {number} at */
  found(tabId, at) {
    this.#found.set(tabId, at);
  }

  /** @param {number} tabId */
  lastFound(tabId) {
    return this.#found.get(tabId) ?? null;
  }

  /** @param {Frame} frame @param {boolean} passed */
  tested({ key }, passed) {
    this.#testing.get(key)?.(passed);
  }

  /** @param {number} tabId */
  forget(tabId) {
    this.#found.delete(tabId);
  }

  /**
   * @param {Frame} frame where it stood
   * @param {{ at: number, hasTest: boolean }} answered
   * @returns {Promise<boolean>}
   */
  async isGone(frame, { at, hasTest }) {
    await wait(LEAVES_MS);
    if (hasTest && (await this.#test(frame)) === false) return false;
    const there = await frame.send(LOOK_AGAIN);
    await wait(there ? FOUND_AGAIN_MS : LOADED_AGAIN_MS);
    return (this.lastFound(frame.tabId) ?? 0) <= at;
  }

  /** @param {Frame} frame @returns {Promise<boolean | null>} null where the frame is gone */
  async #test(frame) {
    const passed = new Promise((tell) => this.#testing.set(frame.key, tell));
    const there = await frame.send({ type: "selfTest" });
    const told = there ? await Promise.race([passed, wait(MOST_TEST_MS).then(() => false)]) : null;
    this.#testing.delete(frame.key);
    return told;
  }
}
