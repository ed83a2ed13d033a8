/** Finds a passage in a page as it is shown, highlights it there and brings it into sight. */

/**
 * `letters` of the page's text tell whether it still grows; `unread` is a page without end.
 *
 * @typedef {{ found: "whole" | "part" | "none" | "unread" | "pdf", letters: number }} Sighting
 */

/**
 * Runs in the page, so it uses nothing from here. Compares letters and digits only: white space,
 * hyphens, quotation marks, bullets and the borders of elements are not what a text says.
 *
 * @param {string[]} lines the passage; what stands between two of them may be a list's number
 * @param {string} before the words before it, which tell one of several places
 * @param {string} name of the highlight
 * @param {boolean} partly whether a part of it is enough
 * @returns {Promise<Sighting>}
 */
export async function markInPage(lines, before, name, partly) {
  const MOST_LETTERS = 5_000_000;
  const MOST_PLACES = 50;
  const MOST_OPENED = 5;
  const MOST_TRIED = 5;
  const DEEPEST = 20;
  /** Letters between two lines: a list's number, not another sentence. */
  const GAP = 10;
  /** A shorter run of letters may be the middle of another word. */
  const LONG = 12;
  const RUN_WORDS = 6;
  const RUN_LETTERS = 24;
  const OPENS_WITHIN_MS = 600;
  const SETTLES_MS = 250;
  const ends = performance.now() + 3_000;
  /** What the service leaves out of a page's text as well. */
  const SKIPPED = new Set(
    (
      "script style noscript template svg math iframe object embed video audio canvas select " +
      "datalist map applet noframes del s strike picture meter progress rp rt textarea head"
    ).split(" "),
  );

  /** @typedef {{ start: number, end: number }} Place of the page's letters */

  const isLate = () => performance.now() > ends;
  const wait = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));
  const plain = (/** @type {string} */ text) =>
    text
      .toLowerCase()
      .normalize("NFKD")
      .replace(/[^\p{L}\p{N}]+/gu, "")
      .replaceAll("ς", "σ");

  if (document.contentType === "application/pdf") return { found: "pdf", letters: 0 };

  // The page's letters, and the text node in which each run of them stands.
  const nodes = /** @type {Text[]} */ ([]);
  const starts = /** @type {number[]} */ ([]);
  const runs = /** @type {string[]} */ ([]);
  let length = 0;

  /** @param {Element} element */
  function isSkipped(element) {
    if (element.localName !== "button") return SKIPPED.has(element.localName);
    return !element.hasAttribute("aria-expanded") && !element.hasAttribute("aria-controls");
  }

  /** @param {Node} root @param {number} depth of shadow trees */
  function read(root, depth) {
    const walker = document.createTreeWalker(
      root,
      NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
      (node) =>
        node instanceof Element && isSkipped(node)
          ? NodeFilter.FILTER_REJECT
          : NodeFilter.FILTER_ACCEPT,
    );
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (length > MOST_LETTERS || isLate()) return;
      if (node instanceof Text) {
        const run = plain(node.data);
        if (run === "") continue;
        nodes.push(node);
        starts.push(length);
        runs.push(run);
        length += run.length;
      } else if (node instanceof Element && node.shadowRoot && depth < DEEPEST) {
        read(node.shadowRoot, depth + 1);
      }
    }
  }

  read(document, 0);
  const page = runs.join("");

  /** Where in its text node a letter of the page stands. @param {number} letter */
  function spot(letter) {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (Number(starts[middle]) <= letter) low = middle;
      else high = middle - 1;
    }
    const node = /** @type {Text} */ (nodes[low]);
    let left = letter - Number(starts[low]);
    let from = 0;
    for (const character of node.data) {
      left -= plain(character).length;
      if (left < 0) return { node, from, to: from + character.length };
      from += character.length;
    }
    return { node, from: 0, to: node.length };
  }

  /** Whether a place begins or ends inside of a word. @param {Place} place */
  function cutsWord({ start, end }) {
    const [first, last] = [spot(start), spot(end - 1)];
    return (
      /[\p{L}\p{N}]$/u.test(first.node.data.slice(Math.max(0, first.from - 2), first.from)) ||
      /^[\p{L}\p{N}]/u.test(last.node.data.slice(last.to, last.to + 2))
    );
  }

  /** @param {string} letters @returns {Place[]} */
  function placesOf(letters) {
    const found = /** @type {Place[]} */ ([]);
    let at = letters === "" ? -1 : page.indexOf(letters);
    while (at >= 0 && found.length < MOST_PLACES && !isLate()) {
      const place = { start: at, end: at + letters.length };
      if (letters.length >= LONG || !cutsWord(place)) found.push(place);
      at = page.indexOf(letters, at + 1);
    }
    return found;
  }

  /** @param {Place} place */
  function rangeOf({ start, end }) {
    const range = document.createRange();
    const [first, last] = [spot(start), spot(end - 1)];
    range.setStart(first.node, first.from);
    // The full stop belongs to the sentence.
    const stop = /^[\p{Po}\p{Pf}\p{Pe}"']+/u.exec(last.node.data.slice(last.to, last.to + 3));
    range.setEnd(last.node, last.to + (stop?.[0].length ?? 0));
    return range;
  }

  /** The element around a node, also out of a shadow tree. @param {Node} node */
  function above({ parentNode }) {
    return parentNode instanceof ShadowRoot ? parentNode.host : parentNode;
  }

  /** @param {Node} node @returns {Element[]} innermost first */
  function around(node) {
    const found = [];
    for (let one = above(node); one instanceof Element; one = above(one)) found.push(one);
    return found;
  }

  /** @param {Place[]} places */
  function isShown(places) {
    return places.every((place) => {
      const range = rangeOf(place);
      const parent = range.startContainer.parentElement;
      if (!parent?.checkVisibility({ visibilityProperty: true })) return false;
      const { right, width, height } = parent.getBoundingClientRect();
      return width > 1 && height > 1 && right + scrollX > 0;
    });
  }

  /** What a click opens a part of the page by, without leaving the page. @param {Element} part */
  function openerOf(part) {
    if (part.id === "") return undefined;
    const root = /** @type {Document | ShadowRoot} */ (part.getRootNode());
    return [...root.querySelectorAll("[aria-controls]")].find((one) => {
      const closed =
        one.getAttribute("aria-expanded") === "false" ||
        one.getAttribute("aria-selected") === "false";
      const names = (one.getAttribute("aria-controls") ?? "").split(/\s+/);
      if (!closed || !names.includes(part.id) || !(one instanceof HTMLElement)) return false;
      if (one instanceof HTMLAnchorElement) return /^(?:#|$)/.test(one.getAttribute("href") ?? "");
      if (one instanceof HTMLButtonElement) return one.form === null || one.type === "button";
      return ["tab", "button"].includes(one.getAttribute("role") ?? "");
    });
  }

  /** Opens what a passage is folded away in, as a search in the page would. @param {Place[]} places */
  async function open(places) {
    const ways = places.flatMap((place) => around(rangeOf(place).startContainer));
    for (const one of ways) {
      if (one instanceof HTMLDetailsElement) one.open = true;
      if (one.getAttribute("hidden") === "until-found") {
        one.dispatchEvent(new Event("beforematch", { bubbles: true }));
        one.removeAttribute("hidden");
      }
    }
    if (isShown(places)) return;
    for (const one of ways.reverse()) {
      const opener = one.checkVisibility() ? undefined : openerOf(one);
      if (opener instanceof HTMLElement) opener.click();
    }
    const until = performance.now() + OPENS_WITHIN_MS;
    while (!isShown(places) && performance.now() < until) await wait(50);
  }

  /** How many letters before a place are those before the passage. @param {Place[]} places */
  function likeness([first]) {
    const known = plain(before);
    const start = first?.start ?? 0;
    let same = 0;
    while (same < known.length && known.at(-1 - same) === page[start - 1 - same]) same += 1;
    return same;
  }

  /**
   * The place to show: in sight rather than folded away, and after the right words.
   *
   * @param {Place[][]} choices
   */
  async function choose(choices) {
    const likely = choices
      .map((places) => ({ places, same: likeness(places) }))
      .sort((one, other) => other.same - one.same)
      .map(({ places }) => places);
    const shown = likely.find(isShown);
    if (shown) return shown;
    for (const places of likely.slice(0, MOST_OPENED)) {
      await open(places);
      if (isShown(places)) return places;
    }
    return null;
  }

  const wanted = lines.map(plain).filter((line) => line !== "");

  /** All lines in order around one of them, or null. @param {number} middle @param {Place} place */
  function linesAround(middle, place) {
    const found = [place];
    let { start, end } = place;
    for (const line of wanted.slice(middle + 1)) {
      const at = page.slice(end, end + GAP + line.length).indexOf(line);
      if (at < 0) return null;
      found.push({ start: end + at, end: end + at + line.length });
      end += at + line.length;
    }
    for (const line of wanted.slice(0, middle).reverse()) {
      const from = Math.max(0, start - GAP - line.length);
      const at = page.slice(from, start).lastIndexOf(line);
      if (at < 0) return null;
      found.unshift({ start: from + at, end: from + at + line.length });
      start = from + at;
    }
    return found;
  }

  async function findWhole() {
    const together = await choose(placesOf(wanted.join("")).map((place) => [place]));
    if (together || wanted.length < 2) return together;
    const longest = wanted.reduce(
      (best, line, at) => (line.length > (wanted[best] ?? "").length ? at : best),
      0,
    );
    const apart = placesOf(wanted[longest] ?? "").map((place) => linesAround(longest, place));
    return choose(apart.filter((one) => one !== null));
  }

  /** Runs of words of the passage that the page has and that no longer one holds; longest first. */
  function runsOfWords() {
    const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });
    const words = lines.flatMap((line) => {
      const all = [...segmenter.segment(line)].map(({ segment }) => plain(segment));
      return all.filter((word) => word !== "");
    });
    const found = [];
    let to = 0;
    for (let from = 0; from < words.length && !isLate(); from += 1) {
      const reached = to;
      to = Math.max(to, from);
      while (to < words.length && page.includes(words.slice(from, to + 1).join(""))) to += 1;
      const letters = words.slice(from, to).join("");
      if (to > Math.max(reached, from)) found.push({ from, to, letters });
    }
    return found.sort((one, other) => other.letters.length - one.letters.length);
  }

  async function findPart() {
    const found = runsOfWords();
    const telling = found.filter(
      ({ from, to, letters }) =>
        (to - from >= RUN_WORDS && letters.length >= RUN_LETTERS) ||
        (letters.length >= LONG && wanted.includes(letters)),
    );
    for (const run of telling.slice(0, MOST_TRIED)) {
      const places = placesOf(run.letters);
      const shown = places.filter((place) => isShown([place]));
      const [only] = shown.length > 0 ? shown : places;
      if (!only || shown.length > 1 || (shown.length === 0 && places.length > 1)) continue;
      const place = await choose([[only]]);
      if (place) return withNeighbours(run, only, found);
    }
    return null;
  }

  /**
   * The other runs of the passage that stand close by: one word between them was changed.
   *
   * @param {{ from: number, to: number }} run
   * @param {Place} place
   * @param {{ from: number, to: number, letters: string }[]} others
   */
  function withNeighbours(run, place, others) {
    const near = wanted.join("").length;
    const found = [place];
    let { from, to } = run;
    let { start, end } = place;
    for (const other of others.filter(({ letters }) => letters.length >= LONG)) {
      if (other.from >= to) {
        const at = page.slice(end, end + near).indexOf(other.letters);
        if (at < 0) continue;
        found.push({ start: end + at, end: end + at + other.letters.length });
        end += at + other.letters.length;
        to = other.to;
      } else if (other.to <= from) {
        const first = Math.max(0, start - near);
        const at = page.slice(first, start).lastIndexOf(other.letters);
        if (at < 0) continue;
        found.unshift({ start: first + at, end: first + at + other.letters.length });
        start = first + at;
        from = other.from;
      }
    }
    return found.filter((one) => isShown([one]));
  }

  /** @param {Range[]} ranges */
  function bounds(ranges) {
    const boxes = ranges.map((range) => range.getBoundingClientRect());
    return {
      top: Math.min(...boxes.map(({ top }) => top)),
      bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
    };
  }

  /** Scrolls everything around the passage so that its middle is in the middle. @param {Range[]} ranges */
  function bringIntoSight(ranges) {
    const [first] = ranges;
    if (!first) return;
    for (const one of around(first.startContainer)) {
      const isPage = one === document.scrollingElement;
      const scrolls =
        one.scrollHeight > one.clientHeight + 1 &&
        (isPage || /auto|scroll/.test(getComputedStyle(one).overflowY));
      if (!scrolls) continue;
      const box = isPage ? { top: 0, height: innerHeight } : one.getBoundingClientRect();
      const { top, bottom } = bounds(ranges);
      const fits = bottom - top < box.height * 0.8;
      const by = fits
        ? (top + bottom) / 2 - (box.top + box.height / 2)
        : top - (box.top + box.height * 0.2);
      one.scrollBy({ top: by, behavior: "instant" });
    }
  }

  const whole = await findWhole();
  const places = whole ?? (partly ? await findPart() : null);
  if (places === null) {
    return { found: isLate() || length > MOST_LETTERS ? "unread" : "none", letters: length };
  }
  const ranges = places.map(rangeOf);
  const highlight = new Highlight(...ranges);
  highlight.priority = 1_000;
  CSS.highlights.set(name, highlight);
  bringIntoSight(ranges);
  // From here on Tab and a screen reader go on from the passage.
  getSelection()?.collapse(ranges[0]?.startContainer ?? null, ranges[0]?.startOffset);
  await wait(SETTLES_MS);
  bringIntoSight(ranges);
  return { found: whole ? "whole" : "part", letters: length };
}
