/** What a page was seen to do so far, for the popup: counted from the record of its tab. */

import { hostOf } from "./addresses.js";

/** @typedef {import("../shared/messages.js").Live} Live */
/** @typedef {import("../shared/messages.js").LiveOwner} LiveOwner */
/** @typedef {import("./domains.js").Suffixes} Suffixes */
/** @typedef {import("./owners.js").OwnerTable} OwnerTable */
/** @typedef {import("./visit.js").Calls} Calls */
/** @typedef {import("./visit.js").Visit} Visit */

/**
 * What tells devices apart; the plain part of `assistant/knowledge/site/fingerprinting.yaml`, since
 * the service decides when a site is rated.
 */
const LEAST_TEXT = 10;
const LEAST_PIXELS = 256;
const LEAST_FONTS = 50;
const CANVAS_READS = /^(?:HTMLCanvasElement\.to(?:DataURL|Blob)|OffscreenCanvas\.convertToBlob)$/;
const PIXEL_READS = /^(?:Offscreen)?CanvasRenderingContext2D\.getImageData$/;
const DRAWING = /^(?:Offscreen)?CanvasRenderingContext2D\.(?:save|restore)$/;
const AUDIO = [
  /^OfflineAudioContext\.(?:startRendering|constructor)$/,
  /\.createOscillator$/,
  /\.createDynamicsCompressor$/,
];
const GRAPHICS = /^WEBGL_debug_renderer_info\./;

/**
 * @param {Visit} visit
 * @param {{suffixes: Suffixes, owners: OwnerTable}} tables
 * @returns {Live}
 */
export function liveView(visit, { suffixes, owners }) {
  /** @type {Map<string, LiveOwner>} */
  const told = new Map();
  const domains = new Set();
  let requests = 0;
  for (const { url } of visit.requests) {
    const host = hostOf(url);
    const domain = suffixes.registrable(host);
    requests += 1;
    if (!host || domain === visit.site) continue;
    domains.add(domain);
    const owner = owners.ofHost(host);
    const name = owner?.company ?? domain;
    const known = told.get(name);
    told.set(name, {
      name,
      categories: [...new Set([...(known?.categories ?? []), ...(owner?.categories ?? [])])],
      requests: (known?.requests ?? 0) + 1,
      tracks: (known?.tracks ?? false) || (owner?.tracks ?? false),
    });
  }
  const foreign = visit.cookies.filter(({ domain }) => suffixes.registrable(domain) !== visit.site);
  return {
    requests,
    thirdParties: domains.size,
    owners: [...told.values()].sort(
      (a, b) => Number(b.tracks) - Number(a.tracks) || b.requests - a.requests,
    ),
    fingerprinting: [...new Set(Object.values(visit.calls).flatMap(measures))],
    thirdPartyCookies: new Set(foreign.map(({ name, domain }) => `${name}|${domain}`)).size,
    captured: [
      ...new Set(visit.leaks.filter(({ submitted }) => !submitted).map(({ field }) => field)),
    ],
  };
}

/** @param {Calls} made */
function measures({ calls, canvas_text, canvas_pixels, fonts }) {
  const members = Object.keys(calls);
  const some = (/** @type {RegExp} */ what) => members.some((member) => what.test(member));
  const read = some(CANVAS_READS) || (some(PIXEL_READS) && canvas_pixels >= LEAST_PIXELS);
  return [
    ...(read && canvas_text >= LEAST_TEXT && !some(DRAWING) ? ["canvas"] : []),
    ...(AUDIO.every(some) ? ["audio"] : []),
    ...(some(GRAPHICS) ? ["webgl"] : []),
    ...(fonts.length >= LEAST_FONTS ? ["fonts"] : []),
  ];
}
