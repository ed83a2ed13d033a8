/** What taking the metadata out of a photo gives, and how it is refused. Nothing here needs a page. */

/** @typedef {"jpeg" | "png" | "webp"} Format */

/**
 * A kind of detail that the copy carries no more. `tells` is what it was seen to hold, as far as
 * that is cheaply known; it may hold more.
 *
 * @typedef {{ what: string, tells: string[] }} Removed
 */

/**
 * A copy without metadata, whose picture is byte for byte that of the original.
 *
 * @typedef {{ bytes: Uint8Array<ArrayBuffer>, format: Format, removed: Removed[] }} Stripped
 */

/** No clean copy can be made, and nothing of it is given back. */
export class Refused extends Error {
  name = "Refused";
}

/** The file does not hold what its format promises. */
export class Broken extends Refused {
  /** @param {string} what */
  constructor(what) {
    super(`The file is cut or damaged: ${what}.`);
  }
}

/** Kinds of details, as the service calls them. */
export const WHAT = {
  exif: "Exif",
  xmp: "XMP",
  credentials: "content credentials (C2PA)",
  thumbnail: "thumbnail",
  picture: "further picture",
  comment: "comment",
  profile: "colour profile that is not sound",
  unknown: "unknown data",
};

/**
 * What follows the end of a picture, in words. Phones append videos and second pictures.
 *
 * @param {Uint8Array} rest
 */
export function restWords(rest) {
  if (rest.every((byte) => byte === 0)) return "filling after the picture";
  if (holds(rest, "ftyp")) return "video after the picture";
  if (holds(rest, "\xff\xd8\xff") || holds(rest, "\x89PNG\r\n")) {
    return "further picture after the picture";
  }
  return "unknown data after the picture";
}

/** @param {Uint8Array} bytes @param {string} text of characters below 256 @param {number} [at] */
export function startsWith(bytes, text, at = 0) {
  for (let place = 0; place < text.length; place += 1) {
    if (bytes[at + place] !== text.charCodeAt(place)) return false;
  }
  return true;
}

/** @param {Uint8Array} bytes @param {string} text of characters below 256 */
export function holds(bytes, text) {
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (startsWith(bytes, text, at)) return true;
  }
  return false;
}

/** Bytes as characters below 256. @param {Uint8Array} bytes */
export function latin1(bytes) {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** @param {string} text of characters below 256 */
export function bytesOf(text) {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** @param {Uint8Array[]} parts */
export function joined(parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {Uint8Array} bytes */
export function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * The same kinds once each, in the order of the file, with everything that each told.
 *
 * @param {Removed[]} removed
 * @returns {Removed[]}
 */
export function gathered(removed) {
  /** @type {Map<string, Set<string>>} */
  const kinds = new Map();
  for (const { what, tells } of removed) {
    const told = kinds.get(what) ?? new Set();
    for (const one of tells) told.add(one);
    kinds.set(what, told);
  }
  return Array.from(kinds, ([what, told]) => ({ what, tells: [...told] }));
}
