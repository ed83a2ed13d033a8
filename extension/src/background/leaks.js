/**
 * Finding what a person typed again in what leaves a tab, however it is written.
 *
 * What is typed comes here from the tab's content script and stays in this memory: it is never
 * written to storage, not even to that of the session, and nothing of it stands in a record. It is
 * forgotten after a minute, when the form is sent, when the page goes, and when the worker dies.
 * Only the kind of field and the way it was written go on.
 *
 * The same needles as `assistant/browse/leaks.py`, but for SHA-512. A page may send a value before
 * the content script has told it, so what left in the last two seconds is looked through again.
 */

import { md5, sha1, sha256, toHex } from "./hashes.js";

/** @typedef {"plain" | "url" | "base64" | "hex" | "md5" | "sha1" | "sha256"} Encoding */
/** @typedef {{field: string, encodings: Encoding[]}} Found */
/** @typedef {{text: string, field: string, encodings: Encoding[]}} Needle */
/** @typedef {{folded: Needle[], exact: Needle[], at: number}} Typed */

/**
 * @template Told
 * @typedef {{texts: string[], told: Told, at: number}} Sent
 */

export const LONGEST_SEARCHED = 262_144;
export const MEMORY_MS = 60_000;
const RECENT_MS = 2_000;
const MOST_RECENT = 100;
const MOST_FIELDS = 20;
const LONGEST_VALUE = 200;
/** Characters of a needle; shorter ones could be there by accident. */
const LEAST = 9;
/** What cannot be there by accident although it is shorter. */
const LEAST_OF = /** @type {Record<string, number>} */ ({ email: 6, phone: 7 });
/** Characters of a value whose hashes are looked for. */
const LEAST_HASHED = 4;
const HASHES = /** @type {const} */ ([
  ["md5", md5],
  ["sha1", sha1],
  ["sha256", sha256],
]);
const ROUNDS = 2;
const encoder = new TextEncoder();

/** Bytes as text with one byte in each character, so that the engine's search can be used. */
const latin = (/** @type {Uint8Array} */ bytes) => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  }
  return text;
};
const folded = (/** @type {string} */ text) =>
  text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
const asSafe = (/** @type {string} */ text) => text.replaceAll("-", "+").replaceAll("_", "/");

/**
 * What one tab typed and sent.
 *
 * @template Told What is known of a request beside what it carried.
 */
export class LeakFinder {
  /** @type {Map<string, Typed>} */
  #fields = new Map();
  /** @type {Sent<Told>[]} */
  #recent = [];
  #tell;

  /** @param {(found: Found, told: Told) => void} tell Called for each value that was found. */
  constructor(tell) {
    this.#tell = tell;
  }

