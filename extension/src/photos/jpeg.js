/** JPEG without metadata: segments on a list of what stays, up to the end of the first picture. */

import { exifRemoved, isSame, minimalExif, orientationOf, xmpRemoved } from "./exif.js";
import { sound } from "./profile.js";
import {
  Broken,
  bytesOf,
  gathered,
  joined,
  Refused,
  restWords,
  startsWith,
  WHAT,
} from "./shapes.js";

/** @typedef {import("./shapes.js").Removed} Removed */
/** @typedef {import("./shapes.js").Stripped} Stripped */
/** @typedef {{ marker: number, start: number, body: Uint8Array }} Segment `start` of its length */
/** @typedef {{ segments: Segment[], rest: Uint8Array }} Parts scans are segments of marker `SCAN` */

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
/** Of the coded picture after an SOS; no marker is this. */
const SCAN = -1;
/** DHT, DAC, DQT, DNL, DRI, DHP and EXP (T.81, table B.1). */
const TABLES = new Set([0xc4, 0xcc, 0xdb, 0xdc, 0xdd, 0xde, 0xdf]);
const JFIF = "JFIF\0";
const JFIF_BYTES = 14;
const ADOBE = "Adobe";
const ADOBE_BYTES = 12;
const EXIF = "Exif\0";
const XMP = "http://ns.adobe.com/xap/1.0/\0";
const ICC = "ICC_PROFILE\0";
const ICC_HEAD = ICC.length + 2;
/** Bytes of a profile that fit into one segment. */
const ICC_ROOM = 65_519;
const KNOWN = /** @type {const} */ ([
  [APP0, "JFXX\0", WHAT.thumbnail],
  [APP1, "http://ns.adobe.com/xmp/extension/\0", "XMP (extended)"],
  [APP2, "MPF\0", "list of further pictures"],
  [APP2, "urn:iso:std:iso:ts:21496:-1\0", "description of a gain map"],
  [APP2, ICC, WHAT.profile],
  [APP2, "FPXR\0", "FlashPix data"],
  [0xeb, "JP", WHAT.credentials],
  [0xed, "Photoshop 3.0\0", "IPTC and Photoshop data"],
  [0xed, "Adobe_Photoshop", "IPTC and Photoshop data"],
  [0xfe, "", WHAT.comment],
]);

