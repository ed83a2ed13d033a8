/** From what a person typed, dropped or pasted to what the service is asked to read. */

/** @typedef {import("./api.js").Source} Source */

/** The invented service of `sample.html`; `.example` names can never exist. */
export const SAMPLE_URL = "https://lumenpost.example/privacy";

/**
 * One address, or several parted by white space or commas. A missing scheme
 * becomes https.
 *
 * @param {string} typed
 * @returns {Source[]} empty where nothing was typed
 */
export function addressSources(typed) {
  const whole = typed.trim();
  const parts = whole.split(/[\s,;]+/).filter((part) => part !== "");
  const addresses = parts.every((part) => part.includes(".")) ? parts : [whole];
  return addresses
    .filter((address) => address !== "")
    .map((address) => ({
      kind: "url",
      url: /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `https://${address}`,
    }));
}

/** @param {Source} source */
export function sourceName(source) {
  switch (source.kind) {
    case "url":
    case "html":
      return URL.parse(source.url)?.hostname || source.url;
    case "file":
      return source.file.name;
    case "text":
      return "the pasted text";
  }
}

/**
 * What happens to one source between asking and answering, as far as the page knows.
 *
 * @param {Source} source
 */
export function readingWords(source) {
  return source.kind === "url"
    ? `Fetching ${sourceName(source)}, finding the policy and reading all of it`
    : "Reading every paragraph and checking it against the rules";
}
