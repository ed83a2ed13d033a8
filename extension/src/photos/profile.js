/** Colour profiles: they stay, since colours are wrong without them (ICC.1, section 7.2). */

import { joined, startsWith, viewOf } from "./shapes.js";

const HEADER_BYTES = 128;
const MOST_BYTES = 4 << 20;

/** @param {Uint8Array} profile @returns {Uint8Array | null} as long as it says it is; null for no profile */
export function sound(profile) {
  if (profile.length < HEADER_BYTES || !startsWith(profile, "acsp", 36)) return null;
  const size = viewOf(profile).getUint32(0);
  return size >= HEADER_BYTES && size <= profile.length ? profile.subarray(0, size) : null;
}

/**
 * @param {Uint8Array} packed
 * @returns {Promise<Uint8Array | null>} null where it cannot be unpacked, or is too long
 */
export async function unpacked(packed) {
  const stream = new Blob([new Uint8Array(packed)])
    .stream()
    .pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  /** @type {Uint8Array[]} */
  const parts = [];
  let size = 0;
  for (;;) {
    // Only the data can be at fault: damaged, cut, or with something behind it.
    const read = await reader.read().catch(() => null);
    if (read === null) return null;
    if (read.done) return joined(parts);
    parts.push(read.value);
    size += read.value.length;
    if (size > MOST_BYTES) {
      await reader.cancel();
      return null;
    }
  }
}

/** @param {Uint8Array} profile */
export async function packed(profile) {
  const stream = new Blob([new Uint8Array(profile)])
    .stream()
    .pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
