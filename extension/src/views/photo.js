/** One photo before it is shared: what it gives away, where in the picture, and the clean copy. */

import { announce, announcer, h, svg } from "./dom.js";
import { gradeMark } from "./grade.js";
import { mapView } from "./map.js";
import { uncheckedView } from "./unchecked.js";
import { counted, gradeWords, percent, SEVERITIES, SEVERITY_WORDS } from "./words.js";

/** @typedef {import("./shapes.js").OpenPhoto} OpenPhoto */
/** @typedef {import("./shapes.js").PhotoFinding} PhotoFinding */
/** @typedef {import("./shapes.js").PhotoReport} PhotoReport */
/** @typedef {import("./shapes.js").Region} Region */

/** What can be covered together, by the kinds of regions. */
export const COVERS = /** @type {const} */ ([
  ["faces", "Faces"],
  ["codes", "Codes"],
  ["text", "Private text"],
]);

/** @typedef {(typeof COVERS)[number][0]} Cover */

/** @param {Region} region @returns {Cover} */
export function coverOf({ kind }) {
  return kind === "face" ? "faces" : kind.endsWith("code") ? "codes" : "text";
}

/**
 * The picture with a box around everything that was found in it.
 *
 * @param {OpenPhoto} open
 */
function pictureView({ report, url }) {
  const { width, height, regions } = report.details;
  const picture = h("img", { src: url, alt: `The photo ${report.subject.name}` });
  if (width === 0 || height === 0) return h("figure", { class: "photo-picture" }, picture);
  const boxes = regions.map((region, number) =>
    svg(
      "rect",
      {
        class: `region region-${coverOf(region)}`,
        x: region.x,
        y: region.y,
        width: region.width,
        height: region.height,
        "data-number": number,
      },
      svg("title", {}, region.what),
    ),
  );
  const overlay = svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": regionsWords(regions) },
    ...boxes,
  );
  return h(
    "figure",
    { class: "photo-picture" },
    h("div", { class: "photo-frame" }, picture, regions.length > 0 && overlay),
    h("figcaption", { class: "fine" }, regionsWords(regions)),
  );
}

/** @param {Region[]} regions */
function regionsWords(regions) {
  const told = COVERS.map(([cover, name]) => {
    const count = regions.filter((region) => coverOf(region) === cover).length;
    return count === 0 ? null : `${name.toLowerCase()}: ${count}`;
  }).filter((words) => words !== null);
  return told.length === 0 ? "Nothing was marked in the picture." : `Marked – ${told.join(", ")}.`;
}

/** @param {PhotoReport} report */
function verdictView({ verdict, rating, subject, details }) {
  const size = details.width ? `${details.width} × ${details.height}` : "size unknown";
  return h(
    "header",
    { class: "verdict" },
    h(
      "p",
      { class: "verdict-about" },
      h("span", { class: "verdict-kind" }, "Photo ", h("b", {}, subject.name)),
      [
        details.format.toUpperCase(),
        size,
        `${counted(details.metadata.length, "value")} in the file`,
      ].map((part) => h("span", {}, part)),
    ),
    h("h1", { tabindex: "-1", class: "verdict-text" }, verdict.text),
    h(
      "div",
      { class: "verdict-grade" },
      gradeMark(rating.grade),
      h(
        "div",
        {},
        h("p", { class: "grade-words" }, gradeWords(rating.grade)),
        h(
          "p",
          { class: "grade-note" },
          rating.score === null
            ? "Nothing could be rated."
            : `${rating.score} of 100. The assistant is ${percent(rating.confidence)} sure of this.`,
        ),
        rating.gates.length > 0 &&
          h("p", { class: "grade-note" }, "Held back, because not all of the file could be read."),
      ),
    ),
  );
}