  /**
   * Take what now stands in a field.
   *
   * @param {string} key Which field.
   * @param {string} kind
   * @param {string} value
   * @param {number} now
   * @returns {boolean} Whether it is long enough to be looked for.
   */
  type(key, kind, value, now) {
    this.#fields.delete(key);
    if (value.length > LONGEST_VALUE || value.trim().length < LEAST_HASHED) return false;
    const typed = needlesOf(kind, value, now);
    this.#fields.set(key, typed);
    for (const oldest of this.#fields.keys()) {
      if (this.#fields.size <= MOST_FIELDS) break;
      this.#fields.delete(oldest);
    }
    for (const sent of this.#recent) if (now - sent.at < RECENT_MS) this.#search(sent, [typed]);
    return true;
  }

  /**
   * Look through what a request carries.
   *
   * @param {Uint8Array[]} parts
   * @param {Told} told
   * @param {number} now
   */
  send(parts, told, now) {
    const sent = { texts: parts.map((p) => latin(p.subarray(0, LONGEST_SEARCHED))), told, at: now };
    this.#recent = this.#recent.filter(({ at }) => now - at < RECENT_MS).slice(1 - MOST_RECENT);
    this.#recent.push(sent);
    for (const [key, { at }] of this.#fields) if (now - at > MEMORY_MS) this.#fields.delete(key);
    this.#search(sent, this.#fields.values());
  }

  forget() {
    this.#fields.clear();
    this.#recent = [];
  }

  /**
   * @param {Sent<Told>} sent
   * @param {Iterable<Typed>} fields
   */
  #search({ texts, told }, fields) {
    const all = [...fields];
    if (all.length === 0) return;
    /** @type {Map<string, Found>} */
    const found = new Map();
    for (const text of texts) {
      for (const [layer, extra] of layersOf(text)) {
        const forms = /** @type {const} */ ([
          ["folded", folded(layer)],
          ["exact", asSafe(layer)],
        ]);
        for (const typed of all) {
          for (const [form, searched] of forms) {
            for (const needle of typed[form]) {
              if (searched.includes(needle.text)) keep(found, needle, extra);
            }
          }
        }
      }
    }
    for (const one of found.values()) this.#tell(one, told);
  }
}

/**
 * A value by its plainest writing. `plain` says that nothing was done; with percent-encoding
 * something was.
 *
 * @param {Map<string, Found>} found
 * @param {Needle} needle
 * @param {Encoding[]} extra
 */
function keep(found, { field, encodings }, extra) {
  const all = [...encodings, ...extra];
  const told = all.length > 1 ? all.filter((one) => one !== "plain") : all;
  const known = found.get(field);
  if (!known || told.length < known.encodings.length) {
    found.set(field, { field, encodings: told });
  }
}

/**
 * @param {string} text
 * @returns {Generator<[string, Encoding[]]>}
 */
function* layersOf(text) {
  yield [text, []];
  let layer = text;
  for (let round = 0; round < ROUNDS && /%[0-9A-Fa-f]{2}|\+/.test(layer); round += 1) {
    layer = layer
      .replaceAll("+", " ")
      .replace(/%([0-9A-Fa-f]{2})/g, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
    yield [layer, ["url"]];
  }
}

/**
 * @param {string} kind
 * @param {string} value
 * @param {number} at
 * @returns {Typed}
 */
function needlesOf(kind, value, at) {
  /** @type {Map<string, Needle>} */
  const loose = new Map();
  /** @type {Map<string, Needle>} */
  const exact = new Map();
  const least = LEAST_OF[kind] ?? LEAST;

  /** @param {Map<string, Needle>} into @param {string} text @param {Encoding[]} encodings */
  const add = (into, text, encodings, shortest = LEAST) => {
    if (text.length >= shortest && !into.has(text)) {
      into.set(text, { text, field: kind, encodings });
    }
  };
  /** @param {string} text @param {Encoding[]} soFar */
  const addBase64 = (text, soFar) => {
    for (const core of coresOf(text)) add(exact, core, [...soFar, "base64"]);
  };
  /** The text as it is, in hexadecimal digits, and in base64 once and twice. */
  const addForms = (/** @type {string} */ text, /** @type {Encoding[]} */ soFar) => {
    add(loose, folded(text), soFar.length ? soFar : ["plain"], soFar.length ? LEAST : least);
    add(loose, hexOf(text), [...soFar, "hex"]);
    addBase64(text, soFar);
    for (const core of coresOf(text)) addBase64(core, [...soFar, "base64"]);
  };

  for (const form of variantsOf(kind, value)) {
    const bytes = encoder.encode(form);
    addForms(latin(bytes), []);
    for (const [name, hash] of HASHES) {
      const digest = hash(bytes);
      const digits = toHex(digest);
      addForms(digits, [name]);
      addBase64(latin(digest), [name]);
      const inner = encoder.encode(digits);
      for (const [outer, again] of HASHES) add(loose, toHex(again(inner)), [name, outer]);
    }
  }
  return { folded: [...loose.values()], exact: [...exact.values()], at };
}

/**
 * The value as it was typed, and as it is usually made uniform before it is hashed.
 *
 * @param {string} kind
 * @param {string} value
 */
function variantsOf(kind, value) {
  const plain = value.trim();
  const forms = new Set([value, plain, plain.toLowerCase(), plain.toUpperCase()]);
  if (kind === "phone" || kind === "card") {
    const digits = plain.replace(/[^0-9]/g, "");
    forms.add(digits);
    if (kind === "phone") forms.add(digits.replace(/^0+/, "")).add(`+${digits}`);
    else forms.add((digits.match(/.{1,4}/g) ?? []).join(" "));
  }
  if (kind === "name" || kind === "address") forms.add(plain.toLowerCase().replaceAll(" ", ""));
  if (kind === "name") {
    for (const part of plain.split(/\s+/)) forms.add(part).add(part.toLowerCase());
  }
  return [...forms].filter((form) => form.length >= LEAST_HASHED);
}

const hexOf = (/** @type {string} */ text) =>
  toHex(Uint8Array.from(text, (character) => character.charCodeAt(0)));

/**
 * What base64 makes of the data at each place where it can begin, less what neighbours touch.
 *
 * Source: RFC 4648, section 4: three bytes become four characters.
 *
 * @param {string} text One byte in each character.
 */
function coresOf(text) {
  return [0, 1, 2].map((offset) =>
    btoa("\0".repeat(offset) + text).slice(
      Math.ceil((offset * 8) / 6),
      Math.floor(((offset + text.length) * 8) / 6),
    ),
  );
}

/**
 * What a packed body holds; the body itself where it is not packed or cannot be read.
 *
 * @param {Uint8Array} data
 * @returns {Promise<Uint8Array> | null} null where it is not packed
 */
export function unpacked(data) {
  const [first, second] = data;
  const gzip = first === 0x1f && second === 0x8b;
  const zlib = first === 0x78 && [0x01, 0x9c, 0xda].includes(second ?? 0);
  return gzip || zlib ? unpack(data, gzip ? "gzip" : "deflate") : null;
}

/**
 * @param {Uint8Array} data
 * @param {CompressionFormat} format
 */
async function unpack(data, format) {
  const stream = new Blob([new Uint8Array(data)]).stream();
  const reader = stream.pipeThrough(new DecompressionStream(format)).getReader();
  const whole = new Uint8Array(LONGEST_SEARCHED);
  let length = 0;
  try {
    while (length < whole.length) {
      const { done, value } = await reader.read();
      if (done) break;
      whole.set(value.subarray(0, whole.length - length), length);
      length += Math.min(value.length, whole.length - length);
    }
    await reader.cancel();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // it was cut, or no such thing
  }
  return whole.subarray(0, length);
}
