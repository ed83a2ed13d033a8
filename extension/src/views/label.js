/** The "nutrition label": which data, what for, who gets it, for how long. */

import { h } from "./dom.js";

/** @typedef {import("./shapes.js").DataType} DataType */
/** @typedef {import("./shapes.js").PolicyDetails} PolicyDetails */

/** @param {string} heading @param {string[]} columns @param {(string | string[])[][]} rows */
function tableView(heading, columns, rows) {
  return h(
    "section",
    { class: "label", "aria-labelledby": "label-heading" },
    h("h2", { id: "label-heading" }, heading),
    h(
      "div",
      { class: "table-scroll", tabindex: "0", role: "group", "aria-label": heading },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            columns.map((name) => h("th", { scope: "col" }, name)),
          ),
        ),
        h(
          "tbody",
          {},
          rows.map(([name, ...cells]) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, ...[name ?? ""].flat()),
              cells.map((cell) => h("td", {}, [cell].flat().join(", ") || "not said")),
            ),
          ),
        ),
      ),
    ),
  );
}

/** @type {Record<DataType["action"], string>} */
const ACTIONS = {
  collected: "collected",
  not_collected: "said not to be collected",
  shared: "shared",
  not_shared: "said not to be shared",
};

/** @param {DataType[]} dataTypes */
function dataTypeRows(dataTypes) {
  /** @type {Map<string, Set<string>>} */
  const rows = new Map();
  for (const { type, action } of dataTypes) {
    rows.set(type, (rows.get(type) ?? new Set()).add(ACTIONS[action]));
  }
  return [...rows].map(([type, actions]) => [type, [...actions]]);
}

/**
 * @param {PolicyDetails} details
 * @returns {HTMLElement | null} null where the report names no data types
 */
export function labelView({ label = [], data_types: dataTypes = [] }) {
  if (label.length > 0) {
    return tableView(
      "Your data at a glance",
      ["Data", "What for", "Shared with", "Kept", "Your choice"],
      label.map((row) => [
        row.type,
        row.purposes,
        row.shared_with,
        row.retention ?? "",
        row.choices,
      ]),
    );
  }
  if (dataTypes.length > 0) {
    return tableView(
      "Your data at a glance",
      ["Data", "What happens to it"],
      dataTypeRows(dataTypes),
    );
  }
  return null;
}