/** @param {PhotoFinding} finding */
function evidenceView({ evidence }) {
  const values = evidence.flatMap((piece) =>
    piece.type === "metadata_field" ? [[`${piece.group} ${piece.tag}`, piece.value]] : [],
  );
  if (values.length === 0) return null;
  return h(
    "dl",
    { class: "facts" },
    values.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
}

/** @param {PhotoFinding} finding */
function findingView(finding) {
  return h(
    "li",
    {},
    h(
      "details",
      {},
      h(
        "summary",
        {},
        h("span", {}, finding.title),
        h("span", { class: "said" }, ` ${SEVERITY_WORDS[finding.severity]}`),
      ),
      h("p", {}, finding.why),
      evidenceView(finding),
      h("p", { class: "section-note" }, finding.advice),
    ),
  );
}

/** @param {PhotoReport} report */
function findingsView({ findings }) {
  const present = findings
    .filter(({ outcome }) => outcome === "present")
    .sort((one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity));
  if (present.length === 0) return null;
  return h(
    "section",
    { class: "photo-findings", "aria-labelledby": "photo-findings-heading" },
    h("h2", { id: "photo-findings-heading" }, "What it gives away"),
    h("ul", { class: "summary-list" }, present.map(findingView)),
  );
}

/** @param {OpenPhoto} open */
function placeView({ report, outlines }) {
  const { place, time } = report.details;
  if (place === null && time === null) return null;
  const when = time && `${time.weekday} ${time.local.replace("T", ", ")}`.trim();
  const map =
    place && outlines
      ? mapView(
          [{ latitude: place.latitude, longitude: place.longitude, title: place.sentence }],
          outlines,
        )
      : null;
  return h(
    "section",
    { class: "photo-place", "aria-labelledby": "photo-place-heading" },
    h("h2", { id: "photo-place-heading" }, "Where and when"),
    place && h("p", {}, `Taken ${place.sentence}.`),
    when && h("p", {}, `Taken on ${when}, says the ${time.source}.`),
    (time?.conflicts ?? []).map((conflict) => h("p", { class: "section-note" }, conflict)),
    map,
  );
}

/** @param {PhotoReport} report */
function claimsView({ details }) {
  if (details.inferences.length === 0) return null;
  return h(
    "section",
    { class: "photo-claims", "aria-labelledby": "photo-claims-heading" },
    h("h2", { id: "photo-claims-heading" }, "What a stranger concludes"),
    h(
      "ul",
      { class: "plain-list" },
      details.inferences.map(({ claim, basis, confidence }) =>
        h("li", {}, claim, h("p", { class: "fine" }, `${basis} (${percent(confidence)} sure)`)),
      ),
    ),
  );
}

/** @param {OpenPhoto} open */
function hiddenView({ report, url }) {
  const { hidden } = report.details;
  if (hidden.length === 0) return null;
  return h(
    "section",
    { class: "photo-hidden", "aria-labelledby": "photo-hidden-heading" },
    h("h2", { id: "photo-hidden-heading" }, "Hidden in the file"),
    h(
      "ul",
      { class: "plain-list" },
      hidden.map(({ kind, width, height, size, likeness }, number) =>
        h(
          "li",
          {},
          `A ${kind.replace("_", " ")}${width ? ` of ${width} × ${height}` : ""}, ${size} bytes. `,
          likeness !== null &&
            (likeness < 0.6
              ? "It does not show the same as the picture. "
              : likeness < 0.8
                ? "It may not show the same as the picture. "
                : "It shows the same. "),
          width > 0 &&
            announcer("Show it beside the picture", { class: "text-button" }, "show-hidden", {
              number,
            }),
          h("div", { class: "photo-beside", "data-hidden": number, "data-picture": url }),
        ),
      ),
    ),
  );
}

/**
 * Puts a hidden picture beside the one that is seen.
 *
 * @param {Element} root
 * @param {number} number
 * @param {string} url
 */
export function showHidden(root, number, url) {
  const place = root.querySelector(`[data-hidden="${number}"]`);
  if (!(place instanceof HTMLElement)) return;
  place.replaceChildren(
    h(
      "figure",
      {},
      h("img", { src: place.dataset["picture"] ?? "", alt: "The picture" }),
      h("figcaption", {}, "The picture"),
    ),
    h(
      "figure",
      {},
      h("img", { src: url, alt: "Hidden in the file" }),
      h("figcaption", {}, "Hidden in the file"),
    ),
  );
}

/**
 * Boxes to tick for what is covered in a copy.
 *
 * @param {readonly (typeof COVERS)[number][]} covers
 * @returns {{ boxes: HTMLElement[], wanted: () => Cover[] }}
 */
export function coverBoxes(covers) {
  const pairs = covers.map(([cover, name]) => {
    const box = h("input", { type: "checkbox", name: "cover", value: cover });
    return { cover, box, label: h("label", { class: "photo-cover" }, box, ` ${name}`) };
  });
  return {
    boxes: pairs.map(({ label }) => label),
    wanted: () => pairs.filter(({ box }) => box.checked).map(({ cover }) => cover),
  };
}

/** @param {PhotoReport} report */
function cleanView({ details }) {
  const covers = COVERS.filter(([cover]) =>
    details.regions.some((region) => coverOf(region) === cover),
  );
  const covered = coverBoxes(covers);
  const form = h(
    "form",
    { class: "photo-clean" },
    h("h2", {}, "The copy to share"),
    details.goes.length > 0 && h("p", {}, `Leaves out: ${details.goes.join("; ")}.`),
    details.stays.length > 0 &&
      h("p", {}, `Still shows: ${details.stays.join("; ")}. Cover what should not be seen:`),
    covered.boxes,
    h("button", { type: "submit", class: "button primary" }, "Save a clean copy"),
    h(
      "p",
      { class: "fine" },
      "The photo itself is not changed, and the copy gets a name that tells nothing.",
    ),
    h("div", { class: "photo-cleaned", "aria-live": "polite" }),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = covered.wanted();
    const boxes = details.regions.filter((region) => wanted.includes(coverOf(region)));
    announce(form, "clean-photo", { boxes });
  });
  return form;
}

/**
 * Says how the clean copy went.
 *
 * @param {Element} root
 * @param {string} words
 */
export function showCleaned(root, words) {
  root.querySelector(".photo-cleaned")?.replaceChildren(h("p", {}, words));
}

/** @param {PhotoReport} report */
function valuesView({ details }) {
  if (details.metadata.length === 0) return null;
  return h(
    "details",
    { class: "photo-values" },
    h("summary", {}, `All ${counted(details.metadata.length, "value")} in the file`),
    h(
      "div",
      { class: "table-scroll", tabindex: "0", role: "group", "aria-label": "Values in the file" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["Group", "Tag", "Value"].map((name) => h("th", { scope: "col" }, name)),
          ),
        ),
        h(
          "tbody",
          {},
          details.metadata.map(({ group, tag, value, risk }) =>
            h(
              "tr",
              { class: risk === null ? null : "is-private" },
              h("td", {}, group),
              h("td", {}, tag),
              h("td", {}, value),
            ),
          ),
        ),
      ),
    ),
  );
}

/**
 * @param {OpenPhoto} open
 * @returns {HTMLElement}
 */
export function photoView(open) {
  const { report } = open;
  return h(
    "article",
    { class: "report photo" },
    verdictView(report),
    h(
      "div",
      { class: "photo-columns" },
      h("div", {}, pictureView(open), cleanView(report)),
      h(
        "div",
        {},
        findingsView(report),
        claimsView(report),
        placeView(open),
        hiddenView(open),
        uncheckedView(report),
        valuesView(report),
      ),
    ),
  );
}
