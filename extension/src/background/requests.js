/** What `webRequest` tells of one request, as entries of a visit. Observing only. */

import { bareUrl, hostOf } from "./addresses.js";
import { unpacked } from "./leaks.js";
import { IS_CHROMIUM } from "./network.js";
import { isRefused, readSetCookie } from "./set-cookie.js";
import { add, frameAddress, shaperOf } from "./visit.js";

/** @typedef {import("./domains.js").Suffixes} Suffixes */
/** @typedef {import("./shapes.js").Parameter} Parameter */
/** @typedef {import("./visit.js").Request} Request */
/** @typedef {import("./visit.js").Visit} Visit */
/** @typedef {chrome.webRequest.OnBeforeRequestDetails} Asked */
/** @typedef {chrome.webRequest.OnHeadersReceivedDetails | chrome.webRequest.OnBeforeRedirectDetails | chrome.webRequest.OnCompletedDetails} Answered */

/** What a request carried: bytes, or the form that the browser had read already. */
/** @typedef {{bytes: Uint8Array | null, form: [string, string][] | null, size: number}} Carried */

/** @typedef {{visit: Visit, tabId: number, request: Request, carried: Carried | null}} Open */

const MOST_BYTES = 1_000_000;
const TYPES = new Set(
  (
    "main_frame sub_frame stylesheet script image font object xmlhttprequest ping csp_report " +
    "media websocket other"
  ).split(" "),
);
/** Firefox's words for the same. */
const OTHER_WORDS = /** @type {Record<string, string>} */ ({ beacon: "ping", imageset: "image" });
/** What a browser says of a request that never left; other blocks come after the answer. */
const BLOCKED =
  /^net::ERR_BLOCKED_BY_(?:CLIENT|ADMINISTRATOR|CSP|(?:PRIVATE|LOCAL)_NETWORK_ACCESS_CHECKS)$/;
const BY_CLIENT = "net::ERR_BLOCKED_BY_CLIENT";
/** Firefox's words where an extension or its own protection against tracking stopped a request. */
const BY_FIREFOX =
  /^NS_ERROR_(?:ABORT|(?:TRACKING|FINGERPRINTING|CRYPTOMINING|SOCIALTRACKING|EMAILTRACKING)_URI)$/;
const encoder = new TextEncoder();

/** Who asked, as the browser tells it. @param {Asked} details */
export function initiatorOf(details) {
  const { originUrl } = /** @type {{originUrl?: string}} */ (details);
  return IS_CHROMIUM ? details.initiator : originUrl;
}

/**
 * @param {Visit} visit
 * @param {Asked} details
 * @returns {{request: Request, carried: Carried | null} | null} null where there was no room
 */
export function takeRequest(visit, details) {
  const { url, query } = shaperOf(visit).url(details.url);
  const type = TYPES.has(details.type) ? details.type : (OTHER_WORDS[details.type] ?? "other");
  const frame =
    type === "sub_frame"
      ? frameAddress(visit, details.parentFrameId)
      : frameAddress(visit, details.frameId);
  const own = initiatorOf(details);
  const request = {
    id: details.requestId,
    url,
    type,
    method: details.method.slice(0, 32),
    at: details.timeStamp,
    initiator: frame ?? (own ? bareUrl(own) || null : null),
    frame,
    status: null,
    blocked: false,
    redirects_to: null,
    query,
    body: null,
    cookies: [],
  };
  if (type === "websocket") visit.sockets = true;
  return add(visit, "requests", request) ? { request, carried: carriedBy(details) } : null;
}

/**
 * @param {Asked} details
 * @returns {Carried | null}
 */
function carriedBy({ requestBody }) {
  if (requestBody?.formData) {
    /** @type {[string, string][]} */
    const form = [];
    for (const [name, values] of Object.entries(requestBody.formData)) {
      for (const value of values) form.push([name, typeof value === "string" ? value : ""]);
    }
    const size = form.reduce((sum, pair) => sum + encoder.encode(pair.join("=")).length + 1, 0);
    return { bytes: null, form, size };
  }
  const parts = (requestBody?.raw ?? []).flatMap(({ bytes }) => (bytes ? [bytes] : []));
  if (parts.length === 0) return null;
  const size = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const whole = new Uint8Array(Math.min(size, MOST_BYTES));
  let at = 0;
  for (const part of parts) {
    const fits = new Uint8Array(part).subarray(0, whole.length - at);
    whole.set(fits, at);
    at += fits.length;
  }
  return { bytes: whole, form: null, size };
}

