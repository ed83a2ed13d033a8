/**
 * Set-Cookie headers as browsers read them: RFC 6265bis, 5.6 and 5.7.
 *
 * The same as `assistant/site/markup/set_cookie.py`.
 */

import { bareUrl, hostOf, parted } from "./addresses.js";
import { plainHost } from "./domains.js";

/** @typedef {import("./domains.js").Suffixes} Suffixes */
/** @typedef {import("./shapes.js").Shaper} Shaper */

/**
 * A cookie as the record holds it; `at` in milliseconds since 1970.
 *
 * @typedef {{
 *   name: string, domain: string, value: import("./shapes.js").Shape, path: string,
 *   lifetime_s: number | null, secure: boolean, http_only: boolean, same_site: string | null,
 *   partitioned: boolean, script: string | null, url: string, at: number,
 * }} Cookie
 */

const MAX_LIFETIME_S = 400 * 86_400;
const MAX_CHARS = 4_096;
const MAX_DIGITS = 15;

/**
 * The cookie that a response or a script set; null for what a browser does not keep.
 *
 * @param {string} header
 * @param {{url: string, at: number, shaper: Shaper, suffixes: Suffixes}} known
 * @returns {Cookie | null}
 */
export function readSetCookie(header, { url, at, shaper, suffixes }) {
  const [pair, ...rest] = header.split(";");
  const [before, equals, after] = parted(pair ?? "", "=");
  const name = equals ? before.trim() : "";
  const value = (equals ? after : before).trim();
  if (!(name || value) || name.length + value.length > MAX_CHARS) return null;
  const attributes = new Map(
    rest.map((part) => {
      const [key, , text] = parted(part, "=");
      return [key.trim().toLowerCase(), text.trim()];
    }),
  );
  const domain = domainOf(attributes.get("domain") ?? "", hostOf(url), suffixes);
  const lifetime = lifetimeOf(attributes, at);
  if (!domain || (lifetime !== null && lifetime <= 0)) return null;
  const path = attributes.get("path") ?? "";
  return {
    name,
    domain,
    value: shaper.shape(value),
    path: path.startsWith("/") ? path.slice(0, MAX_CHARS) : "/",
    lifetime_s: lifetime,
    secure: attributes.has("secure"),
    http_only: attributes.has("httponly"),
    same_site: (attributes.get("samesite") ?? "").slice(0, 20) || null,
    partitioned: attributes.has("partitioned"),
    script: null,
    url: bareUrl(url),
    at,
  };
}

/**
 * The domain a cookie is kept for; "" where the browser refuses it.
 *
 * @param {string} sent
 * @param {string} host
 * @param {Suffixes} suffixes
 */
function domainOf(sent, host, suffixes) {
  const domain = plainHost(sent.replace(/^\./, ""));
  if (!domain || domain === host) return host;
  const site = suffixes.registrable(domain);
  const isSuffix = !site.includes(".") || suffixes.registrable(host) !== site;
  return host.endsWith(`.${domain}`) && !isSuffix ? domain : "";
}

/**
 * Seconds; null for the session. Max-Age beats Expires; what cannot be read does not count.
 *
 * @param {Map<string, string>} attributes
 * @param {number} at
 */
function lifetimeOf(attributes, at) {
  const age = attributes.get("max-age") ?? "";
  if (/^-?[0-9]+$/.test(age)) {
    return age.startsWith("-") ? 0 : Math.min(Number(age.slice(0, MAX_DIGITS)), MAX_LIFETIME_S);
  }
  const ends = Date.parse((attributes.get("expires") ?? "").slice(0, 100));
  return Number.isNaN(ends) ? null : Math.min((ends - at) / 1_000, MAX_LIFETIME_S);
}

/**
 * Whether Chromium refuses a cookie for what anybody can see: `Secure` without TLS, and one without
 * `SameSite=None; Secure` that comes with a request to another site than the page's.
 *
 * @param {Cookie} cookie
 * @param {{url: string, third: boolean}} request
 */
export function isRefused({ secure, same_site }, { url, third }) {
  const host = hostOf(url);
  const trusted = /^(?:https|wss):/i.test(url) || host === "localhost" || host === "127.0.0.1";
  if (secure && !trusted) return true;
  return third && (!secure || (same_site ?? "").toLowerCase() !== "none");
}
