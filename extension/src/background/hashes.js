/**
 * SHA-256 with a key, and the hashes in which values leave pages.
 *
 * The browser's own (`crypto.subtle`) answers later; a request must be looked at before its answer
 * is here, so these answer at once. Not for secrets: nothing here hides how long it takes.
 *
 * Source: FIPS 180-4 (SHA-1, SHA-256), RFC 1321 (MD5), RFC 2104 (HMAC).
 */

const K256 = new Uint32Array(64);
const START256 = new Uint32Array(8);
const K_MD5 = new Uint32Array(64);
const TURNS_MD5 = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/** The first 32 bits of what stands behind the point. */
const fraction = (/** @type {number} */ number) => ((number - Math.floor(number)) * 2 ** 32) | 0;

{
  let found = 0;
  for (let candidate = 2; found < 64; candidate += 1) {
    let prime = true;
    for (let by = 2; by * by <= candidate; by += 1) if (candidate % by === 0) prime = false;
    if (!prime) continue;
    K256[found] = fraction(Math.cbrt(candidate));
    if (found < 8) START256[found] = fraction(Math.sqrt(candidate));
    found += 1;
  }
  for (let step = 0; step < 64; step += 1) {
    K_MD5[step] = Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32);
  }
}

/**
 * The data with the bit, the zeros and the length that all three hashes want.
 *
 * @param {Uint8Array} data
 * @param {boolean} little Whether the length begins with its smallest byte.
 */
function padded(data, little) {
  const whole = new Uint8Array(((data.length + 8) >> 6) * 64 + 64);
  whole.set(data);
  whole[data.length] = 0x80;
  const view = new DataView(whole.buffer);
  const end = whole.length - 8;
  const high = Math.floor(data.length / 2 ** 29);
  view.setUint32(little ? end + 4 : end, high, little);
  view.setUint32(little ? end : end + 4, (data.length << 3) >>> 0, little);
  return view;
}

/**
 * @param {Uint32Array} state
 * @param {boolean} [little]
 */
function asBytes(state, little = false) {
  const view = new DataView(new ArrayBuffer(state.length * 4));
  state.forEach((word, index) => view.setUint32(index * 4, word, little));
  return new Uint8Array(view.buffer);
}

const schedule = new Uint32Array(80);

/**
 * @param {Uint8Array} data
 * @returns {Uint8Array}
 */
export function sha256(data) {
  const view = padded(data, false);
  const state = START256.slice();
  const w = schedule;
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let t = 0; t < 16; t += 1) w[t] = view.getUint32(block + t * 4);
    for (let t = 16; t < 64; t += 1) {
      const x = /** @type {number} */ (w[t - 15]);
      const y = /** @type {number} */ (w[t - 2]);
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[t] = /** @type {number} */ (w[t - 16]) + s0 + /** @type {number} */ (w[t - 7]) + s1;
    }
    let [a, b, c, d, e, f, g, h] = /** @type {any} */ (state);
    for (let t = 0; t < 64; t += 1) {
      const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one =
        (h +
          big1 +
          ((e & f) ^ (~e & g)) +
          /** @type {number} */ (K256[t]) +
          /** @type {number} */ (w[t])) |
        0;
      const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, index) => {
      state[index] = /** @type {number} */ (state[index]) + word;
    });
  }
  return asBytes(state);
}

/**
 * @param {Uint8Array} data
 * @returns {Uint8Array}
 */
export function sha1(data) {
  const view = padded(data, false);
  const state = new Uint32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
  const w = schedule;
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let t = 0; t < 16; t += 1) w[t] = view.getUint32(block + t * 4);
    for (let t = 16; t < 80; t += 1) {
      const x = /** @type {any} */ (w)[t - 3] ^ /** @type {any} */ (w)[t - 8];
      const y = x ^ /** @type {any} */ (w)[t - 14] ^ /** @type {any} */ (w)[t - 16];
      w[t] = (y << 1) | (y >>> 31);
    }
    let [a, b, c, d, e] = /** @type {any} */ (state);
    for (let t = 0; t < 80; t += 1) {
      const [f, k] =
        t < 20
          ? [(b & c) | (~b & d), 0x5a827999]
          : t < 40
            ? [b ^ c ^ d, 0x6ed9eba1]
            : t < 60
              ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
              : [b ^ c ^ d, 0xca62c1d6];
      const next = (((a << 5) | (a >>> 27)) + f + e + k + /** @type {number} */ (w[t])) | 0;
      [e, d, c, b, a] = [d, c, (b << 30) | (b >>> 2), a, next];
    }
    [a, b, c, d, e].forEach((word, index) => {
      state[index] = /** @type {number} */ (state[index]) + word;
    });
  }
  return asBytes(state);
}

/**
 * @param {Uint8Array} data
 * @returns {Uint8Array}
 */
export function md5(data) {
  const view = padded(data, true);
  const state = new Uint32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]);
  for (let block = 0; block < view.byteLength; block += 64) {
    let [a, b, c, d] = /** @type {any} */ (state);
    for (let t = 0; t < 64; t += 1) {
      const round = t >> 4;
      const [f, g] =
        round === 0
          ? [(b & c) | (~b & d), t]
          : round === 1
            ? [(d & b) | (~d & c), (5 * t + 1) % 16]
            : round === 2
              ? [b ^ c ^ d, (3 * t + 5) % 16]
              : [c ^ (b | ~d), (7 * t) % 16];
      const sum =
        (f + a + /** @type {number} */ (K_MD5[t]) + view.getUint32(block + g * 4, true)) | 0;
      const turn = /** @type {number} */ (TURNS_MD5[round * 4 + (t % 4)]);
      [a, d, c, b] = [d, c, b, (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0];
    }
    [a, b, c, d].forEach((word, index) => {
      state[index] = /** @type {number} */ (state[index]) + word;
    });
  }
  return asBytes(state, true);
}

/**
 * @param {Uint8Array} key At most 64 bytes.
 * @param {Uint8Array} message
 */
export function hmacSha256(key, message) {
  const inner = new Uint8Array(64 + message.length).fill(0x36, 0, 64);
  const outer = new Uint8Array(96).fill(0x5c, 0, 64);
  key.forEach((byte, index) => {
    inner[index] = 0x36 ^ byte;
    outer[index] = 0x5c ^ byte;
  });
  inner.set(message, 64);
  outer.set(sha256(inner), 64);
  return sha256(outer);
}

/** @param {Uint8Array} bytes */
export function toHex(bytes) {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}
