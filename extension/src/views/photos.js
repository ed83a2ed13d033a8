/** Several photos before they are shared: what they tell together, each of them, and the copies. */

import { announce, announcer, h } from "./dom.js";
import { gradeBadge } from "./grade.js";
import { mapView } from "./map.js";
import { coverBoxes, coverOf, COVERS } from "./photo.js";
import { pictureView } from "./picture.js";
import { counted, percent } from "./words.js";

/** @typedef {import("./shapes.js").CheckedPhoto} CheckedPhoto */
/** @typedef {import("./shapes.js").Claim} Claim */
/** @typedef {import("./shapes.js").OpenPhotos} OpenPhotos */
/** @typedef {import("./shapes.js").PhotoReport} PhotoReport */

/** What kinds of claims are about, in the order they are shown. */
const KINDS = new Map([
  ["home", "Home"],
  ["work", "Work or school"],
  ["routine", "Habit"],
  ["away", "Away"],
  ["companions", "Company"],
  ["one-device", "One device"],
  ["one-document", "One picture"],
]);
const ORDER = [...KINDS.keys()];
/** Photos of a claim that are named at once; the others unfold. */
const NAMED = 4;

/**
 * How far the checking is; `step` moves it on.
 *
 * @param {number} total
 * @returns {{ view: HTMLElement, step: (number: number, name: string) => void }}
 */
export function checkingView(total) {
  const title = h("h1", { tabindex: "-1" }, `Checking ${total} photos`);
  const bar = h("progress", { max: total, value: 0, "aria-label": "Photos checked" });
  const place = h("p", { class: "photos-current" });
  const view = h(
    "section",
    { class: "loading stage", "aria-busy": "true" },
    h(
      "div",
      { class: "stage-words" },
      title,
      bar,
      place,
      h("p", { class: "fine" }, "The first photo takes some seconds longer."),
      announcer("Stop", { class: "button" }, "cancel", {}),
    ),
    pictureView("reading"),
  );
  return {
    view,
    step: (number, name) => {
      bar.value = number;
      place.replaceChildren(h("b", {}, `${number + 1} of ${total}`), ` ${name}`);
    },
  };
}

/** Positions with the worst first; what could not be read comes last. @param {CheckedPhoto[]} photos */
function worstFirst(photos) {
  /** @param {number} number */
  const score = (number) => {
    const report = photos[number]?.report;
    return report ? (report.rating.score ?? -1) : Infinity;
  };
  return [...photos.keys()].sort((one, other) => {
    const [left, right] = [score(one), score(other)];
    return left === right ? one - other : left - right;
  });
}

/** @param {string[]} kinds of claims @returns {string} */
function headline(kinds) {
  const places = [
    kinds.includes("home") && "lives",
    kinds.includes("work") && "works or goes to school",
  ].filter((words) => words !== false);
  if (places.length > 0) {
    return `Together, these photos probably show where the person who took them ${places.join(" and ")}.`;
  }
  return kinds.length > 0
    ? "These photos can be linked with each other."
    : "Nothing was found that links these photos.";
}

/** @param {OpenPhotos} open */
function headerView({ photos, linkage }) {
  const read = photos.filter(({ report }) => report !== null);
  const unread = photos.length - read.length;
  const telling = read.filter(({ report }) => (report?.rating.score ?? 100) < 100).length;
  return h(
    "header",
    { class: "photos-head" },
    h(
      "p",
      { class: "verdict-about" },
      h("span", { class: "verdict-kind" }, h("b", {}, counted(photos.length, "photo"))),
      read.length > 0 && h("span", {}, `${telling} of ${read.length} give something away`),
      unread > 0 && h("span", {}, `${unread} could not be read`),
    ),
    h(
      "h1",
      { tabindex: "-1", class: "verdict-text" },
      read.length > 0
        ? headline(linkage.inferences.map(({ kind }) => kind))
        : "None of these photos could be read.",
    ),
  );
}

/** @param {string} words */
function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The photos that a claim rests on. @param {Claim} claim @param {OpenPhotos} open */
function sayersView({ files }, { photos }) {
  const names = files.flatMap((position) => {
    const number = Number(position);
    const photo = photos[number];
    return photo?.report
      ? [announcer(photo.report.subject.name, { class: "text-button" }, "open-photo", { number })]
      : [];
  });
  const some = names.length > NAMED + 1 ? NAMED : names.length;
  const more = names.slice(some);
  return [
    h("p", { class: "photos-said" }, "Said by", ...spaced(names.slice(0, some))),
    more.length > 0 &&
      h("details", {}, h("summary", {}, `${more.length} more`), h("p", {}, ...spaced(more))),
  ];
}

/** Elements after each other, each after a space. @param {HTMLElement[]} elements */
function spaced(elements) {
  return elements.flatMap((element) => [" ", element]);
}

/** @param {OpenPhotos} open */
function linkageView(open) {
  const { linkage } = open;
  if (linkage.inferences.length === 0 && linkage.sentence === "") return null;
  const claims = linkage.inferences.toSorted(
    (one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind),
  );
  return h(
    "section",
    { class: "photos-linkage", "aria-labelledby": "photos-linkage-heading" },
    h("h2", { id: "photos-linkage-heading" }, "What they tell together"),
    h(
      "ul",
      { class: "photos-claims" },
      claims.map((claim) =>
        h(
          "li",
          { class: `photos-claim claim-${claim.kind}` },
          h("h3", {}, KINDS.get(claim.kind) ?? "Also"),
          h("p", {}, claim.claim),
          h("p", { class: "fine" }, `${capital(claim.basis)} (${percent(claim.confidence)} sure).`),
          sayersView(claim, open),
        ),
      ),
    ),
    linkage.sentence !== "" && h("p", { class: "photos-unique" }, linkage.sentence),
  );
}

