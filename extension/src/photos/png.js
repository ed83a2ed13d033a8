/** PNG and APNG without metadata: chunks on a list of what stays, up to IEND. */

import { crc32 } from "../views/crc32.js";
import { exifRemoved, isSame, minimalExif, orientationOf, xmpRemoved } from "./exif.js";
import { packed, sound, unpacked } from "./profile.js";
import {
  Broken,
  bytesOf,
  gathered,
  joined,
  latin1,
  Refused,
  restWords,
  startsWith,
  viewOf,
  WHAT,
} from "./shapes.js";

/** @typedef {import("./shapes.js").Removed} Removed */
/** @typedef {import("./shapes.js").Stripped} Stripped */
/** @typedef {{ name: string, body: Uint8Array, whole: Uint8Array }} Chunk */

export const SIGNATURE = "\x89PNG\r\n\x1a\n";
const NEEDED = new Set(["IHDR", "PLTE", "IDAT", "IEND", "acTL", "fcTL", "fdAT"]);
const OFTEN = new Set(["IDAT", "fcTL", "fdAT"]);
/** Chunks that say how the picture looks, with their bytes where they always have as many (PNG, third edition, section 11.3). */
const LOOKS = new Map([
  ["gAMA", 4],
  ["cHRM", 32],
  ["sRGB", 1],
  ["iCCP", null],
  ["cICP", 4],
  ["mDCV", 24],
  ["cLLI", 8],
  ["tRNS", null],
  ["sBIT", null],
  ["pHYs", 9],
  ["bKGD", null],
]);
const KNOWN = new Map([
  ["tIME", "time of the last change"],
  ["caBX", WHAT.credentials],
  ["hIST", "histogram"],
  ["tEXt", "text"],
  ["zTXt", "text"],
  ["iTXt", "text"],
]);
const XMP = "XML:com.adobe.xmp\0";
/** What programs write where a profile has no name of its own. */
const PROFILE_NAMES = ["ICC Profile", "ICC profile", "icc", "Photoshop ICC profile"];
const LONGEST_NAME = 79;

/** @param {Uint8Array} data @returns {{ chunks: Chunk[], rest: Uint8Array }} (section 5) */
function chunksOf(data) {
  const view = viewOf(data);
  /** @type {Chunk[]} */
  const chunks = [];
  let at = SIGNATURE.length;
  for (;;) {
    if (at + 12 > data.length) throw new Broken("it has no end");
    const end = at + 12 + view.getUint32(at);
    if (end > data.length) throw new Broken("a part is longer than the file");
    const name = latin1(data.subarray(at + 4, at + 8));
    if (chunks.length === 0 && name !== "IHDR") throw new Broken("it does not say what it is");
    chunks.push({ name, body: data.subarray(at + 8, end - 4), whole: data.subarray(at, end) });
    at = end;
    if (name === "IEND") return { chunks, rest: data.subarray(at) };
  }
}

/** @param {Chunk} chunk */
function isSound({ whole }) {
  return crc32(whole.subarray(4, -4)) === viewOf(whole).getUint32(whole.length - 4);
}

/** @param {string} name @param {Uint8Array} body */
function chunkOf(name, body) {
  const told = joined([bytesOf(name), body]);
  const numbers = new DataView(new ArrayBuffer(8));
  numbers.setUint32(0, body.length);
  numbers.setUint32(4, crc32(told));
  const bytes = new Uint8Array(numbers.buffer);
  return joined([bytes.subarray(0, 4), told, bytes.subarray(4)]);
}

/**
 * A colour profile under a name that says nothing; null for what is no profile.
 *
 * @param {Chunk} chunk iCCP: a name, NUL, method 0, and the profile packed
 */
async function colours({ body }) {
  const end = body.indexOf(0);
  if (end < 1 || end > LONGEST_NAME || body[end + 1] !== 0) return null;
  const inside = body.subarray(end + 2);
  const given = await unpacked(inside);
  const profile = given && sound(given);
  if (!given || !profile) return null;
  const name = latin1(body.subarray(0, end));
  const told = PROFILE_NAMES.includes(name) ? name : String(PROFILE_NAMES[0]);
  const again = profile.length === given.length ? inside : await packed(profile);
  return chunkOf("iCCP", joined([bytesOf(`${told}\0\0`), again]));
}

/**
 * @param {Chunk} chunk
 * @param {boolean} again whether one of its name came before
 * @returns {Promise<Uint8Array | null>} what of it goes into the copy
 */
async function keptOf(chunk, again) {
  const { name, body, whole } = chunk;
  if (name === "eXIf" && !again) {
    const turned = orientationOf(body);
    return turned > 1 ? chunkOf("eXIf", minimalExif(turned)) : null;
  }
  const known = NEEDED.has(name) || LOOKS.has(name);
  if (!known && /^[A-Z]/.test(name)) {
    throw new Refused("This PNG is of a kind of its own that cannot be taken apart here.");
  }
  if (!known) return null;
  if (!isSound(chunk)) {
    if (NEEDED.has(name)) throw new Broken("a part has a wrong checksum");
    return null;
  }
  if (again && !OFTEN.has(name)) {
    if (NEEDED.has(name)) throw new Broken("a part is there twice");
    return null;
  }
  if (body.length !== (LOOKS.get(name) ?? body.length)) return null;
  return name === "iCCP" ? colours(chunk) : whole;
}

/** @param {Chunk} chunk @param {boolean} kept whether a part of it stays @returns {Removed} */
function removedOf({ name, body }, kept) {
  if (name === "eXIf") return exifRemoved(body);
  if (name === "iTXt" && startsWith(body, XMP)) return xmpRemoved(body);
  if (name === "iCCP")
    return { what: kept ? "name of the colour profile" : WHAT.profile, tells: [] };
  return { what: KNOWN.get(name) ?? WHAT.unknown, tells: [] };
}

/**
 * The picture's own chunks, how its colours look, and its orientation.
 *
 * @param {Uint8Array} data that begins with the signature
 * @returns {Promise<Stripped>}
 * @throws {Refused} it is cut, damaged or of a kind of its own
 */
export async function stripPng(data) {
  const { chunks, rest } = chunksOf(data);
  if (!chunks.some(({ name }) => name === "IDAT")) throw new Broken("there is no picture");
  /** @type {Uint8Array[]} */
  const parts = [bytesOf(SIGNATURE)];
  /** @type {Removed[]} */
  const removed = [];
  const seen = new Set();
  for (const chunk of chunks) {
    const kept = await keptOf(chunk, seen.has(chunk.name));
    seen.add(chunk.name);
    if (kept) parts.push(kept);
    if (!kept || !isSame(kept, chunk.whole)) removed.push(removedOf(chunk, kept !== null));
  }
  if (rest.length > 0) removed.push({ what: restWords(rest), tells: [] });
  return { bytes: joined(parts), format: "png", removed: gathered(removed) };
}
