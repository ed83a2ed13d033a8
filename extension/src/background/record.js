/**
 * From what was seen of a tab to the record that the service rates: version 1 of
 * `shared/observation.schema.json`.
 */

/** @typedef {import("./tabs.js").Tab} Tab */
/** @typedef {import("./visit.js").Visit} Visit */

const VERSION = 1;

/**
 * The record of a tab; null where its page was not seen from the beginning.
 *
 * @param {Tab} tab
 */
export function recordOf({ current, previous }) {
  if (!current || !current.url) return null;
  const visits = [current];
  if (previous && isOfUse(previous, current)) visits.push(previous);
  return {
    version: VERSION,
    observer: "extension",
    watched: watchedIn(current),
    blocker: visits.some((visit) => visit.blocker),
    visits: visits.map(visitOf),
    lost: visits.reduce((sum, visit) => sum + visit.lost, 0),
  };
}

/**
 * Whether the page before belongs to the same record: one of the same site, that came and was seen
 * as well as this one.
 *
 * @param {Visit} visit
 * @param {Visit} current
 */
function isOfUse(visit, current) {
  return (
    visit.site === current.site &&
    visit.seen &&
    (visit.probed || !current.probed) &&
    (visit.status ?? 200) < 400
  );
}

/**
 * What could be seen. Where the page came from a worker of its own there was no request for it, and
 * where the probes did not run nothing of scripts was seen. That a page asked for consent is known
 * where its banner was rejected; where none was, the person may have answered before.
 *
 * @param {Visit} visit
 */
function watchedIn({ seen, probed, consent }) {
  return [
    ...(seen ? ["headers", "requests"] : []),
    ...(seen && probed ? ["cookies"] : []),
    ...(probed ? ["storage", "calls", "fields"] : []),
    ...(seen && consent.length > 0 ? ["consent"] : []),
  ];
}

/** Whether the first layer offers to reject: so it does where one click was enough. @param {Visit} visit */
const offered = ({ consent }) => (consent.some(({ clicks }) => clicks === 1) ? true : null);

/** @param {Visit} visit */
function visitOf(visit) {
  const ms = (/** @type {number} */ at) => Math.round(Math.max(0, at - visit.begun) * 10) / 10;
  /** @template {{at: number}} Entry @param {Entry} entry */
  const timed = ({ at, ...entry }) => ({ ...entry, at_ms: ms(at) });
  return {
    url: visit.url,
    at: new Date(visit.begun).toISOString(),
    gpc: visit.gpc,
    // Not all that web sockets carry is seen (workers, Blobs, streams, long messages), so that nobody
    // can say that nothing left.
    typed: visit.typed && (!visit.sockets || visit.leaks.length > 0),
    status: visit.status,
    hops: visit.hops.map((hop) => ({ ...timed(hop), clicked: false })),
    headers: visit.headers,
    requests: visit.requests.map(({ id: _, ...request }) => timed(request)),
    cookies: visit.cookies.map(timed),
    storage: visit.storage.map(timed),
    calls: Object.values(visit.calls).map(({ written: _, fonts, ...calls }) => ({
      ...timed(calls),
      fonts: fonts.length,
    })),
    listeners: visit.listeners.map(timed),
    reads: visit.reads.map(timed),
    leaks: visit.leaks.map(timed),
    consent: visit.consent.map((step) => timed({ ...step, reject_offered: offered(visit) })),
    scripts: visit.scripts,
    policy_links: visit.policyLinks,
  };
}
