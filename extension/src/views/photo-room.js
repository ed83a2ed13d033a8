/** Photos before they are shared, one or several: checked by the service, shown, and copied clean. */

import { announcer, h, on } from "./dom.js";
import { saveAs } from "./files.js";
import { loadingView } from "./loading.js";
import { coverOf, photoView, showCleaned, showHidden } from "./photo.js";
import { checkingView, focusPhoto, photosView, showAllCleaned, showCleaning } from "./photos.js";
import { counted, gradeWords } from "./words.js";
import { zipOf } from "./zip.js";

/** @typedef {import("./photo.js").Cover} Cover */
/** @typedef {import("./shapes.js").CheckedPhoto} CheckedPhoto */
/** @typedef {import("./shapes.js").Linkage} Linkage */
/** @typedef {import("./shapes.js").OpenPhoto} OpenPhoto */
/** @typedef {import("./shapes.js").OpenPhotos} OpenPhotos */
/** @typedef {import("./shapes.js").PhotoReport} PhotoReport */
/** @typedef {import("./shapes.js").Problem} Problem */
/** @typedef {import("./shapes.js").Region} Region */
/** @typedef {import("./shapes.js").Shot} Shot */

/**
 * Who checks and copies. What they refuse is an error with a `problem`.
 *
 * @typedef {object} PhotoService
 * @property {(file: File, signal: AbortSignal) => Promise<PhotoReport>} check
 * @property {(file: File, signal: AbortSignal) => Promise<{ report: PhotoReport, shot: Shot }>} checkOneOf
 * @property {(shots: Shot[], signal: AbortSignal) => Promise<Linkage>} link
 * @property {(file: File, boxes: Region[], signal?: AbortSignal) => Promise<{ blob: Blob, name: string, lossless: boolean }>} clean
 * @property {(file: File, number: number) => Promise<Blob>} hidden
 * @property {() => Promise<OpenPhoto["outlines"]>} outlines
 */

/**
 * Where photos are shown.
 *
 * @typedef {object} Screen
 * @property {HTMLElement} place
 * @property {(view: HTMLElement, how: { title: string, said: string }) => void} show
 * @property {(text: string) => void} say
 */

const SUFFIXES = /\.(jpe?g|jpe|png|webp|gif|tiff?|dng|hei[cf]|hif|avif|mp4|mov|m4v)$/i;
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

/** Whether a file is one for the photo job. @param {File} file */
export function isPhoto(file) {
  return /^(image|video)\//.test(file.type) || SUFFIXES.test(file.name);
}

/** @param {unknown} error @returns {Problem} @throws where it is no refusal of the service */
function problemIn(error) {
  if (error instanceof Error && "problem" in error) return /** @type {Problem} */ (error.problem);
  throw error;
}

/** @param {unknown} error @returns {Problem} @throws where it is no failure of one file */
function problemOfOne(error) {
  const problem = problemIn(error);
  if (OF_ONE_FILE.has(problem.code)) return problem;
  throw error;
}

/** What to say of a failure of the service. @param {unknown} error */
function words(error) {
  const { message, hint } = problemIn(error);
  return `${message} ${hint}`;
}

/**
 * @param {PhotoReport} report
 * @param {Cover[]} covers
 */
function boxesOf({ details }, covers) {
  return details.regions.filter((region) => covers.includes(coverOf(region)));
}

/** @param {number} number from 0 @param {string} name of the copy, which always is the first */
export function copyName(number, name) {
  return `photo-${String(number + 1).padStart(4, "0")}${/\.\w+$/.exec(name)?.[0] ?? ""}`;
}

/** Saves copies as ZIP files, each before it grows too large. */
export class Zips {
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

export class PhotoRoom {
  #screen;
  #service;
  /** The photo on the screen. @type {OpenPhoto | null} */
  #one = null;
  /** The photos on the screen, or behind one that was opened. @type {OpenPhotos | null} */
  #all = null;
  /** Ends the copying. */
  #cleaning = new AbortController();

