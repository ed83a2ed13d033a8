/**
 * Which links lead to a privacy policy or to terms, and which words say that somebody agrees to
 * them. As `assistant/policy/discover.py` has it, with the words of the same lists
 * (`generated/policy-names.js`); a test holds the two together.
 *
 * Runs as a classic script in pages and is imported by the background; all of it is
 * `globalThis.policyNaming`.
 */
{
  /** `starts` are the first words of `words`. @typedef {{ words: Set<string>, starts: Set<string>, unspaced: string[] }} Phrases */
  /** @typedef {{ text: string, url: string, rel?: string }} Link */
  /** @typedef {"privacy-policy" | "terms"} Kind */

  const { weights, kinds, misses, agree, secondLevel } = globalThis.policyNames;
  const LATE_SHARE = 0.6;
  const LONGEST = 300;
  const MOST_WORDS = 6;
  const UNSPACED = /[\u0e00-\u0e7f\u3000-\uffff]/;
  const SUFFIX = /\.\w{2,5}$/;
  const PATH = /^https?:\/\/[^/?#]*([^?#]*)/i;
  const PLAIN = /^[\x20-\x7e]*$/;

  /** @param {string[]} phrases @returns {Phrases} */
  const phrasesOf = (phrases) => {
    const words = phrases.filter((phrase) => !UNSPACED.test(phrase));
    return {
      words: new Set(words),
      starts: new Set(words.map((phrase) => phrase.split(" ")[0] ?? "")),
      unspaced: phrases.filter((phrase) => UNSPACED.test(phrase)),
    };
  };

  const KINDS = /** @type {Kind[]} */ (Object.keys(kinds));
  const named = KINDS.map((kind) => ({
    kind,
    rel: kinds[kind].rel,
    words: phrasesOf(kinds[kind].words),
    slugs: phrasesOf(kinds[kind].slugs),
  }));
  const missed = misses.map((miss) => ({ points: miss.points, words: phrasesOf(miss.words) }));
  /** Words that say more than an address that names a policy. */
  const elsewhere = missed
    .filter(({ points }) => points < -weights.slug_exact)
    .map(({ words }) => words);
  const agreeing = phrasesOf(agree);
  const second = new Set(secondLevel);

  /** Words of a text in lower case, without accents and punctuation. @param {string} text */
  const plain = (text) => {
    const low = text.slice(0, LONGEST).toLowerCase();
    if (PLAIN.test(low)) return low.replace(/[^a-z0-9]+/g, " ").trim();
    const bare = low
      .normalize("NFKD")
      .replace(/\p{M}+/gu, "")
      .replaceAll("ß", "ss");
    return bare
      .normalize("NFC")
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim();
  };

  /**
   * @param {Phrases} phrases
   * @param {string} text as `plain` makes it
   * @returns {string} the longest of the phrases that it holds; "" for none
   */
  const longestIn = ({ words, starts, unspaced }, text) => {
    let found = "";
    const parts = text.split(" ");
    for (let start = 0; start < parts.length; start += 1) {
      if (!starts.has(parts[start] ?? "")) continue;
      let run = "";
      for (const part of parts.slice(start, start + MOST_WORDS)) {
        run = run ? `${run} ${part}` : part;
        if (run.length > found.length && words.has(run)) found = run;
      }
    }
    if (!UNSPACED.test(text)) return found;
    for (const phrase of unspaced) {
      if (phrase.length > found.length && text.includes(phrase)) found = phrase;
    }
    return found;
  };

  /** @param {string} segment */
  const decoded = (segment) => {
    if (!segment.includes("%")) return segment;
    try {
      return decodeURIComponent(segment);
    } catch {
      return segment; // no UTF-8
    }
  };

  /** Plain words of each part of a path. @param {string} pathname */
  const slugsOf = (pathname) =>
    pathname
      .split("/")
      .map((segment) => plain(decoded(segment).replace(SUFFIX, "")))
      .filter(Boolean);

  /** @param {Phrases} slugs @param {string[]} path @returns {number} points of a path */
  const pathPoints = (slugs, path) => {
    if (slugs.words.has(path.at(-1) ?? "")) return weights.slug_exact;
    return path.some((part) => longestIn(slugs, part)) ? weights.slug_contains : 0;
  };

  /** @param {string} host */
  const siteOf = (host) => {
    const labels = host.split(".");
    if (/^[\d.]+$|:/.test(host)) return host;
    const country = labels.length >= 3 && labels.at(-1)?.length === 2;
    return labels.slice(country && second.has(labels.at(-2) ?? "") ? -3 : -2).join(".");
  };

  /** @param {URL} url */
  const pageOf = ({ hostname, pathname, search }) =>
    `${hostname.replace(/^www\./, "")} ${pathname.replace(/\/+$/, "")} ${search}`;

  /**
   * What a name and a path speak for, best first.
   *
   * @param {string} said as `plain` makes it
   * @param {string[]} path
   * @param {string[]} rel
   * @param {boolean} isDocument whether it is the name of a document, not of a link among others
   * @returns {{ kind: Kind, score: number } | null}
   */
  const spoken = (said, path, rel, isDocument) => {
    /** @type {{ kind: Kind, score: number } | null} */
    let best = null;
    for (const [rank, { kind, rel: rels, words, slugs }] of named.entries()) {
      const phrase = longestIn(words, said);
      let score = pathPoints(slugs, path);
      if (rels.some((one) => rel.includes(one))) score += weights.rel;
      if (phrase) {
        score += said === phrase ? weights.text_exact : weights.text_contains;
        const extra = said.split(" ").length - phrase.split(" ").length;
        if (!UNSPACED.test(phrase)) score += weights.text_extra_word * extra;
      } else if (!score) continue;
      // A document with several words of a name bears it; “terms” alone can be about anything.
      if (!isDocument || !phrase.includes(" ")) score += weights.next_kind * rank;
      if (best === null || score > best.score) best = { kind, score };
    }
    if (best === null) return null;
    for (const { points, words } of missed) {
      if (longestIn(words, said) || path.some((part) => longestIn(words, part))) {
        best.score += points;
      }
    }
    return best;
  };

  /**
   * @param {Link} link
   * @param {URL} base
   * @param {boolean} late
   * @returns {{ url: string, kind: Kind, score: number } | null} null where nothing speaks for it
   */
  const judged = ({ text, url, rel = "" }, base, late) => {
    const path = PATH.exec(url)?.[1];
    if (path === undefined) return null;
    const rels = rel ? rel.toLowerCase().split(/\s+/) : [];
    const best = spoken(plain(text), slugsOf(path), rels, false);
    if (best === null || !URL.canParse(url)) return null;
    const to = new URL(url);
    let { score } = best;
    if (late) score += weights.late_in_page;
    score += siteOf(to.hostname) === siteOf(base.hostname) ? weights.same_site : weights.other_site;
    if (pageOf(to) === pageOf(base)) score += weights.same_page;
    to.hash = "";
    return { url: to.href, kind: best.kind, score };
  };

  /**
   * Links that may lead to a policy or terms, best first, each address once.
   *
   * @param {Link[]} links all links of a page, or of a part of it, in their order
   * @param {string} baseUrl
   */
  const candidates = (links, baseUrl) => {
    const base = new URL(baseUrl);
    const best = /** @type {Map<string, { url: string, kind: Kind, score: number }>} */ (new Map());
    for (const [position, link] of links.entries()) {
      const late = links.length > 1 && position / (links.length - 1) >= LATE_SHARE;
      const found = judged(link, base, late);
      if (!found || found.score < weights.least) continue;
      if (found.score > (best.get(found.url)?.score ?? -Infinity)) best.set(found.url, found);
    }
    return [...best.values()].sort((one, other) => other.score - one.score);
  };

  globalThis.policyNaming = {
    candidates,
    isNamed: (text, pathname) => {
      const said = plain(text);
      const path = slugsOf(pathname);
      const speaks = named.some(
        ({ words, slugs }) => longestIn(words, said) || pathPoints(slugs, path) > 0,
      );
      return (
        speaks && !elsewhere.some((words) => [said, ...path].some((one) => longestIn(words, one)))
      );
    },
    names: (text) => named.some(({ words }) => longestIn(words, plain(text))),
    saysAgree: (text) => longestIn(agreeing, plain(text)) !== "",
    isDocument: (texts, pathname) => {
      const path = slugsOf(pathname);
      const score = (/** @type {string} */ said) =>
        spoken(said, path, [], true)?.score ?? -Infinity;
      return Math.max(...["", ...texts].map((text) => score(plain(text)))) >= weights.least;
    },
  };
}
