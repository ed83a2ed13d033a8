/** Blocks of Exif and XMP: what they tell, and the one thing of them that the picture needs. */

import { bytesOf, latin1, startsWith, viewOf, WHAT } from "./shapes.js";

/** @typedef {import("./shapes.js").Removed} Removed */
/** @typedef {{ kind: number, count: number, value: number }} Entry of a directory */
/** @typedef {{ entries: Map<number, Entry>, next: number }} Directory */

const ORIENTATION = 0x0112;
const EXIF_DIRECTORY = 0x8769;
const PLACE_DIRECTORY = 0x8825;
const SHORT = 3;
const LONG = 4;
const MOST_ENTRIES = 1000;
/** Programs put up to 16 bytes before the header. */
const LATEST_START = 16;
/** A block that says nothing but an orientation. */
const MINIMAL = "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0?\0\0\0\0\0\0\0";

/** What tags of the first and the Exif directory tell (Exif 3.0, sections 4.6.5 and 4.6.6). */
const TELLING = new Map([
  [0x0132, "the time"],
  [0x9003, "the time"],
  [0x9004, "the time"],
  [0x010f, "the camera"],
  [0x0110, "the camera"],
  [0xa433, "the camera"],
  [0xa434, "the camera"],
  [0xa431, "a serial number"],
  [0xa435, "a serial number"],
  [0xa420, "a number of its own"],
  [0x927c, "notes of the camera’s maker"],
  [0x013b, "a name"],
  [0x8298, "a name"],
  [0xa430, "a name"],
  [0x9c9d, "a name"],
  [0x010e, "a description"],
  [0x9286, "a description"],
  [0x9c9b, "a description"],
  [0x9c9c, "a description"],
  [0x0131, "a program"],
]);
/** The same of XMP, by what stands in it. */
const TELLING_XMP = /** @type {const} */ ([
  [/GPSL|LocationCreated|photoshop:City|Iptc4xmpCore:Location/, "a place"],
  [/xmp:CreateDate|photoshop:DateCreated|exif:DateTimeOriginal|ModifyDate/, "the time"],
  [/tiff:(Make|Model)|aux:Lens/, "the camera"],
  [/SerialNumber/, "a serial number"],
  [/dc:creator|OwnerName|PersonInImage|mwg-rs:/, "a name"],
  [/dc:(title|description)/, "a description"],
  [/DocumentID|InstanceID/, "a number of its own"],
  [/CreatorTool|History/, "a program"],
]);
const MOST_XMP = 1_000_000;

/**
 * The block from its header on, and which byte of a number comes first; null where it is none.
 *
 * @param {Uint8Array} block
 */
function headOf(block) {
  for (let at = 0; at <= LATEST_START; at += 1) {
    const little = startsWith(block, "II*\0", at);
    if (little || startsWith(block, "MM\0*", at)) {
      const tiff = viewOf(block.subarray(at));
      return tiff.byteLength < 8 ? null : { tiff, little, first: tiff.getUint32(4, little) };
    }
  }
  return null;
}

/**
 * @param {DataView} tiff
 * @param {number} at
 * @param {boolean} little
 * @returns {Directory} empty where there is none
 */
function directoryAt(tiff, at, little) {
  /** @type {Directory["entries"]} */
  const entries = new Map();
  if (at < 8 || at + 2 > tiff.byteLength) return { entries, next: 0 };
  const count = tiff.getUint16(at, little);
  if (count > MOST_ENTRIES) return { entries, next: 0 };
  const end = at + 2 + 12 * count;
  for (let start = at + 2; start < end && start + 12 <= tiff.byteLength; start += 12) {
    const tag = tiff.getUint16(start, little);
    const kind = tiff.getUint16(start + 2, little);
    const value =
      kind === SHORT ? tiff.getUint16(start + 8, little) : tiff.getUint32(start + 8, little);
    if (!entries.has(tag))
      entries.set(tag, { kind, count: tiff.getUint32(start + 4, little), value });
  }
  return { entries, next: end + 4 <= tiff.byteLength ? tiff.getUint32(end, little) : 0 };
}

/** @param {Uint8Array} block @returns {number} 1 to 8; 1 where none can be read */
export function orientationOf(block) {
  const head = headOf(block);
  if (head === null) return 1;
  const entry = directoryAt(head.tiff, head.first, head.little).entries.get(ORIENTATION);
  if (entry?.count !== 1 || (entry.kind !== SHORT && entry.kind !== LONG)) return 1;
  return entry.value >= 1 && entry.value <= 8 ? entry.value : 1;
}

/** @param {number} orientation @returns {Uint8Array} a block that says nothing else */
export function minimalExif(orientation) {
  return bytesOf(MINIMAL.replace("?", String.fromCharCode(orientation)));
}

/** @param {Uint8Array} block @param {Uint8Array} minimal */
export function isSame(block, minimal) {
  return block.length === minimal.length && block.every((byte, at) => byte === minimal[at]);
}

/** @param {Uint8Array} block @returns {Removed} */
export function exifRemoved(block) {
  const head = headOf(block);
  if (head === null) return { what: WHAT.exif, tells: [] };
  const { tiff, little, first } = head;
  const main = directoryAt(tiff, first, little);
  const more = directoryAt(tiff, main.entries.get(EXIF_DIRECTORY)?.value ?? 0, little);
  const place = directoryAt(tiff, main.entries.get(PLACE_DIRECTORY)?.value ?? 0, little);
  const small = directoryAt(tiff, main.next, little);
  const tags = [...main.entries.keys(), ...more.entries.keys()];
  const tells = tags.map((tag) => TELLING.get(tag)).filter((words) => words !== undefined);
  return {
    what: WHAT.exif,
    tells: [
      // The version of the directory (tag 0) is written also where no place is known.
      ...([...place.entries.keys()].some((tag) => tag !== 0) ? ["a place"] : []),
      ...tells,
      ...(small.entries.size > 0 ? ["a small picture"] : []),
    ],
  };
}

/** @param {Uint8Array} block @returns {Removed} */
export function xmpRemoved(block) {
  const text = latin1(block.subarray(0, MOST_XMP));
  const tells = TELLING_XMP.flatMap(([pattern, words]) => (pattern.test(text) ? [words] : []));
  return { what: WHAT.xmp, tells };
}
