/**
 * Bodies of requests as named values. Any bytes are taken.
 *
 * The same as `assistant/site/record/bodies.py`, but for JSON that ends in the middle, which is
 * text here.
 */

import { parted, unquoted } from "./addresses.js";

export const MAX_PAIRS = 1_000;

/** @typedef {[string, string]} Pair */
/** @typedef {"json" | "form" | "multipart" | "text" | "binary"} Kind */

const BOUNDARY = /boundary="?([^";,\s]{1,200})/i;
const PART_NAME = /(?:^|[;\s])name="?([^";\r\n]{0,200})/i;
const FILE = /(?:^|[;\s])filename\*?=/i;
const LOOKS_LIKE_FORM = /^[A-Za-z0-9_.\-[\]%]{1,100}=\S*$/;
const UNTOLD = new Set(["", "text/plain", "application/octet-stream"]);

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
const latin = new TextDecoder("latin1");

/**
 * How a body is written, and its named values.
 *
 * @param {Uint8Array} data
 * @param {string} contentType
 * @returns {{kind: Kind, pairs: Pair[]}}
 */
export function readBody(data, contentType) {
  const told = parted(contentType, ";")[0].trim().toLowerCase();
  if (told.startsWith("multipart/")) {
    return { kind: "multipart", pairs: multipartPairs(data, contentType) };
  }
  const text = asText(data);
  if (text === null) return { kind: "binary", pairs: [] };
  const isJson = told.endsWith("/json") || told.endsWith("+json");
  if (isJson || (UNTOLD.has(told) && /^\s*[{[]/.test(text))) {
    const pairs = jsonPairs(text);
    if (pairs) return { kind: "json", pairs };
  } else if (
    told === "application/x-www-form-urlencoded" ||
    (UNTOLD.has(told) && LOOKS_LIKE_FORM.test(text))
  ) {
    return { kind: "form", pairs: formPairs(text) };
  }
  return { kind: "text", pairs: text ? [["", text]] : [] };
}

/**
 * Names and values of a query or a form, decoded once, as a browser reads them.
 *
 * @param {string} text
 * @returns {Pair[]}
 */
export function formPairs(text) {
  /** @type {Pair[]} */
  const pairs = [];
  for (const piece of text.split("&", MAX_PAIRS)) {
    const [name, equals, value] = parted(piece, "=");
    if (equals) pairs.push([unplussed(name), unplussed(value)]);
    else if (piece) pairs.push(["", unplussed(piece)]);
  }
  return pairs;
}

/** @param {string} text */
const unplussed = (text) => unquoted(text.replaceAll("+", " "));

/** @param {Uint8Array} data */
function asText(data) {
  // A body that was cut may end within a character.
  for (let less = 0; less < 4 && less <= data.length; less += 1) {
    try {
      return strict.decode(data.subarray(0, data.length - less));
    } catch {
      continue;
    }
  }
  const sample = data.subarray(0, 1_024);
  const strange = sample.filter((byte) => byte < 9 || (byte > 13 && byte < 32) || byte > 126);
  return strange.length > Math.floor(sample.length / 10) ? null : lenient.decode(data);
}

/**
 * Every value with the names on the way to it; null for what is no JSON.
 *
 * @param {string} text
 * @returns {Pair[] | null}
 */
function jsonPairs(text) {
  let content;
  try {
    // Numbers as they are written: an identifier may have more digits than a number can hold.
    content = /** @type {any} */ (JSON.parse)(
      text,
      (/** @type {string} */ _name, /** @type {unknown} */ value, /** @type {any} */ context) =>
        typeof value === "number" ? (context?.source ?? `${value}`) : value,
    );
  } catch {
    return null;
  }
  /** @type {Pair[]} */
  const found = [];
  /** @type {[string, unknown][]} */
  const pending = [["", content]];
  for (let next = pending.pop(); next && found.length < MAX_PAIRS; next = pending.pop()) {
    const [name, value] = next;
    if (Array.isArray(value)) {
      for (const member of value.reverse()) pending.push([name, member]);
    } else if (value !== null && typeof value === "object") {
      const inner = Object.entries(value).map(
        ([key, told]) => /** @type {[string, unknown]} */ ([name ? `${name}.${key}` : key, told]),
      );
      pending.push(...inner.reverse());
    } else {
      found.push([name, `${value}`]);
    }
  }
  return found;
}

/**
 * @param {Uint8Array} data
 * @param {string} contentType
 * @returns {Pair[]}
 */
function multipartPairs(data, contentType) {
  const raw = latin.decode(data);
  const told = BOUNDARY.exec(contentType);
  const mark = told ? `--${told[1]}` : parted(raw, "\r\n")[0];
  /** @type {Pair[]} */
  const pairs = [];
  if (!mark.replaceAll("-", "")) return pairs;
  for (const part of raw.split(mark).slice(1, MAX_PAIRS + 1)) {
    const [head, gap, content] = parted(part, "\r\n\r\n");
    const lines = fromLatin(head.slice(0, 4_096));
    const name = PART_NAME.exec(lines);
    if (!gap || !name) continue;
    const value = FILE.test(lines) ? "" : fromLatin(content.replace(/\r\n$/, ""));
    pairs.push([name[1] ?? "", value]);
  }
  return pairs;
}

/** Text of bytes that stand one in each character. `latin1` is windows-1252 to browsers. */
function fromLatin(/** @type {string} */ text) {
  if (!/[^\0-\x7f]/.test(text)) return text;
  return lenient.decode(Uint8Array.from(text, (c) => WINDOWS.get(c) ?? c.charCodeAt(0)));
}

/** @type {Map<string, number>} */
const WINDOWS = new Map();
for (let byte = 0x80; byte < 0xa0; byte += 1) {
  WINDOWS.set(latin.decode(Uint8Array.of(byte)), byte);
}
