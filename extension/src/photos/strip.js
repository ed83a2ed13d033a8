/** Takes the metadata out of a photo here, without anybody’s help and without touching its picture. */

import { stripJpeg } from "./jpeg.js";
import { SIGNATURE, stripPng } from "./png.js";
import { holds, Refused, startsWith } from "./shapes.js";
import { stripWebp } from "./webp.js";

/** @typedef {import("./shapes.js").Stripped} Stripped */

/** As much as the service takes, by default. */
export const MOST_BYTES = 200_000_000;

/** Formats that are known but not taken apart here. */
const OTHERS = /** @type {const} */ ([
  ["GIF8", "a GIF"],
  ["II*\0", "a TIFF or raw file"],
  ["MM\0*", "a TIFF or raw file"],
  ["BM", "a BMP"],
]);

/** @param {Uint8Array} data @returns {string} */
function nameOf(data) {
  if (startsWith(data, "ftyp", 4)) {
    const brands = data.subarray(8, 64);
    if (holds(brands, "avif") || holds(brands, "avis")) return "an AVIF";
    if (holds(brands, "hei") || holds(brands, "mif1")) return "a HEIC";
    return "a video";
  }
  return (
    OTHERS.find(([magic]) => startsWith(data, magic))?.[1] ?? "of a kind that is not known here"
  );
}

/**
 * @param {Uint8Array} data
 * @returns {Promise<Stripped>}
 * @throws {Refused} no clean copy can be made; the message is one sentence for the person
 */
export async function strip(data) {
  if (data.length > MOST_BYTES) throw new Refused("The file is larger than 200 MB.");
  if (data.length === 0) throw new Refused("The file is empty.");
  if (startsWith(data, "\xff\xd8\xff")) return stripJpeg(data);
  if (startsWith(data, SIGNATURE)) return stripPng(data);
  if (startsWith(data, "RIFF") && startsWith(data, "WEBP", 8)) return stripWebp(data);
  throw new Refused(`The file is ${nameOf(data)}; only JPEG, PNG and WebP can be cleaned here.`);
}