/** @param {number} marker */
function isFrame(marker) {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** RSTn, TEM and stuffed bytes belong to the coded picture. @param {number | undefined} byte */
function isOfScan(byte) {
  return (
    byte === 0 || byte === 1 || byte === 0xff || (Number(byte) >= 0xd0 && Number(byte) <= 0xd7)
  );
}

/** Where the marker after a scan begins. @param {Uint8Array} data @param {number} from */
function endOfScan(data, from) {
  for (let at = data.indexOf(0xff, from); at !== -1; at = data.indexOf(0xff, at + 1)) {
    if (at + 1 < data.length && !isOfScan(data[at + 1])) return at;
  }
  throw new Broken("it has no end");
}

/** @param {Uint8Array} data @returns {Parts} (ITU-T T.81, annex B) */
function partsOf(data) {
  /** @type {Segment[]} */
  const segments = [];
  let at = 2;
  for (;;) {
    const start = at;
    while (data[at] === 0xff) at += 1;
    const marker = data[at];
    if (at === start || marker === undefined) throw new Broken("a part is missing");
    at += 1;
    if (marker === EOI) return { segments, rest: data.subarray(at) };
    if (marker === 0 || marker === SOI) throw new Broken("a part is missing");
    if (isOfScan(marker)) continue;
    const length = (Number(data[at]) << 8) | Number(data[at + 1]);
    if (at + 2 > data.length || length < 2 || at + length > data.length) {
      throw new Broken("a part is longer than the file");
    }
    segments.push({ marker, start: at, body: data.subarray(at + 2, at + length) });
    at += length;
    if (marker === SOS) {
      const end = endOfScan(data, at);
      segments.push({ marker: SCAN, start: at, body: data.subarray(at, end) });
      at = end;
    }
  }
}

/** @param {number} marker @param {Uint8Array} body */
function segmentOf(marker, body) {
  const length = body.length + 2;
  return joined([Uint8Array.of(0xff, marker, length >> 8, length & 0xff), body]);
}

/** Of the first Exif block: the one that viewers read. @param {Segment[]} segments */
function turnedBy(segments) {
  const first = segments.find(({ marker, body }) => marker === APP1 && startsWith(body, EXIF));
  return first ? orientationOf(first.body) : 1;
}

/** The colour profile from all of its segments; null for none, or one with parts missing. @param {Segment[]} segments */
function profileOf(segments) {
  /** @type {Map<number, Uint8Array>} */
  const parts = new Map();
  const totals = new Set();
  for (const { marker, body } of segments) {
    if (marker !== APP2 || !startsWith(body, ICC) || body.length <= ICC_HEAD) continue;
    const number = Number(body[ICC.length]);
    if (!parts.has(number)) parts.set(number, body.subarray(ICC_HEAD));
    totals.add(body[ICC.length + 1]);
  }
  const [total] = totals;
  const whole = Array.from({ length: parts.size }, (_, place) => parts.get(place + 1));
  const present = whole.filter((part) => part !== undefined);
  if (totals.size !== 1 || total !== parts.size || present.length !== parts.size) return null;
  return sound(joined(present));
}

/** @param {Uint8Array} profile */
function profileSegments(profile) {
  const total = Math.ceil(profile.length / ICC_ROOM);
  return Array.from({ length: total }, (_, place) => {
    const part = profile.subarray(place * ICC_ROOM, (place + 1) * ICC_ROOM);
    return segmentOf(APP2, joined([bytesOf(ICC), Uint8Array.of(place + 1, total), part]));
  });
}

/** The fill bytes before the next marker are none of the picture. @param {Uint8Array} scan */
function withoutFill(scan) {
  let end = scan.length;
  while (end > 0 && scan[end - 1] === 0xff) end -= 1;
  return scan.subarray(0, end);
}

/** @param {Segment} segment @param {Uint8Array | null} exif what the copy gets @returns {Removed[]} */
function removedOf({ marker, body }, exif) {
  if (marker === APP1 && startsWith(body, EXIF)) {
    return exif && isSame(body, exif) ? [] : [exifRemoved(body)];
  }
  if (marker === APP1 && startsWith(body, XMP)) return [xmpRemoved(body)];
  const known = KNOWN.find(([of, start]) => of === marker && startsWith(body, start));
  return [{ what: known ? known[2] : WHAT.unknown, tells: [] }];
}

/** What a segment carries beyond its own size. @param {Uint8Array} body @param {number} size @param {string} what */
function beyond(body, size, what) {
  return body.length > size ? [{ what, tells: [] }] : [];
}

/**
 * The picture's own segments, its colour profile and its orientation.
 *
 * @param {Uint8Array} data that begins with SOI
 * @returns {Stripped}
 * @throws {Refused} it is cut, damaged or of a kind of its own
 */
export function stripJpeg(data) {
  const { segments, rest } = partsOf(data);
  if (!segments.some(({ marker }) => isFrame(marker))) {
    throw new Refused("This JPEG does not say how its picture is stored.");
  }
  if (!segments.some(({ marker }) => marker === SCAN)) throw new Broken("there is no picture");
  const turned = turnedBy(segments);
  const exif = turned > 1 ? joined([bytesOf("Exif\0\0"), minimalExif(turned)]) : null;
  const profile = profileOf(segments);
  /** @type {Uint8Array[]} */
  const kept = [];
  /** @type {Removed[]} */
  const removed = [];
  let jfif = /** @type {Uint8Array | null} */ (null);
  let coloured = false;
  for (const segment of segments) {
    const { marker, start, body } = segment;
    if (marker === APP0 && startsWith(body, JFIF) && body.length >= JFIF_BYTES && jfif === null) {
      // Without the size of its thumbnail, which goes.
      jfif = segmentOf(APP0, joined([body.subarray(0, JFIF_BYTES - 2), new Uint8Array(2)]));
      removed.push(...beyond(body, JFIF_BYTES, WHAT.thumbnail));
    } else if (marker === APP14 && startsWith(body, ADOBE) && body.length >= ADOBE_BYTES) {
      kept.push(segmentOf(APP14, body.subarray(0, ADOBE_BYTES)));
      removed.push(...beyond(body, ADOBE_BYTES, WHAT.unknown));
    } else if (profile && marker === APP2 && startsWith(body, ICC)) {
      if (!coloured) kept.push(...profileSegments(profile));
      coloured = true;
    } else if (TABLES.has(marker) || isFrame(marker) || marker === SOS) {
      kept.push(Uint8Array.of(0xff, marker), data.subarray(start, start + 2), body);
    } else if (marker === SCAN) {
      kept.push(withoutFill(body));
    } else {
      removed.push(...removedOf(segment, exif));
    }
  }
  if (rest.length > 0) removed.push({ what: restWords(rest), tells: [] });
  const head = [Uint8Array.of(0xff, SOI), jfif, exif && segmentOf(APP1, exif)];
  const parts = [...head.filter((part) => part !== null), ...kept, Uint8Array.of(0xff, EOI)];
  return { bytes: joined(parts), format: "jpeg", removed: gathered(removed) };
}
