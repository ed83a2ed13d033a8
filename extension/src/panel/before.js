/** The side of the panel with what was kept of a site: lists it, and opens a report in place. */

import { answerTo, ask, saveJson, Told } from "../shared/background.js";
import { changesView } from "../views/changes.js";
import { noticeView } from "../shared/heading.js";
import { bringIntoView, button, h, on } from "../views/dom.js";
import { showAnswer } from "../views/questions.js";
import { reportView } from "../views/report.js";
import { failedView, keptView, lookingView, unreachableView } from "./before-view.js";
import { siteReportView } from "./view.js";

/** @typedef {import("../shared/messages.js").Before} Kept */
/** @typedef {import("../shared/messages.js").Message} Message */
/** @typedef {import("../shared/messages.js").Problem} Problem */
/** @typedef {import("../shared/messages.js").View} View */
/** @typedef {import("../views/shapes.js").AnyReport} AnyReport */
/** @typedef {import("../views/shapes.js").Report} Report */

export class Before {
  #place;
  #say;
  /** @type {View | null} */
  #view = null;
  /** From what the list was made. */
  #shown = "";
  /** The list, while a report of it is open. @type {HTMLElement | null} */
  #list = null;
  /** Counts what was asked for, so that a late answer is dropped. */
  #asked = 0;
  /** The report that is open. @type {string | null} */
  #open = null;

  /** @param {HTMLElement} place @param {(words: string) => void} say */
  constructor(place, say) {
    this.#place = place;
    this.#say = say;
    on(place, "open-report", ({ id }, from) => void this.#openReport(id, from));
    on(place, "show-changes", ({ older, newer }, from) => void this.#compare(older, newer, from));
    on(place, "save-json", ({ report }) => saveJson(report, `${report.kind}-report.json`));
    on(place, "ask-question", ({ question }) => void this.#ask(question));
  }

  /** Shows what was kept of the site in sight. @param {View} view */
  show(view) {
    const { tabId, site, connection, report, policy } = view;
    const told = JSON.stringify([
      [tabId, site?.host],
      [connection, report?.created_at, policy?.created_at],
    ]);
    const [where] = JSON.parse(this.#shown || "[[]]");
    this.#view = view;
    if (told === this.#shown) return;
    // Who reads an earlier report is not disturbed by what goes on in the page.
    if (this.#list !== null && String(where) === String([tabId, site?.host])) return;
    this.#shown = told;
    this.#list = null;
    this.#open = null;
    void this.#load();
  }

  async #load() {
    const view = /** @type {View} */ (this.#view);
    const turn = ++this.#asked;
    if (view.connection !== "connected") {
      this.#place.replaceChildren(unreachableView(view.connection));
      return;
    }
    this.#place.replaceChildren(lookingView());
    try {
      /** @type {{ before: Kept }} */
      const { before } = await answerTo({ type: "before", tabId: view.tabId });
      if (turn === this.#asked) this.#place.replaceChildren(keptView(before));
    } catch (error) {
      if (!(error instanceof Told)) throw error;
      if (turn !== this.#asked) return;
      this.#place.replaceChildren(failedView(error.problem, () => void this.#load()));
    }
  }

  /**
   * Puts what the background answers in the place of the list, with a way back.
   *
   * @param {Message} message
   * @param {Element} from
   * @param {(report: AnyReport) => HTMLElement} make
   */
  async #put(message, from, make) {
    const turn = ++this.#asked;
    this.#say("Opening it …");
    try {
      /** @type {{ report: AnyReport }} */
      const { report } = await answerTo(message);
      if (turn !== this.#asked) return;
      this.#list = /** @type {HTMLElement} */ (this.#place.lastElementChild);
      const back = button("Back to what was kept", {
        class: "text-button",
        onclick: () => this.#back(from.getAttribute("data-entry") ?? ""),
      });
      const view = make(report);
      this.#place.replaceChildren(h("p", {}, back), view);
      this.#say("Opened.");
      scrollTo(0, 0);
      view.querySelector("h1")?.focus({ preventScroll: true });
    } catch (error) {
      if (!(error instanceof Told)) throw error;
      if (turn === this.#asked) this.#fail(error.problem);
    }
  }

  /** Says above the list why a report does not open. @param {Problem} problem */
  #fail({ message, hint }) {
    this.#say("");
    this.#place.querySelector(".before-failed")?.remove();
    const told = noticeView({ kind: "warning", text: message, hint }, null);
    const alert = h("div", { class: "before-failed", role: "alert" }, told);
    this.#place.prepend(alert);
    bringIntoView(alert);
  }

  /** @param {string} entry where the person comes back to */
  #back(entry) {
    const list = this.#list;
    this.#list = null;
    this.#open = null;
    this.#asked += 1;
    if (list !== null) this.#place.replaceChildren(list);
    const way = this.#place.querySelector(`[data-entry="${CSS.escape(entry)}"]`);
    if (way instanceof HTMLElement) way.focus();
    if (this.#view) this.show(this.#view);
  }

  /** @param {string} id @param {Element} from */
  async #openReport(id, from) {
    await this.#put({ type: "recall", id }, from, (report) => {
      this.#open = id;
      return report.kind === "site"
        ? siteReportView(report)
        : reportView({ id: null, report, wrong: new Set() }, null);
    });
  }

  /** @param {string} older @param {string} newer @param {Element} from */
  async #compare(older, newer, from) {
    await this.#put({ type: "compare", older, newer }, from, (report) =>
      changesView(/** @type {Report} */ (report)),
    );
  }

  /** @param {string} question */
  async #ask(question) {
    const id = this.#open;
    if (id === null || this.#view === null) return;
    showAnswer(this.#place, "Looking for the answer …");
    const answer = await ask(this.#view.tabId, question, id);
    if (id !== this.#open) return;
    showAnswer(this.#place, "message" in answer ? `${answer.message} ${answer.hint}` : answer);
  }
}
