/** The side of the panel for photos: where they are chosen, and what is told without the service. */

import { withCode } from "../shared/heading.js";
import { announcer, button, h } from "../views/dom.js";
import { counted } from "../views/words.js";

/** @typedef {import("../photos/shapes.js").Removed} Removed */
/** @typedef {import("../photos/shapes.js").Format} Format */
/** @typedef {import("../shared/messages.js").Problem} Problem */

/**
 * A photo whose metadata was taken out here, or that was refused.
 *
 * @typedef {{ name: string, url: string } & (
 *   | { copy: Blob, format: Format, removed: Removed[], why: null }
 *   | { copy: null, why: string }
 * )} Stripped
 */

const ACCEPTED = "image/*,video/mp4,video/quicktime,.heic,.heif,.avif,.dng";
const NOT_LOOKED_AT =
  "Nobody looked at the picture itself: faces, text, codes and places that it shows stay in the copy. The assistant on this computer looks, once it runs and is connected.";

/**
 * @param {boolean} helped whether the service answers
 * @param {string} told what went wrong before; "" for nothing
 * @param {(files: File[]) => void} act
 */
export function chooseView(helped, told, act) {
  return h(
    "div",
    {},
    h("h1", { tabindex: "-1" }, "Check photos before you share them."),
    told && h("p", { role: "alert" }, told),
    h(
      "div",
      { class: "drop-zone" },
      h("input", {
        id: "photo-files",
        type: "file",
        class: "visually-hidden",
        multiple: true,
        accept: helped ? ACCEPTED : "image/jpeg,image/png,image/webp",
        onchange: (/** @type {Event} */ event) => {
          const box = /** @type {HTMLInputElement} */ (event.currentTarget);
          const files = [...(box.files ?? [])];
          if (files.length > 0) act(files);
        },
      }),
      h(
        "label",
        { for: "photo-files" },
        h("strong", {}, helped ? "Choose photos" : "Remove the metadata"),
        helped
          ? " or drop them anywhere here"
          : " of photos that you choose, or drop anywhere here",
      ),
      h(
        "p",
        { class: "fine" },
        helped
          ? "The assistant on this computer tells what each gives away and makes a clean copy. Nothing of them is kept."
          : "JPEG, PNG and WebP, done in this browser. Nothing of them is kept.",
      ),
    ),
    !helped && h("p", { class: "section-note" }, NOT_LOOKED_AT),
  );
}

/** @param {string[]} words */
function listed(words) {
  const last = words.at(-1) ?? "";
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${last}` : last;
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {Removed} removed */
function removedWords({ what, tells }) {
  return capital(tells.length > 0 ? `${what} with ${listed(tells)}` : what);
}

/** @param {Stripped[]} photos */
function headline(photos) {
  const made = photos.filter(({ why }) => why === null);
  if (made.length === 0) return "No copy could be made.";
  const telling = made.filter((one) => one.why === null && one.removed.length > 0).length;
  if (photos.length > 1) {
    const verb = telling === 1 ? "carries" : "carry";
    return `${telling} of ${counted(photos.length, "photo")} ${verb} metadata.`;
  }
  return telling > 0 ? "This photo carries metadata." : "No metadata was found in this photo.";
}

/** @param {Stripped} photo */
function entryView(photo) {
  return h(
    "li",
    { class: photo.why === null ? "stripped-entry" : "stripped-entry is-unread" },
    h(
      "span",
      { class: "photos-thumb", "aria-hidden": "true" },
      photo.why === null && h("img", { src: photo.url, alt: "", loading: "lazy" }),
    ),
    h(
      "div",
      { class: "photos-words" },
      h("p", { class: "photos-name" }, photo.name),
      photo.why !== null && h("p", {}, `No copy was made. ${photo.why}`),
      photo.why === null &&
        (photo.removed.length > 0
          ? [
              h("p", {}, "The copy leaves out:"),
              h(
                "ul",
                { class: "plain-list" },
                photo.removed.map((removed) => h("li", {}, removedWords(removed))),
              ),
            ]
          : h("p", {}, "Nothing but the picture is in it.")),
    ),
  );
}

/**
 * @param {Stripped[]} photos
 * @param {() => void} save
 */
export function strippedView(photos, save) {
  const made = photos.filter(({ why }) => why === null).length;
  return h(
    "article",
    { class: "stripped" },
    h("h1", { tabindex: "-1" }, headline(photos)),
    h("ul", { class: "photos-list" }, photos.map(entryView)),
    made > 0 &&
      h(
        "p",
        { class: "actions" },
        button(made === 1 ? "Save the clean copy" : `Save ${made} clean copies`, {
          class: "button primary",
          onclick: () => save(),
        }),
      ),
    h("div", { class: "stripped-saved", role: "status" }),
    h(
      "section",
      { "aria-labelledby": "unseen-heading" },
      h("h2", { id: "unseen-heading" }, "What was not looked at"),
      h("p", {}, NOT_LOOKED_AT),
    ),
  );
}

/** @param {Element} root @param {string} words */
export function showSaved(root, words) {
  root.querySelector(".stripped-saved")?.replaceChildren(h("p", {}, words));
}

/**
 * @param {Problem} problem
 * @param {{ again: () => void, strip: (() => void) | null }} ways
 */
export function failedView({ message, hint }, { again, strip }) {
  return h(
    "div",
    {},
    h("h1", { tabindex: "-1" }, withCode(message)),
    h("p", {}, withCode(hint)),
    h(
      "p",
      { class: "actions" },
      button("Try again", { class: "button", onclick: () => again() }),
      strip &&
        button("Remove the metadata without it", { class: "button", onclick: () => strip() }),
    ),
  );
}

/** The way back to where photos are chosen. */
export function otherView() {
  return h(
    "p",
    {},
    announcer("Choose other photos", { class: "text-button" }, "start-again", { focus: "text" }),
  );
}
