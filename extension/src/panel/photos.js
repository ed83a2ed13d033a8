/** The side of the panel for photos: the service checks them, and without it their metadata goes. */

import { strip } from "../photos/strip.js";
import { Refused } from "../photos/shapes.js";
import { answerTo, Told } from "../shared/background.js";
import { on } from "../views/dom.js";
import { saveAs } from "../views/files.js";
import { copyName, isPhoto, PhotoRoom, Zips } from "../views/photo-room.js";
import { counted } from "../views/words.js";
import { chooseView, failedView, otherView, showSaved, strippedView } from "./photos-view.js";

/** @typedef {import("../shared/messages.js").CheckedOne} CheckedOne */
/** @typedef {import("../shared/messages.js").CleanCopy} CleanCopy */
/** @typedef {import("../shared/messages.js").View} View */
/** @typedef {import("../views/map.js").Outlines} Outlines */
/** @typedef {import("../views/photo-room.js").PhotoService} PhotoService */
/** @typedef {import("../views/shapes.js").Linkage} Linkage */
/** @typedef {import("./photos-view.js").Stripped} Stripped */

const NO_PHOTO = "That is no photo. Choose a picture or a video.";
const SUFFIX = { jpeg: ".jpg", png: ".png", webp: ".webp" };

/** @param {File} file @returns {Promise<CheckedOne>} */
async function checkOneOf(file) {
  /** @type {{ checked: CheckedOne }} */
  const { checked } = await answerTo({ type: "check-photo", file });
  return checked;
}

/** The service, as the background speaks to it. @type {PhotoService} */
const SERVICE = {
  checkOneOf,
  check: async (file) => (await checkOneOf(file)).report,
  link: async (shots) => {
    /** @type {{ linkage: Linkage }} */
    const { linkage } = await answerTo({ type: "link-photos", shots });
    return linkage;
  },
  clean: async (file, boxes) => {
    /** @type {{ copy: CleanCopy }} */
    const { copy } = await answerTo({ type: "clean-photo", file, boxes });
    return copy;
  },
  hidden: async (file, number) => {
    /** @type {{ picture: Blob }} */
    const { picture } = await answerTo({ type: "hidden-picture", file, number });
    return picture;
  },
  outlines: async () => {
    /** @type {{ outlines: Outlines | null }} */
    const { outlines } = await answerTo({ type: "outlines" });
    return outlines;
  },
};

/** @param {File} file @returns {Promise<Stripped>} */
async function strippedOf(file) {
  const { name } = file;
  try {
    const { bytes, format, removed } = await strip(new Uint8Array(await file.arrayBuffer()));
    const copy = new Blob([bytes], { type: `image/${format}` });
    return { name, url: URL.createObjectURL(copy), copy, format, removed, why: null };
  } catch (error) {
    const why =
      error instanceof Refused ? error.message : "The file could not be read from where it lies.";
    if (!(error instanceof Refused || error instanceof DOMException)) throw error;
    return { name, url: "", copy: null, why };
  }
}

export class Photos {
  #place;
  #say;
  #room;
  /** Whether the service answers; null before the first view. @type {boolean | null} */
  #helped = null;
  /** Whether nothing is chosen yet. */
  #empty = true;
  #work = new AbortController();
  /** Copies made here. @type {Stripped[]} */
  #stripped = [];

  /** @param {HTMLElement} place @param {(words: string) => void} say */
  constructor(place, say) {
    this.#place = place;
    this.#say = say;
    this.#room = new PhotoRoom(
      { place, say, show: (view, { said }) => this.#put(view, said) },
      SERVICE,
    );
    on(place, "cancel", () => this.#start("", true));
    on(place, "start-again", () => this.#start("", true));
  }

  /** @param {View} view */
  show({ connection }) {
    const helped = connection === "connected";
    if (helped === this.#helped) return;
    this.#helped = helped;
    if (this.#empty) this.#start("", false);
  }

  /** @param {HTMLElement} view @param {string} said */
  #put(view, said) {
    this.#empty = false;
    const busy = view.getAttribute("aria-busy") === "true";
    this.#place.replaceChildren(...(busy ? [] : [otherView()]), view);
    this.#say(said);
    scrollTo(0, 0);
    view.querySelector("h1")?.focus({ preventScroll: true });
  }

  #forget() {
    this.#work.abort();
    this.#room.leave();
    for (const { url } of this.#stripped) URL.revokeObjectURL(url);
    this.#stripped = [];
  }

  /** @param {string} told @param {boolean} focus */
  #start(told, focus) {
    this.#forget();
    this.#empty = true;
    const view = chooseView(this.#helped === true, told, (files) => void this.open(files));
    this.#place.replaceChildren(view);
    if (focus) view.querySelector("h1")?.focus();
  }

  /** @param {File[]} files that were chosen or dropped */
  async open(files) {
    const photos = files.filter(isPhoto);
    if (photos.length === 0) this.#start(NO_PHOTO, false);
    else if (this.#helped) await this.#check(photos);
    else await this.#strip(photos);
  }

  /** @param {File[]} photos */
  async #check(photos) {
    this.#forget();
    this.#work = new AbortController();
    const { signal } = this.#work;
    try {
      await this.#room.open(photos, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Told)) throw error;
      const ways = {
        again: () => void this.#check(photos),
        strip: () => void this.#strip(photos),
      };
      this.#put(failedView(error.problem, ways), error.problem.message);
    }
  }

  /** @param {File[]} photos */
  async #strip(photos) {
    this.#forget();
    this.#work = new AbortController();
    const { signal } = this.#work;
    this.#say(`Removing the metadata of ${counted(photos.length, "photo")}.`);
    /** @type {Stripped[]} */
    const made = [];
    for (const photo of photos) {
      const one = await strippedOf(photo);
      if (signal.aborted) {
        for (const { url } of [...made, one]) URL.revokeObjectURL(url);
        return;
      }
      made.push(one);
    }
    this.#stripped = made;
    const view = strippedView(made, () => void this.#save());
    this.#put(view, view.querySelector("h1")?.textContent ?? "");
  }

  async #save() {
    const copies = this.#stripped.flatMap((one) => (one.why === null ? [one] : []));
    const [only] = copies;
    if (only === undefined) return;
    if (copies.length === 1) {
      const name = copyName(0, SUFFIX[only.format]);
      saveAs(only.copy, name);
      showSaved(this.#place, `Saved as ${name}. Every pixel is as it was.`);
      return;
    }
    const zips = new Zips();
    for (const [number, { copy, format }] of copies.entries()) {
      await zips.add(copyName(number, SUFFIX[format]), copy);
    }
    await zips.save();
    showSaved(this.#place, `${zips.count} copies saved. Every pixel is as it was.`);
  }
}
