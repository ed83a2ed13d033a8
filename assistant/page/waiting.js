/** What is shown while the service works: what is being done, and for how long it has been. */

import { show } from "./screen.js";
import { readingWords, sourceName } from "./sources.js";
import { loadingView } from "../views/loading.js";

/** @typedef {import("./api.js").Source} Source */

export const LONG_WAIT = "A long document or a slow site can take half a minute.";

/**
 * Shows a view of waiting and keeps its seconds running until stopped.
 *
 * @param {HTMLElement} view
 * @param {string} title what is being waited for
 * @param {number} [begun_ms] when the waiting began
 * @returns {() => void} stops the clock
 */
export function showWaiting(view, title, begun_ms = Date.now()) {
  show(view, { title: "Reading", said: title });
  const clock = view.querySelector(".elapsed");
  const timer = setInterval(() => {
    if (clock) clock.textContent = `${Math.round((Date.now() - begun_ms) / 1000)} s so far.`;
  }, 1000);
  return () => clearInterval(timer);
}

/**
 * Shows how far the reading is and keeps the seconds running until stopped.
 *
 * @param {Source[]} sources
 * @param {number} current position of the source being read
 * @param {number} begun_ms when the reading began
 * @returns {() => void} stops the clock
 */
export function showProgress(sources, current, begun_ms) {
  const several = sources.length > 1;
  const steps = sources.map((source, position) => ({
    text: several ? sourceName(source) : readingWords(source),
    state: /** @type {"done" | "now" | "later"} */ (
      position < current ? "done" : position === current ? "now" : "later"
    ),
  }));
  const source = /** @type {Source} */ (sources[current]);
  const title = several
    ? `Reading ${current + 1} of ${sources.length}`
    : `Reading ${sourceName(source)}`;
  const view = loadingView({
    title,
    steps: several
      ? [...steps, { text: "Put them side by side", state: "later" }]
      : [
          { text: "Handed to the assistant on this computer", state: "done" },
          ...steps,
          { text: "Show the report", state: "later" },
        ],
    note: LONG_WAIT,
  });
  return showWaiting(view, title, begun_ms);
}
