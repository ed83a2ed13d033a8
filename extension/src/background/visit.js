/**
 * What is known of one load of a page. Plain data, so that it can be kept for the session; values
 * are shapes from the start, and addresses are bare. Times are in milliseconds since 1970.
 */

import { hostOf } from "./addresses.js";
import { Shaper } from "./shapes.js";

/** @typedef {import("./set-cookie.js").Cookie} Cookie */
/** @typedef {import("./shapes.js").Body} Body */
/** @typedef {import("./shapes.js").Parameter} Parameter */
/** @typedef {import("./shapes.js").Shape} Shape */

/**
 * @typedef {{
 *   id: string, url: string, type: string, method: string, at: number, initiator: string | null,
 *   frame: string | null, status: number | null, blocked: boolean, redirects_to: string | null,
 *   query: Parameter[], body: Body | null, cookies: string[],
 * }} Request
 */

/**
 * @typedef {{store: string, origin: string, key: string, value: Shape, script: string | null,
 *   at: number}} Storage
 */

/**
 * What one script called in one frame.
 *
 * `written` holds each character once that it wrote on a canvas.
 *
 * @typedef {{
 *   script: string, frame: string | null, calls: Record<string, number>, written: string,
 *   canvas_text: number, canvas_pixels: number, fonts: string[], at: number,
 * }} Calls
 */

/** @typedef {{script: string, event: string, target: string, at: number}} Listener */
/** @typedef {{script: string, field: string, at: number}} Read */

/**
 * @typedef {{field: string, url: string, channel: string, encodings: string[], submitted: boolean,
 *   script: null, at: number}} Leak
 */

/** @typedef {{url: string, status: number | null, by: "http" | "script", at: number}} Hop */

/**
 * `clicks` are those that an answer took; null where nobody counted.
 *
 * @typedef {{state: "asked" | "rejected", manager: string | null, clicks: number | null, at: number}}
 *   Consent
 */

/**
 * @typedef {{
 *   key: number[], begun: number, url: string, site: string, mainId: string,
 *   documentId: string | null, status: number | null, gpc: boolean, typed: boolean,
 *   probed: boolean, seen: boolean, answered: boolean, blocker: boolean, sockets: boolean,
 *   requests: Request[], cookies: Cookie[], storage: Storage[], calls: Record<string, Calls>,
 *   listeners: Listener[], reads: Read[], leaks: Leak[], hops: Hop[],
 *   headers: {name: string, value: string}[], scripts: {src: string, integrity: boolean}[],
 *   policyLinks: string[], frames: Record<number, {url: string, parent: number}>,
 *   consent: Consent[], perSite: Record<string, number>, size: number, lost: number,
 * }} Visit
 */

/** Characters of JSON that one visit may take; ten megabytes is all that a session may keep. */
const MOST_SIZE = 1_200_000;
const MOST_REQUESTS = 3_000;
/** No site can use up the room of the others. */
const MOST_PER_SITE = 800;
const MOST_ENTRIES = 1_000;
const LISTS = /** @type {const} */ ([
  "requests",
  "cookies",
  "storage",
  "listeners",
  "reads",
  "leaks",
  "consent",
]);

/**
 * A visit of which nothing was seen yet.
 *
 * @param {{url: string, site: string, at: number, mainId?: string, key?: number[] | undefined}} known
 *   `key` is that of another visit in the same record.
 * @returns {Visit}
 */
export function newVisit({ url, site, at, mainId = "", key }) {
  return {
    key: key ?? [...crypto.getRandomValues(new Uint8Array(32))],
    begun: at,
    url,
    site,
    mainId,
    documentId: null,
    status: null,
    gpc: false,
    typed: false,
    probed: false,
    seen: mainId !== "",
    answered: false,
    blocker: false,
    sockets: false,
    requests: [],
    cookies: [],
    storage: [],
    calls: {},
    listeners: [],
    reads: [],
    leaks: [],
    hops: [],
    headers: [],
    scripts: [],
    policyLinks: [],
    frames: {},
    consent: [],
    perSite: {},
    size: 0,
    lost: 0,
  };
}

/** @type {WeakMap<Visit, Shaper>} */
const shapers = new WeakMap();

/** @param {Visit} visit */
export function shaperOf(visit) {
  let shaper = shapers.get(visit);
  if (!shaper) shapers.set(visit, (shaper = new Shaper(Uint8Array.from(visit.key))));
  return shaper;
}

/**
 * Add an entry while there is room, else count it as lost.
 *
 * @template {"requests" | "cookies" | "storage" | "listeners" | "reads" | "leaks" | "hops"} Name
 * @param {Visit} visit
 * @param {Name} name
 * @param {Visit[Name][number]} entry
 */
export function add(visit, name, entry) {
  const list = /** @type {unknown[]} */ (visit[name]);
  const size = JSON.stringify(entry).length;
  const most = name === "requests" ? MOST_REQUESTS : MOST_ENTRIES;
  if (list.length >= most || visit.size + size > MOST_SIZE) {
    visit.lost += 1;
    return false;
  }
  if (name === "requests") {
    const host = hostOf(/** @type {Request} */ (entry).url);
    const count = visit.perSite[host] ?? 0;
    if (count >= MOST_PER_SITE) {
      visit.lost += 1;
      return false;
    }
    visit.perSite[host] = count + 1;
  }
  visit.size += size;
  list.push(entry);
  return true;
}

/**
 * Address of a frame, or of the nearest around it that has one; null for the top frame.
 *
 * @param {Visit} visit
 * @param {number} frameId
 */
export function frameAddress(visit, frameId) {
  let id = frameId;
  for (let depth = 0; id > 0 && depth < 50; depth += 1) {
    const frame = visit.frames[id];
    if (frame?.url) return frame.url;
    id = frame?.parent ?? 0;
  }
  return null;
}

/**
 * What the page before did that sent the browser on: its requests and traces belong to the way.
 *
 * @param {Visit} visit
 * @param {Visit} before
 */
export function prepend(visit, before) {
  visit.hops = [
    ...before.hops,
    { url: before.url, status: before.status, by: "script", at: before.begun },
    ...visit.hops,
  ];
  visit.begun = before.begun;
  for (const name of /** @type {const} */ (["requests", "cookies", "storage"])) {
    visit[name] = /** @type {any} */ ([...before[name], ...visit[name]]);
  }
  visit.calls = { ...before.calls, ...visit.calls };
  visit.size += before.size;
  visit.lost += before.lost;
  visit.blocker ||= before.blocker;
}

/**
 * What was told of a page before the request for it was: the rest of the same visit.
 *
 * @param {Visit} visit
 * @param {Visit} early
 */
export function absorb(visit, early) {
  for (const name of LISTS) visit[name] = /** @type {any} */ ([...visit[name], ...early[name]]);
  const { documentId, probed, typed, sockets, calls, frames, scripts, policyLinks } = early;
  Object.assign(visit, { documentId, probed, typed, sockets, calls, frames, scripts, policyLinks });
  visit.size += early.size;
  visit.lost += early.lost;
}
