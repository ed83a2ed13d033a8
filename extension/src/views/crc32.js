/** The check sum of ZIP and PNG (ISO 3309, ITU-T V.42). */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** @param {Uint8Array} bytes */
export function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = (value >>> 8) ^ Number(TABLE[(value ^ byte) & 0xff]);
  return (value ^ 0xffffffff) >>> 0;
}
