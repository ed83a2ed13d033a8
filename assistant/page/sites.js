/** A site on the page: looked at by the service, or rated from a record, and waited for. */

import { rateSite, ServiceProblem } from "./api.js";
import { addressSources } from "./sources.js";
import { LONG_WAIT, showWaiting } from "./waiting.js";
import { loadingView } from "../views/loading.js";

/** @typedef {import("./api.js").SiteSource} SiteSource */
/** @typedef {import("../views/shapes.js").OpenSite} OpenSite */

const ONE_AT_A_TIME = {
  code: "invalid-url",
  message: "Several addresses were given, and sites are rated one at a time.",
  hint: "Give the address of one page.",
};
const NO_ADDRESS = {
  code: "empty-input",
  message: "No address was given.",
  hint: "Give the address of any page of the site.",
};
const NO_RECORD = {
  code: "malformed-observation",
  message: "The file is no JSON, so it is no record of a site.",
  hint: "Give a record as the browser wrote it.",
};

/** Whether a file is a record of a site. @param {File} file */
export function isRecord(file) {
  return file.type === "application/json" || /\.json$/i.test(file.name);
}

/**
 * The one page that was typed.
 *
 * @param {string} text
 * @param {boolean} browser
 * @returns {SiteSource}
 * @throws {ServiceProblem} nothing, or more than one, was typed
 */
export function siteOf(text, browser) {
  const [source, ...more] = addressSources(text);
  if (source?.kind !== "url") throw new ServiceProblem(NO_ADDRESS);
  if (more.length > 0) throw new ServiceProblem(ONE_AT_A_TIME);
  return { url: source.url, browser };
}

/**
 * @param {File} file
 * @returns {Promise<SiteSource>}
 * @throws {ServiceProblem} the file is no JSON
 */
export async function recordOf(file) {
  try {
    return { observation: JSON.parse(await file.text()) };
  } catch (error) {
    if (error instanceof SyntaxError) throw new ServiceProblem(NO_RECORD);
    throw error;
  }
}

/** @param {SiteSource} source @returns {[title: string, step: string, note: string]} */
function waitingWords(source) {
  if (!("url" in source)) {
    return [
      "Rating a record",
      "Reading the record and asking who is behind each address",
      "This takes some seconds.",
    ];
  }
  const name = URL.parse(source.url)?.hostname || source.url;
  return source.browser
    ? [
        `Looking at ${name}`,
        "Visiting the page in a browser of its own, then finding and reading its policy",
        "The page is visited more than once, which can take some minutes.",
      ]
    : [
        `Looking at ${name}`,
        "Fetching the page and seeing whom it names, then finding and reading its policy",
        LONG_WAIT,
      ];
}

/**
 * Shows that a site is being looked at, until it is rated.
 *
 * @param {SiteSource} source
 * @param {AbortSignal} signal
 * @returns {Promise<OpenSite>}
 */
export async function rate(source, signal) {
  const [title, step, note] = waitingWords(source);
  const view = loadingView({
    title,
    steps: [
      { text: "Handed to the assistant on this computer", state: "done" },
      { text: step, state: "now" },
      { text: "Show the report", state: "later" },
    ],
    note,
  });
  const stop = showWaiting(view, title);
  try {
    return await rateSite(source, signal);
  } finally {
    stop();
  }
}
