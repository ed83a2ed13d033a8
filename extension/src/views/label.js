/** The "nutrition label": which data, what for, who gets it, for how long. */

import { h } from "./dom.js";
import { citedView } from "./quotes.js";

/** @typedef {import("./shapes.js").Cell} Cell */
/** @typedef {import("./shapes.js").LabelRow} LabelRow */
/** @typedef {import("./shapes.js").PolicyDetails} PolicyDetails */
/** @typedef {import("./shapes.js").TextSpan} TextSpan */

const COLUMNS = ["Data", "What for", "Shared with", "Kept", "Your choice"];

/** @param {Cell[]} cells */
function cellView(cells) {
  if (cells.length === 0) return h("td", { class: "not-said" }, "not said");
  return h(
    "td",
    {},
    h(
      "ul",
      { class: "cells" },
      cells.map(({ name, evidence }) => h("li", {}, citedView(name, evidence))),
    ),
  );
}

/** @param {LabelRow} row */
function dataView({ name, sensitivity, collected, shared, denied }) {
  const said = /** @type {[string, TextSpan[]][]} */ ([
    ["collected", collected],
    ["shared", shared],
    ["said not to be", denied],
  ]).filter(([, evidence]) => evidence.length > 0);
  return h(
    "th",
    { scope: "row" },
    name,
    sensitivity === "special" && h("span", { class: "sensitive" }, "especially protected"),
    said.length > 0 &&
      h(
        "ul",
        { class: "cells" },
        said.map(([word, evidence]) => h("li", {}, citedView(word, evidence))),
      ),
  );
}

/** @param {LabelRow} row */
function rowView(row) {
  return h(
    "tr",
    {},
    dataView(row),
    [row.purposes, row.shared_with, row.retention, row.choices].map(cellView),
  );
}

/**
 * @param {PolicyDetails} details
 * @returns {HTMLElement | null} null where the report names no data
 */
export function labelView({ label = [] }) {
  if (label.length === 0) return null;
  return h(
    "section",
    { class: "label", "aria-labelledby": "label-heading" },
    h("h2", { id: "label-heading" }, "Your data at a glance"),
    h(
      "p",
      { class: "section-note" },
      "Most sensitive first. Each entry leads to the words it rests on.",
    ),
    h(
      "div",
      {
        class: "table-scroll",
        tabindex: "0",
        role: "group",
        "aria-label": "Your data at a glance, table",
      },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            COLUMNS.map((name) => h("th", { scope: "col" }, name)),
          ),
        ),
        h("tbody", {}, label.map(rowView)),
      ),
    ),
  );
}
