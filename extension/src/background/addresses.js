/**
 * Addresses without what is personal in them.
 *
 * The same as `assistant/site/record/addresses.py`, where it is explained; both are held against
 * `tests/extension/shapes.examples.json`.
 */

import { lengthOf, tokenBits, UUID } from "./entropy.js";

const LONGEST_URL = 2_048;
const LONGEST_PIECE = 256;
const LONGEST_NAME = 64;
const PERSONAL = "~";
const PERSONAL_BITS = 60;
const SHORTEST_TOKEN = 10;
const NETWORK = new Set(["http", "https", "ws", "wss"]);
const OTHER_SCHEMES = new Set(
  (
    "data blob about javascript file filesystem mailto tel ftp chrome chrome-extension " +
    "moz-extension safari-web-extension edge devtools view-source resource intent android-app"
  ).split(" "),
);
/** @type {Readonly<Record<string, number>>} */
const DEFAULT_PORTS = { http: 80, ws: 80, https: 443, wss: 443 };
const HOST = /^[a-z0-9_-][a-z0-9_.-]*$/;
const NAME = /^[A-Za-z0-9_.\-[\]$:!*%~]{1,64}$/;
const WORD = /^[A-Za-z0-9_.\-[\]]{1,32}$/;
const AS_IT_IS = /^[A-Za-z0-9_.~-]*$/;
const EXTENSION = /\.[A-Za-z][A-Za-z0-9]{1,4}$/;
const UNSAFE = /[^A-Za-z0-9_.~\-!$&'()*+,:=@%;[\]]/gu;
const SHORT_WORD = /^[A-Za-z]?[a-z]{0,6}$/;
const ENCODED = /(?:%[0-9A-Fa-f]{2})+/g;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Text in which every character can be written in UTF-8. */
const wellFormed = (/** @type {string} */ text) => text.replace(/\p{Surrogate}/gu, "?");

/**
 * Whether somebody is asked over the network for an address.
 *
 * @param {string | undefined | null} url
 */
export const isNetwork = (url) => /^(?:https?|wss?):/i.test(url ?? "");

/**
 * Host of an address, in lower case; "" where there is none. An IPv6 address has no brackets.
 *
 * @param {string | undefined | null} url
 */
export function hostOf(url) {
  if (!isNetwork(url)) return "";
  try {
    return plainHost(new URL(/** @type {string} */ (url)).hostname);
  } catch {
    return "";
  }
}

/** @param {string} text */
export function plainHost(text) {
  let host = text
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  if (/[^\0-\x7f]/.test(host)) {
    try {
      host = new URL(`http://${host}/`).hostname;
    } catch {
      return "";
    }
  }
  return host && host.length <= 253 && !/[ /\\@?#%<>"']/.test(host) ? host : "";
}

/**
 * An address without user name, password, fragment, values of its query and personal paths.
 *
 * @param {string} url
 */
export function bareUrl(url) {
  const [scheme, colon, rest] = parted(
    wellFormed(url)
      .replace(/^[\0- ]+|[\0- ]+$/g, "")
      .replace(/[\t\r\n]/g, ""),
    ":",
  );
  const name = scheme.length <= 32 ? scheme.toLowerCase() : "";
  if (!NETWORK.has(name)) return colon && OTHER_SCHEMES.has(name) ? `${name}:` : "";
  const [before, , query] = parted(parted(rest, "#")[0], "?");
  const [authority, slash, path] = parted(before.replaceAll("\\", "/").replace(/^\/+/, ""), "/");
  const host = hostAndPort(
    authority.slice(authority.lastIndexOf("@") + 1),
    /** @type {number} */ (DEFAULT_PORTS[name]),
  );
  return host ? withinLimit(`${name}://${host}`, slash + path, query) : "";
}

/**
 * The name of a parameter; `~` for one that may be a value itself.
 *
 * @param {string} name
 */
export function plainName(name) {
  if (!name || lengthOf(name) > LONGEST_NAME) return name ? PERSONAL : "";
  const told = AS_IT_IS.test(name) ? name : quoted(name);
  return NAME.test(told) && !isPersonal(told) ? told : PERSONAL;
}

/**
 * A value with up to three layers of percent-encoding taken off.
 *
 * @param {string} value
 */
export function decoded(value) {
  let text = value;
  for (let layer = 0; layer < 3 && text.includes("%"); layer += 1) text = unquoted(text);
  return text;
}

/** @param {string} text */
export function unquoted(text) {
  return text.replace(ENCODED, (run) =>
    decoder.decode(Uint8Array.from(run.slice(1).split("%"), (digits) => parseInt(digits, 16))),
  );
}

/** @param {string} text */
function quoted(text) {
  return wellFormed(text).replace(UNSAFE, (character) =>
    Array.from(
      encoder.encode(character),
      (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
    ).join(""),
  );
}

/**
 * What stands before and after the first separator, and the separator where there is one.
 *
 * @param {string} text
 * @param {string} separator
 * @returns {[string, string, string]}
 */
export function parted(text, separator) {
  const at = text.indexOf(separator);
  return at < 0
    ? [text, "", ""]
    : [text.slice(0, at), separator, text.slice(at + separator.length)];
}

/** @param {string} text @param {number} standard */
function hostAndPort(text, standard) {
  const at = text.lastIndexOf(":");
  const split = at >= 0 && !text.endsWith("]");
  const name = split ? text.slice(0, at) : text;
  const port = split ? text.slice(at + 1) : "";
  if (name.length > 1_024 || !/^[0-9]{0,9}$/.test(port)) return "";
  const number = port ? Number(port) : standard;
  const host = name.startsWith("[") ? bracketed(name.slice(1, -1)) : named(name);
  if (!host || number > 65_535) return "";
  return number === standard ? host : `${host}:${number}`;
}

/** @param {string} text */
function bracketed(text) {
  try {
    return new URL(`http://[${parted(text, "%")[0]}]/`).hostname;
  } catch {
    return "";
  }
}

/** @param {string} text */
function named(text) {
  const host = plainHost(text).replace(/\.+$/, "");
  return HOST.test(host) ? host : "";
}

/**
 * The address with as many segments and parameters as fit.
 *
 * @param {string} start
 * @param {string} path
 * @param {string} query
 */
function withinLimit(start, path, query) {
  let url = start;
  for (const segment of path ? path.slice(1).split("/", LONGEST_URL) : []) {
    const piece = `/${bareSegment(segment)}`;
    if (url.length + piece.length > LONGEST_URL) return url;
    url += piece;
  }
  let mark = "?";
  for (const parameter of query.split("&", LONGEST_URL)) {
    if (!parameter) continue;
    const [name, equals] = parted(parameter, "=");
    const told = !equals && !WORD.test(name) ? PERSONAL : name;
    const piece = `${mark}${plainName(told)}=`;
    if (url.length + piece.length > LONGEST_URL) return url;
    url += piece;
    mark = "&";
  }
  return url;
}

/** @param {string} segment */
function bareSegment(segment) {
  if (lengthOf(segment) > LONGEST_PIECE) return PERSONAL;
  const text = AS_IT_IS.test(segment) ? segment : quoted(segment);
  return text.length > LONGEST_PIECE || isPersonal(text) ? PERSONAL : text;
}

/**
 * Whether a segment or a name may belong to one person.
 *
 * @param {string} text
 */
function isPersonal(text) {
  const plain = decoded(text);
  if (plain.includes("@") || plain.includes("%40")) return true;
  const length = lengthOf(plain);
  if (length < SHORTEST_TOKEN || plain.split(/[-_.]+/).every((word) => SHORT_WORD.test(word))) {
    return false;
  }
  if ((length === 32 || length === 36) && UUID.test(plain)) return true;
  return tokenBits(plain) >= PERSONAL_BITS && !EXTENSION.test(plain);
}
