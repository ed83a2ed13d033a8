/** What the person has set, in the browser's storage. */

import { plainHost } from "./domains.js";
import { PROBLEMS, ServiceProblem } from "./problems.js";

/** @typedef {import("../shared/messages.js").Settings} Settings */

const KEY = "settings";
const MOST_PAUSED = 1_000;
/** The browser takes no other into its rules, and one that it refuses would undo all of them. */
const HOST = /^(?:[\w-]+(?:\.[\w-]+)*|[\da-f:.]*:[\da-f:.]*)$/;
/** As the service's guard knows itself; other names may lead elsewhere. */
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** @type {Readonly<Settings>} */
export const DEFAULTS = Object.freeze({
  privateWindows: false,
  badge: false,
  started: false,
  paused: [],
  gpc: false,
  gpcExcept: [],
  rejectConsent: false,
  rejectExcept: [],
  agreeing: true,
  agreeingExcept: [],
  service: "http://127.0.0.1:8765",
});

/**
 * @param {unknown} given
 * @returns {string | null} origin of a service on this computer; null for everything else
 */
export function loopbackAddress(given) {
  if (typeof given !== "string" || !URL.canParse(given.trim())) return null;
  const { protocol, hostname, origin, pathname, search, hash, username, password } = new URL(
    given.trim(),
  );
  const bare = pathname === "/" && !search && !hash && !username && !password;
  return protocol === "http:" && LOOPBACK.has(hostname) && bare ? origin : null;
}

/** @param {unknown} given @returns {string[] | null} */
function domains(given) {
  if (!Array.isArray(given) || given.length > MOST_PAUSED) return null;
  const hosts = given.map((one) => (typeof one === "string" ? plainHost(one) : ""));
  return hosts.every((host) => HOST.test(host)) ? [...new Set(hosts)] : null;
}

/** @param {unknown} given @returns {boolean | null} */
const flag = (given) => (typeof given === "boolean" ? given : null);

/** What each setting may be; null for what it may not. */
const READERS = {
  privateWindows: flag,
  badge: flag,
  started: flag,
  paused: domains,
  gpc: flag,
  gpcExcept: domains,
  rejectConsent: flag,
  rejectExcept: domains,
  agreeing: flag,
  agreeingExcept: domains,
  service: loopbackAddress,
};

/** @returns {Promise<Settings>} the defaults stand in for what is missing or broken */
export async function readSettings() {
  const kept = (await chrome.storage.local.get(KEY))[KEY];
  const given = /** @type {Record<string, unknown>} */ (kept ?? {});
  return {
    privateWindows: READERS.privateWindows(given.privateWindows) ?? DEFAULTS.privateWindows,
    badge: READERS.badge(given.badge) ?? DEFAULTS.badge,
    started: READERS.started(given.started) ?? DEFAULTS.started,
    paused: READERS.paused(given.paused) ?? [...DEFAULTS.paused],
    gpc: READERS.gpc(given.gpc) ?? DEFAULTS.gpc,
    gpcExcept: READERS.gpcExcept(given.gpcExcept) ?? [...DEFAULTS.gpcExcept],
    rejectConsent: READERS.rejectConsent(given.rejectConsent) ?? DEFAULTS.rejectConsent,
    rejectExcept: READERS.rejectExcept(given.rejectExcept) ?? [...DEFAULTS.rejectExcept],
    agreeing: READERS.agreeing(given.agreeing) ?? DEFAULTS.agreeing,
    agreeingExcept: READERS.agreeingExcept(given.agreeingExcept) ?? [...DEFAULTS.agreeingExcept],
    service: READERS.service(given.service) ?? DEFAULTS.service,
  };
}

/** One change after the other, so that none is lost. @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * @param {Partial<Settings> | ((settings: Settings) => Partial<Settings>)} wanted or what follows
 *   from those that are set
 * @returns {Promise<Settings>} all of them
 * @throws {ServiceProblem} one cannot be set so; none was changed
 */
export function changeSettings(wanted) {
  const change = last.then(async () =>
    keep(typeof wanted === "function" ? wanted(await readSettings()) : wanted),
  );
  last = change.catch(() => undefined);
  return change;
}

/** @param {Partial<Settings>} wanted @returns {Promise<Settings>} */
async function keep(wanted) {
  /** @type {Record<string, unknown>} */
  const read = {};
  for (const [name, value] of Object.entries(wanted ?? {})) {
    if (!Object.hasOwn(READERS, name)) throw new ServiceProblem(PROBLEMS.settings);
    const kept = READERS[/** @type {keyof Settings} */ (name)](value);
    if (kept === null) {
      throw new ServiceProblem(name === "service" ? PROBLEMS.address : PROBLEMS.settings);
    }
    read[name] = kept;
  }
  const settings = { ...(await readSettings()), ...read };
  await chrome.storage.local.set({ [KEY]: settings });
  return settings;
}

/** @param {(settings: Settings) => void} act called when any of them was changed */
export function onSettings(act) {
  chrome.storage.onChanged.addListener((changes, area) => {
    if (area === "local" && KEY in changes) void readSettings().then(act);
  });
}
