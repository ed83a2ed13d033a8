/**
 * What the extension takes from others (`npm run assemble`), and what is missing of it. A bare clone
 * has none of it: then what needs it stays off, and the rest works.
 */

/**
 * A package in `vendor/`. `url` gives the address of one of its files.
 *
 * @typedef {object} Vendored
 * @property {string} name
 * @property {string} version
 * @property {string} licence
 * @property {(file: string) => string} url
 */

/** @typedef {{name: string, version: string, licence: string, files: {path: string}[]}} Entry */

/** @type {Promise<Entry[]> | null} */
let there = null;

/**
 * JSON of a file of the extension; null where it is not there.
 *
 * @param {string} path
 */
async function read(path) {
  try {
    const answer = await fetch(chrome.runtime.getURL(path));
    return answer.ok ? await answer.json() : null;
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * A package, where it is here.
 *
 * @param {string} name As in `src/shared/vendored.json`.
 * @returns {Promise<Vendored | null>}
 */
export async function vendored(name) {
  there ??= read("vendor/vendor.json").then((entries) => entries ?? []);
  const entry = (await there).find((each) => each.name === name);
  if (!entry) return null;
  return {
    name,
    version: entry.version,
    licence: entry.licence,
    url: (file) => chrome.runtime.getURL(`vendor/${name}/${file}`),
  };
}

/**
 * What is missing, with what it would be for.
 *
 * @returns {Promise<{name: string, purpose: string}[]>}
 */
export async function missing() {
  /** @type {{name: string, purpose: string}[]} */
  const wanted = (await read("src/shared/vendored.json")) ?? [];
  const found = await Promise.all(wanted.map((each) => vendored(each.name)));
  return wanted
    .filter((_, index) => !found[index])
    .map((each) => ({ name: each.name, purpose: each.purpose }));
}
