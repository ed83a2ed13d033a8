/**
 * Holds what happens while a page loads, and takes it in when nothing came for a moment: what is
 * worked out here would else take the processor from the page.
 */

const QUIET_MS = 200;
const MOST_WAIT_MS = 1_000;

export class Later {
  /** @type {{act: () => void, at: number}[]} */
  #held = [];
  /** When the first and the last came that are held. */
  #first = 0;
  #last = 0;

  /**
   * @param {() => void} act
   * @param {number} at when it happened; milliseconds since 1970
   */
  add(act, at) {
    this.#last = Date.now();
    if (this.#held.push({ act, at }) > 1) return;
    this.#first = this.#last;
    setTimeout(() => this.#look(), QUIET_MS);
  }

  /** Take in everything that is held, in the order in which it happened. */
  drain() {
    const held = this.#held;
    this.#held = [];
    held.sort((one, other) => one.at - other.at);
    for (const { act } of held) {
      try {
        act();
      } catch (error) {
        reportError(error); // the others are taken in all the same
      }
    }
  }

  #look() {
    if (this.#held.length === 0) return;
    const now = Date.now();
    const wait = Math.min(this.#last + QUIET_MS, this.#first + MOST_WAIT_MS) - now;
    if (wait > 0) setTimeout(() => this.#look(), wait);
    else this.drain();
  }
}
