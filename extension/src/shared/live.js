/** What a page was seen to do so far, in words. */

import { FIELDS, MEASURES } from "../views/site-facts.js";
import { counted } from "../views/words.js";

/** @typedef {import("./messages.js").Live} Live */

/** Companies from which on they are worth the one sentence, though none is known to follow. */
const MANY = 5;

export const NOTHING_KNOWN = "Nothing known yet. That is not the same as safe.";

const NONE = "None seen so far";

/** @param {string[]} parts */
function listed(parts) {
  const last = parts.at(-1) ?? "";
  return parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${last}` : last;
}

/** @param {Map<string, string>} words @param {string[]} kinds */
function named(words, kinds) {
  return listed(kinds.map((kind) => words.get(kind) ?? kind));
}

/** @param {string} text */
function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {Live} live */
function followers({ owners }) {
  return owners.filter(({ tracks }) => tracks);
}

/**
 * The worst that was seen: what leaves before it is sent, then fingerprinting, then companies.
 *
 * @param {Live} live
 * @returns {string | null} null where nothing is known against the page
 */
export function worstSeen(live) {
  const { captured, fingerprinting, owners } = live;
  if (captured.length > 0) {
    return `${sentence(named(FIELDS, captured))} ${captured.length > 1 ? "leave" : "leaves"} this page before you send it.`;
  }
  if (fingerprinting.length > 0) {
    return `This page takes a fingerprint of your device: by ${named(MEASURES, fingerprinting)}.`;
  }
  const follow = followers(live).length;
  if (follow > 0) {
    return follow === 1
      ? "One company that is known to follow people learns of this visit."
      : `${follow} companies that are known to follow people learn of this visit.`;
  }
  return owners.length >= MANY ? `${owners.length} other companies learn of this visit.` : null;
}

/** @param {Live} live */
function companyWords(live) {
  const { owners, thirdParties } = live;
  if (owners.length === 0) {
    return thirdParties > 0
      ? `${counted(thirdParties, "other site")}, owner unknown`
      : "None but the site itself";
  }
  const follow = followers(live).length;
  if (follow === 0) return String(owners.length);
  if (owners.length === 1) return "1, and it follows people";
  return `${owners.length}, ${follow} of them ${follow === 1 ? "follows" : "follow"} people`;
}

/** Those that follow first, then the busiest. @param {Live} live */
export function ownersWorstFirst({ owners }) {
  return [...owners].sort(
    (one, other) =>
      Number(other.tracks) - Number(one.tracks) ||
      other.requests - one.requests ||
      one.name.localeCompare(other.name),
  );
}

/**
 * Three lines on what the page does now.
 *
 * @param {Live} live
 * @returns {{ name: string, words: string, more: string }[]}
 */
export function nowLines(live) {
  const { fingerprinting, thirdPartyCookies: cookies } = live;
  return [
    {
      name: "Companies",
      words: companyWords(live),
      more: ownersWorstFirst(live)
        .map(({ name }) => name)
        .join(", "),
    },
    {
      name: "Fingerprinting",
      words: fingerprinting.length > 0 ? `By ${named(MEASURES, fingerprinting)}` : NONE,
      more: "",
    },
    {
      name: "Cookies",
      words: cookies > 0 ? `${cookies} set by others` : `${NONE} from others`,
      more: "",
    },
  ];
}