/** @param {OpenPhotos} open */
function placesView({ photos, outlines }) {
  const points = photos.flatMap(({ report }) => {
    const place = report?.details.place;
    return place
      ? [{ latitude: place.latitude, longitude: place.longitude, title: place.sentence }]
      : [];
  });
  const map = outlines && mapView(points, outlines);
  if (!map) return null;
  const read = photos.filter(({ report }) => report).length;
  const places = [...new Set(points.map(({ title }) => title))];
  return h(
    "section",
    { class: "photos-places", "aria-labelledby": "photos-places-heading" },
    h("h2", { id: "photos-places-heading" }, "Where they were taken"),
    map,
    h(
      "p",
      { class: "fine" },
      `${points.length} of ${counted(read, "photo")} say where: ${places.join("; ")}.`,
    ),
  );
}

/** @param {CheckedPhoto} photo @param {number} number @param {string} url */
function entryView({ file, report, problem }, number, url) {
  if (report === null) {
    return h(
      "li",
      { class: "photos-entry is-unread" },
      h("span", { class: "photos-thumb", "aria-hidden": "true" }),
      gradeBadge(null, null),
      h(
        "div",
        { class: "photos-words" },
        h("p", { class: "photos-name" }, file.name),
        h("p", {}, `Not checked. ${problem.message} ${problem.hint}`),
      ),
    );
  }
  const { rating, subject, verdict } = report;
  return h(
    "li",
    { class: "photos-entry" },
    h(
      "span",
      { class: "photos-thumb", "aria-hidden": "true" },
      h("img", { src: url, alt: "", loading: "lazy", decoding: "async" }),
    ),
    gradeBadge(rating.grade, rating.score),
    h(
      "div",
      { class: "photos-words" },
      announcer(
        subject.name,
        { class: "text-button photos-name", "data-number": number },
        "open-photo",
        { number },
      ),
      h("p", {}, verdict.text),
    ),
  );
}

/** @param {OpenPhotos} open */
function listView({ photos, urls }) {
  return h(
    "section",
    { "aria-labelledby": "photos-list-heading" },
    h("h2", { id: "photos-list-heading" }, "Each photo"),
    h(
      "ul",
      { class: "photos-list" },
      worstFirst(photos).map((number) =>
        entryView(/** @type {CheckedPhoto} */ (photos[number]), number, urls[number] ?? ""),
      ),
    ),
  );
}

/** @param {OpenPhotos} open */
function cleanAllView({ photos }) {
  const read = photos.flatMap(({ report }) => (report ? [report] : []));
  if (read.length === 0) return null;
  const seen = new Set(read.flatMap(({ details }) => details.regions.map(coverOf)));
  const covered = coverBoxes(COVERS.filter(([cover]) => seen.has(cover)));
  const form = h(
    "form",
    { class: "photo-clean", "aria-labelledby": "photos-clean-heading" },
    h("h2", { id: "photos-clean-heading" }, "The copies to share"),
    h("p", {}, "A copy leaves out what the file carries. What the picture shows stays."),
    covered.boxes.length > 0 && h("p", {}, "Cover in all copies:"),
    covered.boxes,
    h(
      "button",
      { type: "submit", class: "button primary" },
      read.length === 1 ? "Save a clean copy" : `Save clean copies of all ${read.length}`,
    ),
    h(
      "p",
      { class: "fine" },
      "The photos are not changed. The copies come in one ZIP file, with names that tell nothing.",
    ),
    h("div", { class: "photos-cleaned" }),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    announce(form, "clean-photos", { covers: covered.wanted() });
  });
  return form;
}

/**
 * Puts the focus on a photo of the list, where a person comes back from it.
 *
 * @param {Element} root
 * @param {number} number
 */
export function focusPhoto(root, number) {
  const name = root.querySelector(`.photos-list [data-number="${number}"]`);
  if (name instanceof HTMLElement) name.focus();
}

/**
 * How far the cleaning is; `step` moves it on.
 *
 * @param {Element} root
 * @param {number} total
 * @returns {(number: number) => void}
 */
export function showCleaning(root, total) {
  const bar = h("progress", { max: total, value: 0, "aria-label": "Copies made" });
  const words = h("p", {});
  const place = root.querySelector(".photos-cleaned");
  place?.replaceChildren(bar, words, announcer("Stop", { class: "button" }, "stop-cleaning", {}));
  return (number) => {
    bar.value = number;
    words.textContent = `Making copy ${number + 1} of ${total} and checking it …`;
  };
}

/**
 * Says how the cleaning went, with every photo that got no copy.
 *
 * @param {Element} root
 * @param {string} words
 * @param {{ name: string, why: string }[]} refused
 */
export function showAllCleaned(root, words, refused) {
  root.querySelector(".photos-cleaned")?.replaceChildren(
    h("p", {}, words),
    refused.length > 0
      ? h(
          "section",
          { "aria-labelledby": "photos-refused-heading" },
          h("h3", { id: "photos-refused-heading" }, "No copy was made of"),
          h(
            "ul",
            { class: "plain-list" },
            refused.map(({ name, why }) => h("li", {}, h("b", {}, name), ` ${why}`)),
          ),
        )
      : "",
  );
}

/**
 * @param {OpenPhotos} open
 * @returns {HTMLElement}
 */
export function photosView(open) {
  return h(
    "article",
    { class: "report photos" },
    headerView(open),
    h(
      "div",
      { class: "photos-columns" },
      linkageView(open),
      h("div", { class: "photos-side" }, placesView(open), cleanAllView(open)),
    ),
    listView(open),
  );
}
