/** What the browser around the page offers: paper and downloads. */

import { saveAs } from "../views/files.js";

/** On paper nothing can be opened with a click, so everything is open. */
export function unfoldForPrint() {
  /** @type {HTMLDetailsElement[]} */
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details")].filter((details) => !details.open);
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
}

/** @param {import("../views/shapes.js").AnyReport} report */
export function saveJson(report) {
  const blob = new Blob([JSON.stringify(report, null, 2)], {
    type: "application/json",
  });
  saveAs(blob, "privacy-report.json");
}
