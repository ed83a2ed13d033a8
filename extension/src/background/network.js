/**
 * Which events of the network are asked for. Every one costs the page that it tells of, whatever is
 * done with it (`python -m tests.benchmarks --only extension`).
 */

/** Firefox shows all headers without being asked; to Chromium the word is unknown elsewhere. */
export const IS_CHROMIUM = "EXTRA_HEADERS" in (chrome.webRequest.OnSendHeadersOptions ?? {});

const urls = ["<all_urls>"];
const EXTRA = /** @type {any[]} */ (IS_CHROMIUM ? ["extraHeaders"] : []);
const PLAIN = /** @type {const} */ (["image", "script", "stylesheet", "font"]);

/**
 * What carries no body and ends soon, which is most of what a page loads. In Chromium it is told
 * twice, when it was sent and when it has come, instead of four times.
 *
 * @type {ReadonlySet<string>}
 */
export const TOLD_LESS = new Set(IS_CHROMIUM ? PLAIN : []);

/**
 * `onAsked` and `onAnswer` are not told of what is told less; `onDone` has its headers.
 *
 * @typedef {{
 *   onAsked: (details: chrome.webRequest.OnBeforeRequestDetails) => void,
 *   onSent: (details: chrome.webRequest.OnSendHeadersDetails) => void,
 *   onAnswer: (details: chrome.webRequest.OnHeadersReceivedDetails) => void,
 *   onRedirect: (details: chrome.webRequest.OnBeforeRedirectDetails) => void,
 *   onDone: (details: chrome.webRequest.OnCompletedDetails) => void,
 *   onFailed: (details: chrome.webRequest.OnErrorOccurredDetails) => void,
 * }} Takers
 */

/** @param {Takers} takers */
export function watchNetwork({ onAsked, onSent, onAnswer, onRedirect, onDone, onFailed }) {
  const { webRequest } = chrome;
  const all = { urls };
  const most = Object.values(webRequest.ResourceType ?? {}).filter((type) => !TOLD_LESS.has(type));
  const others = IS_CHROMIUM ? { urls, types: most } : all;
  webRequest.onBeforeRequest.addListener((details) => void onAsked(details), others, [
    "requestBody",
  ]);
  webRequest.onSendHeaders.addListener(onSent, all, ["requestHeaders", ...EXTRA]);
  webRequest.onHeadersReceived.addListener((details) => void onAnswer(details), others, [
    "responseHeaders",
    ...EXTRA,
  ]);
  webRequest.onBeforeRedirect.addListener(onRedirect, all, ["responseHeaders", ...EXTRA]);
  webRequest.onCompleted.addListener(onDone, others);
  if (IS_CHROMIUM) {
    const plain = { urls, types: [...PLAIN] };
    webRequest.onCompleted.addListener((details) => onDone(details), plain, [
      "responseHeaders",
      ...EXTRA,
    ]);
  }
  webRequest.onErrorOccurred.addListener(onFailed, all);
}
