/**
 * Where the extension acts: nowhere before the person has started it, only as far as they chose, and
 * not on sites that are left alone.
 */

/** @typedef {import("../../shared/messages.js").Settings} Settings */

/** What it can do, and which setting holds the sites where it does not. */
const EXCEPT = /** @type {const} */ ({ gpc: "gpcExcept", rejectConsent: "rejectExcept" });

/** @typedef {keyof typeof EXCEPT} Act */

/** @param {Settings} settings @param {Act} act */
export const isOn = (settings, act) => settings.started && settings[act];

/**
 * @param {Settings} settings
 * @param {Act} act
 * @returns {string[]} registrable domains, sorted
 */
export function exempt(settings, act) {
  return [...new Set([...settings.paused, ...settings[EXCEPT[act]]])].sort();
}

/**
 * @param {Settings} settings
 * @param {Act} act
 * @param {string} domain registrable domain of the page
 */
export function actsOn(settings, act, domain) {
  return isOn(settings, act) && domain !== "" && !exempt(settings, act).includes(domain);
}

/**
 * What is set once a domain is exempt.
 *
 * @param {Settings} settings
 * @param {Act} act
 * @param {string} domain
 * @returns {Partial<Settings>}
 */
export function without(settings, act, domain) {
  return { [EXCEPT[act]]: [...settings[EXCEPT[act]], domain] };
}

/** A host as addresses write it: those of IPv6 stand in brackets. @param {string} host */
const written = (host) => (host.includes(":") ? `[${host}]` : host);

/** An IP address has nothing under it. @param {string} host */
const isAddress = (host) => host.includes(":") || /^[\d.]+$/.test(host);

/** @param {string[]} domains @returns {string[]} match patterns of them and all under them */
export function patternsOf(domains) {
  return domains.map((one) => `*://${isAddress(one) ? "" : "*."}${written(one)}/*`);
}

/** @param {string[]} domains @returns {string[]} as rules of requests want them */
export const ruleDomains = (domains) => domains.map(written);
