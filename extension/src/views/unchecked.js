/** What was not examined, and why: said as plainly as what was found. */

import { h } from "./dom.js";

/**
 * @param {{ unchecked: { what: string, why: string }[] }} report
 * @returns {HTMLElement | null}
 */
export function uncheckedView({ unchecked }) {
  if (unchecked.length === 0) return null;
  return h(
    "section",
    { class: "unchecked", "aria-labelledby": "unchecked-heading" },
    h("h2", { id: "unchecked-heading" }, "Not checked"),
    h(
      "ul",
      {},
      unchecked.map(({ what, why }) => h("li", {}, h("strong", {}, what), h("span", {}, why))),
    ),
  );
}
