/** The document as it was read, for looking a quote up in its place. */

import { button, h } from "./dom.js";
import { codePoints } from "./passage.js";
import { practiceWords } from "./words.js";

/** @typedef {import("./shapes.js").Block} Block */
/** @typedef {import("./shapes.js").PolicyDetails} PolicyDetails */
/** @typedef {import("./shapes.js").Segment} Segment */

/**
 * Blocks of a text that came without structure: its lines.
 *
 * @param {string} text
 * @returns {Block[]}
 */
function lines(text) {
  /** @type {Block[]} */
  const blocks = [];
  let start = 0;
  for (const line of text.split("\n")) {
    const end = start + Array.from(line).length;
    if (end > start) blocks.push({ kind: "paragraph", start, end, level: 0, headings: [] });
    start = end + 1;
  }
  return blocks;
}

/** @param {Segment | undefined} segment */
function practicesView(segment) {
  const words = (segment?.practices ?? []).map(({ label }) => practiceWords(label));
  const named = words.filter((word) => word !== null);
  if (named.length === 0) return null;
  return h(
    "ul",
    { class: "practices", "aria-label": "This part is about" },
    named.map((word) => h("li", {}, word)),
  );
}

/**
 * Heading tags that never skip a level, whatever the page had; the pane's own title is the h2.
 *
 * @returns {(level: number) => "h3" | "h4" | "h5" | "h6"}
 */
function headingTags() {
  /** @type {number[]} */
  const open = [];
  return (level) => {
    while (open.length > 0 && Number(open.at(-1)) >= level) open.pop();
    open.push(level);
    const tags = /** @type {const} */ (["h3", "h4", "h5", "h6"]);
    return tags[Math.min(open.length, tags.length) - 1] ?? "h6";
  };
}

/**
 * @param {PolicyDetails} details
 * @returns {HTMLElement}
 */
export function documentView(details) {
  const points = codePoints(details.text);
  const blocks = details.blocks.length > 0 ? details.blocks : lines(details.text);
  const segments = [...details.segments].sort((one, other) => one.start - other.start);
  const tagFor = headingTags();
  const body = h("div", { class: "document-text" });
  let group = /** @type {HTMLElement | null} */ (null);

  for (const block of blocks) {
    /** @type {HTMLElement[]} */
    const labels = [];
    while (segments[0] !== undefined && segments[0].start < block.end) {
      const practices = practicesView(segments.shift());
      if (practices) labels.push(practices);
    }
    const text = h(
      "span",
      { "data-start": block.start, "data-end": block.end },
      points.slice(block.start, block.end),
    );
    if (labels.length > 0) group = null;
    if (block.kind === "list_item" || block.kind === "table_row") {
      const kind = block.kind === "list_item" ? "document-list" : "document-table";
      if (group?.className !== kind) {
        group = h("ul", { class: kind });
        body.append(...labels, group);
      }
      group.append(h("li", { "data-level": Math.min(Math.max(block.level, 1), 4) }, text));
    } else {
      group = null;
      body.append(...labels, h(block.kind === "heading" ? tagFor(block.level) : "p", {}, text));
    }
  }

  return h(
    "section",
    { class: "document", "aria-labelledby": "document-heading" },
    h(
      "header",
      { class: "document-header" },
      h("h2", { id: "document-heading" }, "The document"),
      h("p", { class: "fine" }, details.title || "As the assistant read it"),
      button("Back to where you were", { class: "text-button document-back", hidden: true }),
    ),
    h(
      "div",
      {
        class: "document-scroll",
        tabindex: "0",
        role: "group",
        "aria-label": "Text of the document",
      },
      body,
    ),
  );
}
