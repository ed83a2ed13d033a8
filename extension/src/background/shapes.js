/**
 * Shapes of values: what is written down in their place.
 *
 * The same as `assistant/site/record/shapes.py`. Values end here: what goes on is whether two are
 * the same, and how many people one could tell apart.
 */

import { bareUrl, decoded, parted, plainName } from "./addresses.js";
import { formPairs, readBody } from "./bodies.js";
import { bitsOf, cut, lengthOf, LONGEST_READ, STRONG, WEAK } from "./entropy.js";
import { hmacSha256, toHex } from "./hashes.js";

/** @typedef {{id: string, length: number, bits: number, parts: string[]}} Shape */
/** @typedef {{name: string, value: Shape}} Parameter */
/** @typedef {{kind: import("./bodies.js").Kind, size: number, parameters: Parameter[]}} Body */

const ID_DIGITS = 16;
const MAX_PARTS = 24;
const LONG_PIECE = 8;
const TELLING_BITS = 20;
const MAX_PARAMETERS = 200;
const MAX_BODY = 1_000_000;
const encoder = new TextEncoder();

/** Makes the shapes of one record. */
export class Shaper {
  /** @param {Uint8Array} key Under which values become ids: random, thrown away with the record. */
  constructor(key) {
    this.key = key;
  }

  /**
   * The shape of a value, after up to three layers of percent-encoding were taken off.
   *
   * @param {string} text
   * @returns {Shape}
   */
  shape(text) {
    const value = decoded(text);
    const bits = bitsOf(value);
    const parts = bits >= TELLING_BITS ? this.#parts(value) : [];
    return { id: this.#id(value), length: lengthOf(value), bits, parts };
  }

  /**
   * Named values; a name that may be a value itself becomes `~`.
   *
   * @param {import("./bodies.js").Pair[]} pairs
   * @returns {Parameter[]}
   */
  parameters(pairs) {
    return pairs
      .slice(0, MAX_PARAMETERS)
      .map(([name, value]) => ({ name: plainName(name), value: this.shape(value) }));
  }

  /**
   * The bare address, and the values of its query by shape.
   *
   * @param {string} url
   */
  url(url) {
    const query = parted(parted(url, "#")[0], "?")[2];
    return { url: bareUrl(url), query: query ? this.parameters(formPairs(query)) : [] };
  }

  /**
   * @param {Uint8Array} data
   * @param {string} contentType
   * @returns {Body}
   */
  body(data, contentType) {
    const { kind, pairs } = readBody(data.subarray(0, MAX_BODY), contentType);
    return { kind, size: data.length, parameters: this.parameters(pairs) };
  }

  /** @param {string} value */
  #id(value) {
    return toHex(hmacSha256(this.key, encoder.encode(value)).subarray(0, ID_DIGITS / 2));
  }

  /**
   * Ids of the pieces between separators, the whole of `a-b` before its halves.
   *
   * @param {string} value
   */
  #parts(value) {
    const ids = new Set();
    for (const piece of cut(value, LONGEST_READ).split(STRONG)) {
      if (lengthOf(piece) < LONG_PIECE) continue;
      for (const part of [piece, ...(WEAK.test(piece) ? piece.split(WEAK) : [])]) {
        if (ids.size === MAX_PARTS) return [...ids];
        if (lengthOf(part) >= LONG_PIECE && part !== value && bitsOf(part) >= TELLING_BITS) {
          ids.add(this.#id(part));
        }
      }
    }
    return [...ids];
  }
}
