/** The one place that puts something on the screen and says it to screen readers. */

const TITLE = "Privacy Assistant";

export const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const status = /** @type {HTMLElement} */ (document.getElementById("status"));

/** @param {string} text read out by screen readers */
export function say(text) {
  status.textContent = text;
}

/**
 * Puts a view on the screen and the focus on its headline, so that keyboards
 * and screen readers follow.
 *
 * @param {HTMLElement} view
 * @param {{ title?: string, said?: string, focus?: boolean }} [how]
 */
export function show(view, { title = "", said = "", focus = true } = {}) {
  main.replaceChildren(view);
  document.title = title ? `${title} – ${TITLE}` : TITLE;
  say(said);
  if (focus) {
    window.scrollTo(0, 0);
    view.querySelector("h1")?.focus({ preventScroll: true });
  }
}
