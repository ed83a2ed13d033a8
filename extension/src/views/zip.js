/** Puts files into one ZIP without compressing them: photos are compressed already. */

import { crc32 } from "./crc32.js";

const LOCAL_FILE = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_END = 0x06054b50;
const VERSION = 20;
/** Says that names are UTF-8. */
const UTF8_NAMES = 0x0800;
/** The first day that the format knows, so that no file tells when it was made. */
const FIRST_DAY = 0x0021;

/**
 * Numbers in little-endian order.
 *
 * @param {[size: 2 | 4, value: number][]} fields sizes in bytes
 */
function pack(fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return view.buffer;
}

/**
 * Source: APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16 (PKWARE).
 *
 * @param {{ name: string, blob: Blob }[]} files with different names; fewer than 65,536 of them,
 *   below 4 GB together, which is what the format holds without its extension
 * @returns {Promise<Blob>}
 */
export async function zipOf(files) {
  /** @type {BlobPart[]} */
  const parts = [];
  /** @type {BlobPart[]} */
  const directory = [];
  let [at, directorySize] = [0, 0];
  for (const { name, blob } of files) {
    const named = new TextEncoder().encode(name);
    /** @type {[2 | 4, number][]} */
    const common = [
      [2, VERSION],
      [2, UTF8_NAMES],
      [2, 0],
      [2, 0],
      [2, FIRST_DAY],
      [4, crc32(new Uint8Array(await blob.arrayBuffer()))],
      [4, blob.size],
      [4, blob.size],
      [2, named.length],
      [2, 0],
    ];
    const head = pack([[4, LOCAL_FILE], ...common]);
    const entry = pack([
      [4, DIRECTORY_ENTRY],
      [2, VERSION],
      ...common,
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, at],
    ]);
    parts.push(head, named, blob);
    directory.push(entry, named);
    at += head.byteLength + named.length + blob.size;
    directorySize += entry.byteLength + named.length;
  }
  const end = pack([
    [4, DIRECTORY_END],
    [2, 0],
    [2, 0],
    [2, files.length],
    [2, files.length],
    [4, directorySize],
    [4, at],
    [2, 0],
  ]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}