  /** @param {Screen} screen @param {PhotoService} service */
  constructor(screen, service) {
    this.#screen = screen;
    this.#service = service;
    const { place } = screen;
    on(place, "clean-photo", ({ boxes }) => void this.#saveClean(boxes));
    on(place, "show-hidden", ({ number }) => void this.#compareHidden(number));
    on(place, "open-photo", ({ number }) => this.#openOne(number));
    on(place, "show-photos", ({ number }) => {
      this.#showList();
      focusPhoto(place, number);
    });
    on(place, "clean-photos", ({ covers }) => void this.#cleanAll(covers));
    on(place, "stop-cleaning", () => this.#cleaning.abort());
  }

  /** Lets go of every photo. */
  leave() {
    this.#leaveOne();
    for (const url of this.#all?.urls ?? []) URL.revokeObjectURL(url);
    this.#cleaning.abort();
    this.#all = null;
  }

  #leaveOne() {
    if (this.#one) URL.revokeObjectURL(this.#one.url);
    this.#one = null;
  }

  /**
   * Checks photos and shows what they give away.
   *
   * @param {File[]} files at least one
   * @param {AbortSignal} signal
   */
  async open(files, signal) {
    this.leave();
    const [file] = files;
    if (file && files.length === 1) await this.#checkOne(file, signal);
    else await this.#checkAll(files, signal);
  }

  /** @param {File} file @param {AbortSignal} signal */
  async #checkOne(file, signal) {
    const view = loadingView({
      title: `Checking ${file.name}`,
      steps: [{ text: "Read the file and look at the picture", state: "now" }],
      note: "The first photo takes some seconds longer.",
    });
    this.#screen.show(view, { title: "Checking", said: "Checking the photo." });
    const [report, outlines] = await Promise.all([
      this.#service.check(file, signal),
      this.#service.outlines(),
    ]);
    signal.throwIfAborted();
    this.#showOne(report, file, outlines, null);
  }

  /**
   * Each on its own, which shows how far it is and keeps one in memory at a time.
   *
   * @param {File[]} files
   * @param {AbortSignal} signal
   */
  async #checkAll(files, signal) {
    const { view, step } = checkingView(files.length);
    this.#screen.show(view, { title: "Checking", said: `Checking ${files.length} photos.` });
    /** @type {CheckedPhoto[]} */
    const photos = [];
    /** @type {Shot[]} */
    const shots = [];
    for (const [position, file] of files.entries()) {
      step(position, file.name);
      try {
        const { report, shot } = await this.#service.checkOneOf(file, signal);
        photos.push({ file, report, problem: null });
        // Two files may have one name; their positions differ.
        shots.push({ ...shot, name: String(position) });
      } catch (error) {
        photos.push({ file, report: null, problem: problemOfOne(error) });
      }
      signal.throwIfAborted();
    }
    const [linkage, outlines] = await Promise.all([
      this.#service.link(shots, signal),
      this.#service.outlines(),
    ]);
    signal.throwIfAborted();
    const urls = files.map((file) => URL.createObjectURL(file));
    this.#all = { photos, linkage, outlines, urls };
    this.#showList();
  }

  #showList() {
    if (!this.#all) return;
    this.#leaveOne();
    const told = counted(this.#all.photos.length, "photo");
    this.#screen.show(photosView(this.#all), { title: told, said: `${told} checked.` });
  }

  /** @param {number} number */
  #openOne(number) {
    const photo = this.#all?.photos[number];
    if (!this.#all || !photo?.report) return;
    this.#cleaning.abort();
    const text = `Back to all ${this.#all.photos.length} photos`;
    const back = h("p", {}, announcer(text, { class: "text-button" }, "show-photos", { number }));
    this.#showOne(photo.report, photo.file, this.#all.outlines, back);
  }

  /**
   * @param {PhotoReport} report
   * @param {File} file
   * @param {OpenPhoto["outlines"]} outlines
   * @param {HTMLElement | null} back the way to where the photo was opened from
   */
  #showOne(report, file, outlines, back) {
    this.#leaveOne();
    this.#one = { report, file, url: URL.createObjectURL(file), outlines };
    const { grade } = report.rating;
    const view = photoView(this.#one);
    if (back) view.prepend(back);
    this.#screen.show(view, {
      title: `${report.subject.name}: ${grade ?? "no grade"}`,
      said: `The photo is checked. ${gradeWords(grade)}.`,
    });
  }

  /** @param {Region[]} boxes */
  async #saveClean(boxes) {
    const { place } = this.#screen;
    if (!this.#one) return;
    showCleaned(place, "Making the copy and checking it …");
    try {
      const { blob, name, lossless } = await this.#service.clean(this.#one.file, boxes);
      saveAs(blob, name);
      const kept = lossless
        ? "No other pixel was changed."
        : "The picture had to be encoded anew, so it differs a little.";
      showCleaned(place, `Saved as ${name}, after the same checks found nothing in it. ${kept}`);
    } catch (error) {
      showCleaned(place, words(error));
    }
  }

  /** @param {number} number */
  async #compareHidden(number) {
    const { place } = this.#screen;
    if (!this.#one) return;
    try {
      const picture = await this.#service.hidden(this.#one.file, number);
      showHidden(place, number, URL.createObjectURL(picture));
    } catch (error) {
      showCleaned(place, words(error));
    }
  }

  /** @param {Cover[]} covers */
  async #cleanAll(covers) {
    const { place, say } = this.#screen;
    if (!this.#all) return;
    this.#cleaning.abort();
    this.#cleaning = new AbortController();
    const { signal } = this.#cleaning;
    const photos = this.#all.photos.flatMap(({ file, report }) =>
      report ? [{ file, report }] : [],
    );
    const list = place.querySelector(".photos");
    const step = showCleaning(place, photos.length);
    const zips = new Zips();
    /** @type {{ name: string, why: string }[]} */
    const refused = [];
    try {
      for (const [number, { file, report }] of photos.entries()) {
        if (!list?.isConnected) return;
        signal.throwIfAborted();
        step(number);
        if (covers.length > 0 && !report.details.looked) {
          refused.push({ name: file.name, why: NOT_SEEN });
          continue;
        }
        try {
          const { blob, name } = await this.#service.clean(file, boxesOf(report, covers), signal);
          await zips.add(copyName(number, name), blob);
        } catch (error) {
          const { message, hint } = problemOfOne(error);
          refused.push({ name: file.name, why: `${message} ${hint}` });
        }
      }
      await zips.save();
      const made = `${zips.count} of ${counted(photos.length, "copy", "copies")} saved, each after the same checks found nothing in it.`;
      showAllCleaned(place, zips.count > 0 ? made : "No copy was saved.", refused);
      say(`${zips.count} saved, ${refused.length} refused.`);
    } catch (error) {
      const said = signal.aborted ? "Stopped. Copies that were not saved are gone." : words(error);
      showAllCleaned(place, said, refused);
    }
  }
}
