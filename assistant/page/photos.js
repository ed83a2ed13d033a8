/** One photo on the page: checked by the service, shown with its boxes, and copied clean. */

import { checkPhoto, cleanPhoto, hiddenPicture, readOutlines, ServiceProblem } from "./api.js";
import { main, show } from "./screen.js";
import { saveAs } from "./surroundings.js";
import { on } from "../views/dom.js";
import { loadingView } from "../views/loading.js";
import { photoView, showCleaned, showHidden } from "../views/photo.js";
import { gradeWords } from "../views/words.js";

/** @typedef {import("../views/shapes.js").OpenPhoto} OpenPhoto */
/** @typedef {import("../views/shapes.js").PhotoReport} PhotoReport */
/** @typedef {import("../views/shapes.js").Region} Region */

const SUFFIXES = /\.(jpe?g|jpe|png|webp|gif|tiff?|dng|hei[cf]|hif|avif|mp4|mov|m4v)$/i;

/** The photo on the screen. @type {OpenPhoto | null} */
let open = null;

/** Whether a file is one for the photo job. @param {File} file */
export function isPhoto(file) {
  return /^(image|video)\//.test(file.type) || SUFFIXES.test(file.name);
}

export function forgetPhoto() {
  if (open) URL.revokeObjectURL(open.url);
  open = null;
}

/** @param {File} file @param {AbortSignal} signal */
export async function showPhoto(file, signal) {
  show(
    loadingView({
      title: `Checking ${file.name}`,
      steps: [{ text: "Read the file and look at the picture", state: "now" }],
      note: "The first photo takes some seconds longer.",
    }),
    { title: "Checking", said: "Checking the photo." },
  );
  const [report, outlines] = await Promise.all([checkPhoto(file, signal), readOutlines()]);
  showChecked(report, file, outlines, null);
}

/**
 * @param {PhotoReport} report
 * @param {File} file
 * @param {OpenPhoto["outlines"]} outlines
 * @param {HTMLElement | null} back the way to where the photo was opened from
 */
export function showChecked(report, file, outlines, back) {
  forgetPhoto();
  open = { report, file, url: URL.createObjectURL(file), outlines };
  const { grade } = report.rating;
  const view = photoView(open);
  if (back) view.prepend(back);
  show(view, {
    title: `${report.subject.name}: ${grade ?? "no grade"}`,
    said: `The photo is checked. ${gradeWords(grade)}.`,
  });
}

/** What to say of a failure of the service. @param {unknown} error @returns {string} */
export function words(error) {
  if (!(error instanceof ServiceProblem)) throw error;
  return `${error.problem.message} ${error.problem.hint}`;
}

/** @param {Region[]} boxes */
async function saveClean(boxes) {
  if (!open) return;
  showCleaned(main, "Making the copy and checking it …");
  try {
    const { blob, name, lossless } = await cleanPhoto(open.file, boxes);
    saveAs(blob, name);
    const kept = lossless
      ? "No other pixel was changed."
      : "The picture had to be encoded anew, so it differs a little.";
    showCleaned(main, `Saved as ${name}, after the same checks found nothing in it. ${kept}`);
  } catch (error) {
    showCleaned(main, words(error));
  }
}

/** @param {number} number */
async function compareHidden(number) {
  if (!open) return;
  try {
    const blob = await hiddenPicture(open.file, number);
    showHidden(main, number, URL.createObjectURL(blob));
  } catch (error) {
    showCleaned(main, words(error));
  }
}

export function listenToPhotos() {
  on(main, "clean-photo", ({ boxes }) => void saveClean(boxes));
  on(main, "show-hidden", ({ number }) => void compareHidden(number));
}