/**
 * What of a request is looked through for what was typed; a packed body comes unpacked, later.
 *
 * @param {string} url
 * @param {Carried | null} carried
 * @param {(parts: Uint8Array[]) => void} search
 */
export function searched(url, carried, search) {
  /** @type {Uint8Array[]} */
  const parts = [encoder.encode(url)];
  const text = carried?.form?.map((pair) => pair.join("=")).join("\n");
  if (text) parts.push(encoder.encode(text));
  if (carried?.bytes) {
    const later = unpacked(carried.bytes);
    if (later) void later.then((data) => search([data]));
    else parts.push(carried.bytes);
  }
  search(parts);
}

/** @param {Open} open @param {string} contentType */
export function closeBody({ visit, request, carried }, contentType) {
  if (!carried) return;
  const shaper = shaperOf(visit);
  if (carried.bytes) {
    request.body = { ...shaper.body(carried.bytes, contentType), size: carried.size };
  } else {
    request.body = {
      kind: contentType.toLowerCase().startsWith("multipart/") ? "multipart" : "form",
      size: carried.size,
      parameters: shaper.parameters(carried.form ?? []),
    };
  }
  visit.size += JSON.stringify(request.body).length;
}

/**
 * Headers as they left: names of cookies, and how the body is written.
 *
 * @param {Open} open
 * @param {chrome.webRequest.HttpHeader[]} headers
 * @returns {Uint8Array[]} What else of them is looked through for what was typed.
 */
export function takeSentHeaders(open, headers) {
  let contentType = "";
  const told = [];
  for (const { name, value = "" } of headers) {
    const key = name.toLowerCase();
    if (key === "content-type") contentType = value;
    if (key === "sec-gpc" && value === "1" && open.request.type === "main_frame") {
      open.visit.gpc = true;
    }
    if (key === "cookie") {
      open.request.cookies = value
        .split(";", 200)
        .map((pair) => (pair.includes("=") ? pair.slice(0, pair.indexOf("=")).trim() : ""))
        .filter(Boolean);
    } else {
      told.push(value);
    }
  }
  closeBody(open, contentType);
  open.carried = null;
  return [encoder.encode(told.join("\n"))];
}

/**
 * @param {Open} open
 * @param {Answered} details
 * @param {Suffixes} suffixes
 */
export function takeAnswer({ visit, request }, details, suffixes) {
  const headers = details.responseHeaders ?? [];
  const third = suffixes.registrable(hostOf(details.url)) !== visit.site;
  const known = {
    url: details.url,
    at: details.timeStamp,
    shaper: shaperOf(visit),
    suffixes,
  };
  for (const { name, value = "" } of headers) {
    if (name.toLowerCase() !== "set-cookie") continue;
    for (const line of value.split("\n")) {
      const cookie = line ? readSetCookie(line, known) : null;
      const isPage = request.type === "main_frame";
      if (!cookie || (IS_CHROMIUM && isRefused(cookie, { ...known, third: third && !isPage }))) {
        continue;
      }
      add(visit, "cookies", cookie);
    }
  }
  request.status = statusOf(details.statusCode);
  if (request.type === "main_frame" && details.frameType !== "fenced_frame") {
    visit.status = request.status;
    visit.answered = true;
    visit.headers = headers
      .filter(({ name }) => name.toLowerCase() !== "set-cookie")
      .slice(0, 100)
      .map(({ name, value = "" }) => ({ name: name.toLowerCase(), value: value.slice(0, 16_384) }));
  }
}

/** @param {Open} open @param {string} error */
export function takeFailure(open, error) {
  closeBody(open, "");
  const byFirefox = open.request.status === null && BY_FIREFOX.test(error);
  open.request.blocked = byFirefox || BLOCKED.test(error);
  if (byFirefox || error === BY_CLIENT) open.visit.blocker = true;
}

/** @param {number} status */
export const statusOf = (status) => (status >= 100 && status <= 599 ? status : null);
