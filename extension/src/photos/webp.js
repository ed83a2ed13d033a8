/** WebP without metadata: chunks on a list of what stays, also inside the frames of an animation. */

import { exifRemoved, isSame, minimalExif, orientationOf, xmpRemoved } from "./exif.js";
import { sound } from "./profile.js";
import { Broken, bytesOf, gathered, joined, latin1, restWords, viewOf, WHAT } from "./shapes.js";

/** @typedef {import("./shapes.js").Removed} Removed */
/** @typedef {import("./shapes.js").Stripped} Stripped */
/** @typedef {{ name: string, body: Uint8Array }} Chunk */

const PICTURES = new Set(["VP8 ", "VP8L"]);
/** Flags of the extended header. */
const PROFILE = 0x20;
const ALPHA = 0x10;
const EXIF = 0x08;
const MOTION = 0x02;
const HEADER_BYTES = 10;
/** Of a frame, before its own chunks. */
const FRAME_BYTES = 16;
/** Of what begins an animation. */
const ANIM_BYTES = 6;
const KNOWN = new Map([
  ["C2PA", WHAT.credentials],
  ["VP8 ", WHAT.picture],
  ["VP8L", WHAT.picture],
  ["ANMF", WHAT.picture],
  ["ICCP", WHAT.profile],
]);

/** @param {Uint8Array} data @returns {Chunk[]} (Google, WebP container specification) */
function chunksOf(data) {
  const view = viewOf(data);
  /** @type {Chunk[]} */
  const chunks = [];
  let at = 0;
  while (at < data.length) {
    if (at + 8 > data.length) throw new Broken("a part is missing");
    const size = view.getUint32(at + 4, true);
    const end = at + 8 + size;
    if (end > data.length) throw new Broken("a part is longer than the file");
    chunks.push({ name: latin1(data.subarray(at, at + 4)), body: data.subarray(at + 8, end) });
    at = end + (size % 2);
  }
  return chunks;
}

/** @param {string} name @param {Uint8Array} body */
function chunkOf(name, body) {
  const size = new DataView(new ArrayBuffer(4));
  size.setUint32(0, body.length, true);
  const padding = new Uint8Array(body.length % 2);
  return joined([bytesOf(name), new Uint8Array(size.buffer), body, padding]);
}

/** @param {string} name @param {number | null} flags null without the extended header */
function stays(name, flags) {
  if (PICTURES.has(name)) return flags === null || !(flags & MOTION);
  if (flags === null) return false;
  if (flags & MOTION) return ["VP8X", "ICCP", "ANIM", "ANMF"].includes(name);
  return ["VP8X", "ICCP", "ALPH"].includes(name);
}

/** A frame with its picture and nothing else. @param {Uint8Array} body @param {Removed[]} removed */
function frameOf(body, removed) {
  if (body.length < FRAME_BYTES) throw new Broken("a part is too short");
  const head = body.slice(0, FRAME_BYTES);
  // The other bits of its last byte are reserved, so they could hold anything.
  head[FRAME_BYTES - 1] = Number(head[FRAME_BYTES - 1]) & 3;
  const kept = [head];
  const seen = new Set();
  for (const chunk of chunksOf(body.subarray(FRAME_BYTES))) {
    const kind = PICTURES.has(chunk.name) ? "picture" : chunk.name;
    if ((kind === "picture" || kind === "ALPH") && !seen.has(kind)) {
      seen.add(kind);
      kept.push(chunkOf(chunk.name, chunk.body));
    } else {
      removed.push(removedOf(chunk));
    }
  }
  if (!seen.has("picture")) throw new Broken("a picture is missing");
  return joined(kept);
}

/** @param {Chunk} chunk @returns {Removed} */
function removedOf({ name, body }) {
  if (name === "EXIF") return exifRemoved(body);
  if (name === "XMP ") return xmpRemoved(body);
  return { what: KNOWN.get(name) ?? WHAT.unknown, tells: [] };
}

/**
 * The header with the flags of what is there now.
 *
 * @param {Uint8Array} body
 * @param {boolean} coloured
 * @param {boolean} turned
 */
function headerOf(body, coloured, turned) {
  const flags =
    (Number(body[0]) & (ALPHA | MOTION)) | (coloured ? PROFILE : 0) | (turned ? EXIF : 0);
  return joined([Uint8Array.of(flags, 0, 0, 0), body.subarray(4, HEADER_BYTES)]);
}

/** Of the Exif chunk that the header announces: viewers read no other. @param {Chunk[]} chunks @param {number | null} flags */
function turnedBy(chunks, flags) {
  const exif = chunks.find(({ name }) => name === "EXIF");
  return exif && (Number(flags) & EXIF) !== 0 ? orientationOf(exif.body) : 1;
}

/** @param {Uint8Array} data @returns {{ chunks: Chunk[], rest: Uint8Array }} */
function partsOf(data) {
  const end = 8 + viewOf(data).getUint32(4, true);
  if (end > data.length) throw new Broken("it is shorter than it says");
  const chunks = end > 12 ? chunksOf(data.subarray(12, end)) : [];
  return { chunks, rest: data.subarray(Math.max(end, 12)) };
}

/** @param {Chunk[]} chunks @returns {number | null} */
function flagsOf([first]) {
  if (first?.name !== "VP8X") return null;
  if (first.body.length < HEADER_BYTES) throw new Broken("a part is too short");
  return Number(first.body[0]);
}

/**
 * The picture or its frames, its colour profile and its orientation.
 *
 * @param {Uint8Array} data that begins with the header
 * @returns {Stripped}
 * @throws {Broken} it is cut or damaged
 */
export function stripWebp(data) {
  const { chunks, rest } = partsOf(data);
  const flags = flagsOf(chunks);
  const turned = turnedBy(chunks, flags);
  const exif = turned > 1 ? minimalExif(turned) : null;
  /** @type {Uint8Array[]} */
  const kept = [];
  /** @type {Removed[]} */
  const removed = [];
  const seen = new Set();
  for (const chunk of chunks) {
    const { name, body } = chunk;
    const kind = PICTURES.has(name) ? "picture" : name;
    const profile = name === "ICCP" ? sound(body) : null;
    const unsound = name === "ICCP" && profile === null;
    if (!stays(name, flags) || (seen.has(kind) && kind !== "ANMF") || unsound) {
      if (!(name === "EXIF" && exif && isSame(body, exif))) removed.push(removedOf(chunk));
      continue;
    }
    seen.add(kind);
    if (name === "VP8X") continue;
    if (name === "ANIM") kept.push(chunkOf(name, body.subarray(0, ANIM_BYTES)));
    else kept.push(chunkOf(name, name === "ANMF" ? frameOf(body, removed) : (profile ?? body)));
  }
  if (!seen.has("picture") && !seen.has("ANMF")) throw new Broken("there is no picture");
  if (exif) kept.push(chunkOf("EXIF", exif));
  if (flags !== null && chunks[0]) {
    kept.unshift(chunkOf("VP8X", headerOf(chunks[0].body, seen.has("ICCP"), turned > 1)));
  }
  if (rest.length > 0) removed.push({ what: restWords(rest), tells: [] });
  const whole = chunkOf("RIFF", joined([bytesOf("WEBP"), ...kept]));
  return { bytes: whole, format: "webp", removed: gathered(removed) };
}
