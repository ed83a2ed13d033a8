/** Cutting and marking text by code points, as reports count it. */

/** @typedef {{ start: number, end: number }} Stretch */

/**
 * Cuts `text` by code points, which JavaScript's own offsets are not.
 *
 * @param {string} text
 * @returns {{ length: number, slice: (start: number, end: number) => string }}
 */
export function codePoints(text) {
  if (!/[\uD800-\uDFFF]/.test(text)) return text;
  const points = Array.from(text);
  return {
    length: points.length,
    slice: (start, end) => points.slice(start, end).join(""),
  };
}

/**
 * Marks `span` inside every element that carries `data-start` and `data-end`,
 * and takes earlier marks away. One mark a block: joined by newlines, their
 * text is the quote.
 *
 * @param {Element} root
 * @param {string} text the report's `details.text`
 * @param {Stretch} span
 * @returns {HTMLElement[]} the marks, in document order
 */
export function markPassage(root, text, span) {
  const points = codePoints(text);
  const marks = [];
  for (const block of root.querySelectorAll("[data-start]")) {
    if (!(block instanceof HTMLElement)) continue;
    const start = Number(block.dataset.start);
    const end = Number(block.dataset.end);
    const from = Math.max(start, span.start);
    const to = Math.min(end, span.end);
    if (from < to) {
      const mark = document.createElement("mark");
      mark.tabIndex = -1;
      mark.textContent = points.slice(from, to);
      block.replaceChildren(points.slice(start, from), mark, points.slice(to, end));
      marks.push(mark);
    } else if (block.querySelector("mark")) {
      block.replaceChildren(points.slice(start, end));
    }
  }
  return marks;
}
