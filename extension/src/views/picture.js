/** The one illustration: a page whose lines matter or do not. Decoration, so hidden from readers. */

import { h, svg } from "./dom.js";
import { gradeMark } from "./grade.js";

/** Lines of the drawn page: top, width, and whether the marker goes over it. */
const LINES = /** @type {const} */ ([
  [24, 152, false],
  [40, 168, false],
  [56, 140, false],
  [72, 160, true],
  [88, 92, true],
  [112, 166, false],
  [128, 150, false],
  [144, 120, true],
  [160, 168, false],
  [176, 134, false],
  [200, 158, false],
  [216, 168, true],
  [232, 70, false],
]);

/**
 * @param {"read" | "reading" | "unread"} state
 * @returns {HTMLElement}
 */
export function pictureView(state) {
  const lines = LINES.flatMap(([y, width, marked]) => {
    const line = svg("rect", { class: "line", x: 24, y, width, height: 5, rx: 2.5 });
    if (!marked || state === "unread") return [line];
    const stroke = { x: 20, y: y - 4.5, width: width + 8, height: 14, rx: 2 };
    return [svg("rect", { class: "marker", ...stroke }), line];
  });
  return h(
    "div",
    { class: `picture picture-${state}`, "aria-hidden": "true" },
    svg(
      "svg",
      { class: "picture-page", viewBox: "0 0 216 270", focusable: "false" },
      svg("rect", { class: "sheet", x: 1, y: 1, width: 214, height: 268, rx: 3 }),
      ...lines,
    ),
    state === "read" && gradeMark("D"),
    state === "unread" && gradeMark(null),
  );
}
