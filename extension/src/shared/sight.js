/** The view of the tab in sight, kept as the background tells it, and what is asked of it. */

import {
  oneAtATime,
  onChanged,
  readView,
  SILENT,
  tabInSight,
  tell,
  whileSeen,
} from "./background.js";

/** @typedef {import("./messages.js").Message} Message */
/** @typedef {import("./messages.js").Problem} Problem */
/** @typedef {import("./messages.js").View} View */

/**
 * @typedef {{ tabId: number, host: string | undefined, near: Set<number>, turning: boolean }} Kept
 */

/** While a code is shown, also a worker that was ended has to hear of the answer. */
const ASK_AGAIN_MS = 2_000;

/** @param {Message} message @returns {View["working"]} */
function workOf({ type }) {
  return type === "rate" ? "rating" : type === "read-policy" ? "reading" : null;
}

/** What is shown where the background does not answer. @param {number} tabId @returns {View} */
function unanswered(tabId) {
  return {
    connection: "basic",
    code: null,
    place: "page",
    tabId,
    site: null,
    live: null,
    report: null,
    policy: null,
    working: null,
    problem: SILENT,
    done: [],
  };
}

export class Sight {
  #draw;
  /** What went wrong with what was asked last, where the view does not tell. @type {Problem | null} */
  #failed = null;
  /** @type {Message | null} */
  #last = null;
  /** What is read on while other tabs, `near`, show pages of it. @type {Kept | null} */
  #kept = null;

  /** @param {(view: View) => void} draw called with every view */
  constructor(draw) {
    this.#draw = draw;
    this.view = unanswered(chrome.tabs.TAB_ID_NONE);
  }

  get tabId() {
    return this.view.tabId;
  }

  /** Shows the tab in sight, and goes on with it. */
  async follow() {
    onChanged((tabId) => {
      if (tabId === this.tabId) void this.refresh();
    });
    setInterval(() => {
      if (this.view.connection === "waiting") void this.refresh();
    }, ASK_AGAIN_MS);
    whileSeen(() => void this.refresh());
    await this.refresh();
  }

  /**
   * Goes on with what is shown while `turn` brings another tab to the front, until the person turns
   * to yet another one.
   *
   * @template {{ tabId?: number }} Turned
   * @param {() => Promise<Turned>} turn tells which tab
   * @returns {Promise<Turned>}
   */
  async stay(turn) {
    const before = new Set([this.tabId, ...(this.#kept?.near ?? [])]);
    /** @type {Kept} */
    const kept = {
      tabId: this.tabId,
      host: this.view.site?.host,
      near: new Set(before),
      turning: true,
    };
    this.#kept = kept;
    const turned = await turn();
    kept.near = before.add(turned.tabId ?? kept.tabId);
    kept.turning = false;
    await this.refresh();
    return turned;
  }

  /** The tab in sight, or the one whose report is read on beside it. */
  async #tabToShow() {
    const inSight = await tabInSight();
    const kept = this.#kept;
    if (kept === null) return inSight;
    if (kept.turning && !kept.near.has(inSight)) {
      kept.near.add(inSight);
      kept.turning = false;
    }
    if (kept.near.has(inSight)) return kept.tabId;
    this.#kept = null;
    return inSight;
  }

  refresh = oneAtATime(async () => {
    let tabId = await this.#tabToShow();
    let view = (await readView(tabId)) ?? unanswered(tabId);
    if (this.#kept !== null && this.#kept.host !== view.site?.host) {
      this.#kept = null;
      tabId = await tabInSight();
      view = (await readView(tabId)) ?? unanswered(tabId);
    }
    if (tabId !== this.tabId || view.connection === "waiting") this.#failed = null;
    if (tabId !== this.tabId) this.#last = null;
    this.#show({ ...view, tabId, problem: view.problem ?? this.#failed });
  });

  /** @param {View} view */
  #show(view) {
    this.view = view;
    this.#draw(view);
  }

  /** @param {Message} message */
  async send(message) {
    this.#last = message;
    this.#failed = null;
    const working = workOf(message);
    if (working !== null) this.#show({ ...this.view, problem: null, working });
    const told = /** @type {{ problem?: Problem | null } | undefined} */ (await tell(message));
    this.#failed = told === undefined ? SILENT : (told.problem ?? null);
    await this.refresh();
  }

  /** Looks at the site of the tab again, or leaves it alone. @param {boolean} on */
  async watch(on) {
    await this.send({ type: "pause", tabId: this.tabId, paused: !on });
  }

  /** Asks the same again; where nothing was asked, what stands in the way. */
  async again() {
    const { connection, place, tabId } = this.view;
    if (connection === "unpaired" || connection === "stranger") {
      await this.send({ type: "connect" });
    } else if (this.#last !== null && workOf(this.#last) !== null) await this.send(this.#last);
    else if (place === "page") await this.send({ type: "rate", tabId });
    else await this.refresh();
  }
}
