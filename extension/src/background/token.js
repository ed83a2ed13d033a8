/** This browser's token: what opens the service, and what the service proves itself with. */

/** @typedef {import("../shared/messages.js").Problem} Problem */

/**
 * `id` names the token to the service without giving it away.
 *
 * @typedef {{ token: string, id: string }} Token
 */

const KEY = "token";
const LOST = "pairing-ended";
const TOKEN = /^[\w.~+/=-]{16,500}$/;
const ID = /^[\w-]{1,64}$/;
const NONCE_BYTES = 32;
const PROOF = "privacy-assistant proof ";
const ENDED = "privacy-assistant ended ";

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

/** @returns {Promise<Problem | null>} why there is no token, where there was to be one */
export async function readLoss() {
  const kept = (await chrome.storage.session.get(LOST))[LOST];
  return /** @type {Problem | undefined} */ (kept) ?? null;
}

/** @param {Problem} problem */
export async function keepLoss(problem) {
  await chrome.storage.session.set({ [LOST]: problem });
}

export async function forgetLoss() {
  await chrome.storage.session.remove(LOST);
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
 * What the service answers to a nonce, while the token opens it and once it was revoked:
 * HMAC-SHA256, keyed with the hexadecimal SHA-256 of the token, which the service keeps in place
 * of the token. Nobody else can say either.
 *
 * @param {Token} token
 * @param {string} nonce
 */
export async function expectedProofs({ token }, nonce) {
  const bytes = new TextEncoder();
  const digest = hex(await crypto.subtle.digest("SHA-256", bytes.encode(token)));
  const key = await crypto.subtle.importKey(
    "raw",
    bytes.encode(digest),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const [opens, ended] = await Promise.all(
    [PROOF, ENDED].map((said) => crypto.subtle.sign("HMAC", key, bytes.encode(said + nonce))),
  );
  return {
    opens: hex(/** @type {ArrayBuffer} */ (opens)),
    ended: hex(/** @type {ArrayBuffer} */ (ended)),
  };
}
