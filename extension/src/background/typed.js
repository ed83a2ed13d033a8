/** Looks for what was typed in each tab in what leaves it. All of it lives in memory only. */

import { LeakFinder } from "./leaks.js";
import { add } from "./visit.js";

/** @typedef {import("./leaks.js").Found} Found */
/** @typedef {import("./visit.js").Request} Request */
/** @typedef {import("./visit.js").Visit} Visit */
/** @typedef {Pick<Request, "url" | "type" | "method" | "at">} Sent */
/** @typedef {{visit: Visit, tabId: number, url: string, channel: string, at: number}} Left */

const KINDS = new Set(["password", "email", "card", "phone", "address", "name"]);

export class Typed {
  /** @type {Map<number, LeakFinder<Left>>} */
  #finders = new Map();
  #onLeak;

  /** @param {(tabId: number) => void} onLeak called when something typed was seen to leave a tab */
  constructor(onLeak) {
    this.#onLeak = onLeak;
  }

  /**
   * @param {Visit} visit
   * @param {{kind?: unknown, value?: unknown}} message
   * @param {{key: string, tabId: number, timeStamp: number}} known `key` is that of the field
   */
  take(visit, { kind, value }, { key, tabId, timeStamp }) {
    if (typeof kind !== "string" || typeof value !== "string" || !KINDS.has(kind)) return;
    if (this.#of(tabId).type(key, kind, value, timeStamp)) visit.typed = true;
  }

  /**
   * A request has left, or a message on a web socket.
   *
   * @param {{visit: Visit, tabId: number, request: Sent}} known
   * @param {Parameters<LeakFinder<Left>["send"]>[0]} parts
   * @param {number} timeStamp
   */
  send({ visit, tabId, request }, parts, timeStamp) {
    const { url, at } = request;
    const left = { visit, tabId, url, channel: channelOf(request), at };
    this.#of(tabId).send(parts, left, timeStamp);
  }

  /**
   * The person has sent a form: what leaves from then on is what they wanted, and what was typed is
   * forgotten. A request may be told before the message about the form.
   *
   * @param {Visit} visit
   * @param {number} tabId
   * @param {number} since
   */
  submitted(visit, tabId, since) {
    this.forget(tabId);
    for (const leak of visit.leaks) if (leak.at >= since) leak.submitted = true;
  }

  /** What was typed. @param {number} tabId */
  forget(tabId) {
    this.#finders.get(tabId)?.forget();
  }

  /** Everything of a tab. @param {number} tabId */
  drop(tabId) {
    this.#finders.delete(tabId);
  }

  /** @param {number} tabId */
  #of(tabId) {
    let finder = this.#finders.get(tabId);
    if (!finder) {
      finder = new LeakFinder((found, left) => this.#note(found, left));
      this.#finders.set(tabId, finder);
    }
    return finder;
  }

  /**
   * @param {Found} found
   * @param {Left} left
   */
  #note({ field, encodings }, { visit, tabId, url, channel, at }) {
    const known = visit.leaks.some(
      (leak) =>
        leak.field === field &&
        leak.url === url &&
        leak.channel === channel &&
        leak.encodings.join() === encodings.join(),
    );
    if (known) return;
    add(visit, "leaks", { field, url, channel, encodings, submitted: false, script: null, at });
    this.#onLeak(tabId);
  }
}

/** @param {Sent} request */
function channelOf({ type, method }) {
  if (type === "websocket") return "websocket";
  if (type === "ping") return "beacon";
  return method === "GET" ? "get" : "post";
}
