/** Several photos on the page: checked one by one, linked, listed, and copied clean. */

import { checkOneOf, cleanPhoto, linkPhotos, readOutlines, ServiceProblem } from "./api.js";
import { showChecked, words } from "./photos.js";
import { main, say, show } from "./screen.js";
import { saveAs } from "./surroundings.js";
import { zipOf } from "./zip.js";
import { announcer, h, on } from "../views/dom.js";
import { coverOf } from "../views/photo.js";
import {
  checkingView,
  focusPhoto,
  photosView,
  showAllCleaned,
  showCleaning,
} from "../views/photos.js";
import { counted } from "../views/words.js";

/** @typedef {import("../views/photo.js").Cover} Cover */
/** @typedef {import("../views/shapes.js").CheckedPhoto} CheckedPhoto */
/** @typedef {import("../views/shapes.js").OpenPhotos} OpenPhotos */
/** @typedef {import("../views/shapes.js").PhotoReport} PhotoReport */
/** @typedef {import("../views/shapes.js").Shot} Shot */

/** Failures that concern one file; any other ends the work. */
const OF_ONE_FILE = new Set([
  "not-a-photo",
  "unreadable-photo",
  "uncleanable-photo",
  "input-too-large",
]);
const NOT_SEEN =
  "What it shows could not be looked at, so nothing can be covered in it. Without covering, its copy can be made.";
/** A ZIP of this size or number is saved, and another one begun. */
const FULL_BYTES = 1_000_000_000;
const FULL_FILES = 10_000;

/** The photos on the screen, or behind one that was opened. @type {OpenPhotos | null} */
let open = null;
/** Ends the copying. */
let cleaning = new AbortController();

function forget() {
  for (const url of open?.urls ?? []) URL.revokeObjectURL(url);
  cleaning.abort();
  open = null;
}

/** @param {unknown} error @returns {ServiceProblem["problem"]} @throws where it is no failure of one file */
function problemOfOne(error) {
  if (error instanceof ServiceProblem && OF_ONE_FILE.has(error.problem.code)) return error.problem;
  throw error;
}

/**
 * Checks each photo on its own, which shows how far it is and keeps one in memory at a time.
 *
 * @param {File[]} files
 * @param {AbortSignal} signal
 */
export async function showPhotos(files, signal) {
  forget();
  const { view, step } = checkingView(files.length);
  show(view, { title: "Checking", said: `Checking ${files.length} photos.` });
  /** @type {CheckedPhoto[]} */
  const photos = [];
  /** @type {Shot[]} */
  const shots = [];
  for (const [position, file] of files.entries()) {
    step(position, file.name);
    try {
      const { report, shot } = await checkOneOf(file, signal);
      photos.push({ file, report, problem: null });
      // Two files may have one name; their positions differ.
      shots.push({ ...shot, name: String(position) });
    } catch (error) {
      photos.push({ file, report: null, problem: problemOfOne(error) });
    }
  }
  const [linkage, outlines] = await Promise.all([linkPhotos(shots, signal), readOutlines()]);
  open = { photos, linkage, outlines, urls: files.map((file) => URL.createObjectURL(file)) };
  showList();
}

function showList() {
  if (!open) return;
  const { photos } = open;
  show(photosView(open), {
    title: counted(photos.length, "photo"),
    said: `${counted(photos.length, "photo")} checked.`,
  });
}

/** @param {number} number */
function showOne(number) {
  const photo = open?.photos[number];
  if (!open || !photo?.report) return;
  cleaning.abort();
  const text = `Back to all ${open.photos.length} photos`;
  const back = h("p", {}, announcer(text, { class: "text-button" }, "show-photos", { number }));
  showChecked(photo.report, photo.file, open.outlines, back);
}

/**
 * @param {PhotoReport} report
 * @param {Cover[]} covers
 */
function boxesOf({ details }, covers) {
  return details.regions.filter((region) => covers.includes(coverOf(region)));
}

/** @param {number} number from 0 @param {string} name of the copy, which always is the first */
function copyName(number, name) {
  return `photo-${String(number + 1).padStart(4, "0")}${/\.\w+$/.exec(name)?.[0] ?? ""}`;
}

/** Saves copies as ZIP files, each before it grows too large. */
class Zips {
  /** @type {{ name: string, blob: Blob }[]} */
  #files = [];
  #bytes = 0;
  #saved = 0;
  count = 0;

  /** @param {string} name @param {Blob} blob */
  async add(name, blob) {
    this.#files.push({ name, blob });
    this.#bytes += blob.size;
    this.count += 1;
    if (this.#bytes >= FULL_BYTES || this.#files.length >= FULL_FILES) await this.save();
  }

  async save() {
    if (this.#files.length === 0) return;
    const blob = await zipOf(this.#files);
    this.#saved += 1;
    saveAs(blob, this.#saved === 1 ? "clean-photos.zip" : `clean-photos-${this.#saved}.zip`);
    this.#files = [];
    this.#bytes = 0;
  }
}

/** @param {Cover[]} covers */
async function cleanAll(covers) {
  if (!open) return;
  cleaning.abort();
  cleaning = new AbortController();
  const { signal } = cleaning;
  const photos = open.photos.flatMap(({ file, report }) => (report ? [{ file, report }] : []));
  const list = main.querySelector(".photos");
  const step = showCleaning(main, photos.length);
  const zips = new Zips();
  /** @type {{ name: string, why: string }[]} */
  const refused = [];
  try {
    for (const [number, { file, report }] of photos.entries()) {
      if (!list?.isConnected) return;
      step(number);
      if (covers.length > 0 && !report.details.looked) {
        refused.push({ name: file.name, why: NOT_SEEN });
        continue;
      }
      try {
        const { blob, name } = await cleanPhoto(file, boxesOf(report, covers), signal);
        await zips.add(copyName(number, name), blob);
      } catch (error) {
        const { message, hint } = problemOfOne(error);
        refused.push({ name: file.name, why: `${message} ${hint}` });
      }
    }
    await zips.save();
    const made = `${zips.count} of ${counted(photos.length, "copy", "copies")} saved, each after the same checks found nothing in it.`;
    showAllCleaned(main, zips.count > 0 ? made : "No copy was saved.", refused);
    say(`${zips.count} saved, ${refused.length} refused.`);
  } catch (error) {
    const said = signal.aborted ? "Stopped. Copies that were not saved are gone." : words(error);
    showAllCleaned(main, said, refused);
  }
}

export function listenToSeveral() {
  on(main, "open-photo", ({ number }) => showOne(number));
  on(main, "show-photos", ({ number }) => {
    showList();
    focusPhoto(main, number);
  });
  on(main, "clean-photos", ({ covers }) => void cleanAll(covers));
  on(main, "stop-cleaning", () => cleaning.abort());
}
