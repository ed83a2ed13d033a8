/**
 * Who owns a host, without the service: the program's own table (`src/generated/owners.json`) and
 * its way of looking things up (`assistant/site/who/owners.py`).
 */

import { loadSuffixes, plainHost } from "./domains.js";

/** @typedef {import("./domains.js").Suffixes} Suffixes */

/**
 * A service: name, company ("" where it is the name), indexes of its categories, its domains parted
 * by spaces.
 *
 * @typedef {[name: string, company: string, categories: number[], domains: string]} Row
 */

/** @typedef {{categories: string[], tracking: number[], services: Row[]}} OwnerRows */

/**
 * `tracks`: whether its owner is known to follow people on other sites than its own.
 *
 * @typedef {{name: string, company: string, categories: string[], tracks: boolean}} Owner
 */

/** The longest domain that is the host, or that the host lies in, decides. */
export class OwnerTable {
  /** @type {Map<string, Owner>} */
  #services = new Map();
  #suffixes;

  /**
   * @param {OwnerRows} table
   * @param {Suffixes} suffixes
   */
  constructor(table, suffixes) {
    const tracking = new Set(table.tracking);
    for (const [name, company, kinds, domains] of table.services) {
      const owner = {
        name,
        company: company || name,
        categories: kinds.map((kind) => table.categories[kind] ?? "other"),
        tracks: kinds.some((kind) => tracking.has(kind)),
      };
      for (const domain of domains.split(" ")) this.#services.set(domain, owner);
    }
    this.#suffixes = suffixes;
  }

  /**
   * The owner of a host; null where nobody knows. A host under a domain where everybody can have a
   * name has its own registrable domain for a company: a site does not belong to whoever lends it
   * the name.
   *
   * @param {string} host
   * @returns {Owner | null}
   */
  ofHost(host) {
    const plain = plainHost(host);
    for (let domain = plain; domain; domain = domain.slice((domain + ".").indexOf(".") + 1)) {
      const owner = this.#services.get(domain);
      if (!owner) continue;
      const site = this.#suffixes.registrable(plain);
      return site.length <= domain.length ? owner : { ...owner, company: site };
    }
    return null;
  }
}

/** @type {Promise<OwnerTable> | null} */
let loading = null;

/** The table that comes with the extension, read at the first call. */
export function loadOwners() {
  loading ??= read().catch((error) => {
    loading = null; // the next call tries again
    throw error;
  });
  return loading;
}

async function read() {
  const answer = await fetch(chrome.runtime.getURL("src/generated/owners.json"));
  return new OwnerTable(await answer.json(), await loadSuffixes());
}

/**
 * The owner of a host; null where nobody knows.
 *
 * @param {string} host
 */
export async function ownerOf(host) {
  return (await loadOwners()).ofHost(host);
}
