/** This browser's token: what opens the service, and what the service proves itself with. */

/**
 * `id` names the token to the service without giving it away.
 *
 * @typedef {{ token: string, id: string }} Token
 */

const KEY = "token";
const TOKEN = /^[\w.~+/=-]{16,500}$/;
const ID = /^[\w-]{1,64}$/;
const NONCE_BYTES = 32;
const PROOF = "privacy-assistant proof ";

/** @param {unknown} token @param {unknown} id @returns {Token | null} null where they are none */
export function tokenOf(token, id) {
  const given = typeof token === "string" && typeof id === "string";
  return given && TOKEN.test(token) && ID.test(id) ? { token, id } : null;
}

/** @returns {Promise<Token | null>} null where this browser was never paired */
export async function readToken() {
  const kept = (await chrome.storage.local.get(KEY))[KEY];
  const { token, id } = /** @type {Record<string, unknown>} */ (kept ?? {});
  return tokenOf(token, id);
}

/** @param {Token} token */
export async function keepToken(token) {
  await chrome.storage.local.set({ [KEY]: token });
}

export async function dropToken() {
  await chrome.storage.local.remove(KEY);
}

/** Keeps the token out of reach of scripts in pages, where the browser can. */
export function shutAway() {
  try {
    const shut = chrome.storage.local.setAccessLevel?.({ accessLevel: "TRUSTED_CONTEXTS" });
    shut?.catch(() => undefined);
  } catch (error) {
    // A browser that does not know this for `local` refuses at once; its pages cannot ask either.
    if (!(error instanceof Error)) throw error;
  }
}

/** @param {ArrayBuffer | Uint8Array} bytes */
function hex(bytes) {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @returns {string} random, hexadecimal, another one each time */
export function newNonce() {
  return hex(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)));
}

/**
 * What the service has to answer to a nonce: HMAC-SHA256, keyed with the hexadecimal SHA-256 of
 * the token, which the service keeps in place of the token.
 *
 * @param {Token} token
 * @param {string} nonce
 */
export async function expectedProof({ token }, nonce) {
  const bytes = new TextEncoder();
  const digest = hex(await crypto.subtle.digest("SHA-256", bytes.encode(token)));
  const key = await crypto.subtle.importKey(
    "raw",
    bytes.encode(digest),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  return hex(await crypto.subtle.sign("HMAC", key, bytes.encode(PROOF + nonce)));
}
