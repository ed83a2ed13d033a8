/** One call to a program on this computer that may be the service, or may be anything. */

import { PROBLEMS, ServiceProblem } from "./problems.js";

/** @typedef {import("../shared/messages.js").Problem} Problem */

/**
 * @typedef {object} Call
 * @property {string} [method]
 * @property {unknown} [body] sent as JSON, or as it is where it is a form
 * @property {string} [bearer] token to send along
 * @property {number} timeoutMs for the whole answer
 * @property {number} mostBytes of the answer
 * @property {boolean} [file] whether the answer is a file, unless it is a refusal
 */

/**
 * `value` is the answer's JSON, undefined where it is none or empty; a `Blob` where a file was asked for.
 *
 * @typedef {{ status: number, value: unknown, location: string | null, headers: Headers }} Answer
 */

const LONGEST_WORDS = 2_000;
/** A worker without an event for half a minute is ended, also in the middle of a call. */
const STAY_AWAKE_MS = 20_000;

/**
 * @param {string} url
 * @param {Call} call
 * @returns {Promise<Answer>}
 * @throws {ServiceProblem} nobody answered, or not in time
 */
export async function call(url, { method = "GET", body, bearer, timeoutMs, mostBytes, file }) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  const form = body instanceof FormData ? body : null;
  if (body !== undefined && form === null) headers["Content-Type"] = "application/json";
  if (bearer !== undefined) headers.Authorization = `Bearer ${bearer}`;
  const awake = setInterval(() => void chrome.runtime.getPlatformInfo(), STAY_AWAKE_MS);
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: form ?? (body === undefined ? null : JSON.stringify(body)),
      // A token must not follow a redirect, and a session's cookie has no business here.
      redirect: "error",
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status, headers: told } = response;
    const parts = await partsOf(response, mostBytes);
    const value = file && response.ok ? new Blob(parts) : parsed(await new Blob(parts).text());
    return { status, value, location: told.get("Location"), headers: told };
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") {
      throw new ServiceProblem(PROBLEMS.slow);
    }
    if (error instanceof TypeError || error instanceof DOMException) {
      throw new ServiceProblem(PROBLEMS.gone);
    }
    throw error;
  } finally {
    clearInterval(awake);
  }
}

/** @param {Response} response @param {number} mostBytes */
async function partsOf(response, mostBytes) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  if (response.body === null) return parts;
  const reader = response.body.getReader();
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return parts;
    bytes += value.byteLength;
    if (bytes > mostBytes) {
      await reader.cancel();
      throw new ServiceProblem(PROBLEMS.unexpected);
    }
    parts.push(value);
  }
}

/** @param {string} text @returns {unknown} */
function parsed(text) {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @param {unknown} value @returns {Record<string, unknown>} `{}` where it is no object */
export function objectOf(value) {
  const object = typeof value === "object" && value !== null && !Array.isArray(value);
  return object ? /** @type {Record<string, unknown>} */ (value) : {};
}

/** The words of a refusal. @param {Pick<Answer, "value">} answer @returns {Problem} */
export function refusal({ value }) {
  const { code, message, hint } = objectOf(objectOf(value).error);
  if (typeof code !== "string" || typeof message !== "string" || typeof hint !== "string") {
    return PROBLEMS.unexpected;
  }
  const [a, b, c] = [code, message, hint].map((words) => words.slice(0, LONGEST_WORDS));
  return { code: String(a), message: String(b), hint: String(c) };
}
