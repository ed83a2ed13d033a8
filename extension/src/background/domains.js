/**
 * Registrable domains of hosts, as the service tells them (`assistant/site/who/domains.py`).
 *
 * Needs no package: the public suffixes come with the extension (`src/generated/suffixes.json`).
 */

/**
 * `under`: top-level domain → public suffixes under it without their last label.
 *
 * @typedef {{under: Record<string, string>}} SuffixTable
 */

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|.*:.*)$/;
const IMPOSSIBLE = /[^!-~]|[/\\@?#%<>"']/;
const LONGEST_HOST = 253;

/**
 * A host as it is compared: lower case, no brackets, no trailing dot; "" for none that can exist.
 *
 * @param {string} host As `URL` gives it: in ASCII.
 */
export function plainHost(host) {
  const plain = host
    .trim()
    .toLowerCase()
    .replace(/^[[\]]+|[[\]]+$/g, "")
    .replace(/\.$/, "");
  return plain.length <= LONGEST_HOST && !IMPOSSIBLE.test(plain) ? plain : "";
}

/** Public suffixes, and what somebody can register under them. */
export class Suffixes {
  #rules = new Set();
  #wild = new Set();
  #exceptions = new Set();

  /** @param {SuffixTable} table */
  constructor(table) {
    for (const [last, rules] of Object.entries(table.under)) {
      for (const rule of rules.split(" ")) this.#add(`${rule}.${last}`);
    }
  }

  /** @param {string} rule */
  #add(rule) {
    if (rule.startsWith("!")) this.#exceptions.add(rule.slice(1));
    else if (rule.startsWith("*.")) this.#wild.add(rule.slice(2));
    else this.#rules.add(rule);
  }

  /**
   * The part of a host that somebody registered: one label below a public suffix. An IP address, a
   * single label and a public suffix stand for themselves.
   *
   * @param {string} host As `plainHost` gives it.
   * @returns {string}
   */
  registrable(host) {
    if (ADDRESS.test(host)) return host;
    let below = host;
    let rest = host;
    while (rest.includes(".")) {
      const parent = rest.slice(rest.indexOf(".") + 1);
      if (this.#exceptions.has(rest)) return rest;
      if (this.#rules.has(rest) || this.#wild.has(parent)) return below;
      below = rest;
      rest = parent;
    }
    return below;
  }
}

/** @type {Promise<Suffixes> | null} */
let loading = null;

/** The suffixes that come with the extension, read at the first call. */
export function loadSuffixes() {
  loading ??= fetch(chrome.runtime.getURL("src/generated/suffixes.json"))
    .then((answer) => answer.json())
    .then((table) => new Suffixes(table))
    .catch((error) => {
      loading = null; // the next call tries again
      throw error;
    });
  return loading;
}
