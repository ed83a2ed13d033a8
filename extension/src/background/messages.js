/** Takes in what pages of this extension ask. Scripts in web pages ask none of this. */

import { problemOf } from "./problems.js";

/** @typedef {import("../shared/messages.js").Changed} Changed */
/** @typedef {import("../shared/messages.js").Message} Message */

/**
 * @template {Message["type"]} Type
 * @typedef {Extract<Message, { type: Type }>} Of
 */

/** @typedef {{ [Type in Message["type"]]: (message: Of<Type>) => Promise<unknown> }} Handlers */

const LONGEST_QUESTION = 500;
const TOGETHER_MS = 300;

/**
 * Whether a page of this extension speaks: its popup, its panel, or a tab of its own. A content
 * script has the extension's id as well, but the address of the page that it runs in.
 *
 * @param {chrome.runtime.MessageSender} sender
 */
export function isOwnPage({ id, url, origin }) {
  const own = new URL(chrome.runtime.getURL("")).origin;
  const from = url !== undefined && URL.canParse(url) ? new URL(url).origin : null;
  // Where the browser tells nothing for the scheme, the beginning of the address does.
  const page = url?.startsWith(`${own}/`) ?? false;
  return (
    id === chrome.runtime.id && page && (from === own || from === "null") && (origin ?? own) === own
  );
}

/** @param {unknown} given @returns {given is Message} */
function isMessage(given) {
  const { type, tabId, question } = /** @type {Record<string, unknown>} */ (given ?? {});
  if (typeof type !== "string") return false;
  if (tabId !== undefined && !Number.isInteger(tabId)) return false;
  return (
    question === undefined || (typeof question === "string" && question.length <= LONGEST_QUESTION)
  );
}

/** @param {Handlers} handlers */
export function listen(handlers) {
  chrome.runtime.onMessage.addListener((message, sender, answer) => {
    if (!isOwnPage(sender) || !isMessage(message)) return undefined;
    if (!Object.hasOwn(handlers, message.type)) return undefined;
    const handle = /** @type {(message: Message) => Promise<unknown>} */ (handlers[message.type]);
    void handle(message).then(answer, (error) => answer({ problem: problemOf(error) }));
    return true;
  });
}

/** Tells who is open that the view of a tab is other than before; many changes at once are one. */
export class Changes {
  /** @type {Set<number>} */
  #waiting = new Set();
  #told;

  /** @param {(tabId: number) => void} [told] called along with it */
  constructor(told = () => undefined) {
    this.#told = told;
  }

  /** @param {number} tabId */
  add(tabId) {
    if (this.#waiting.has(tabId)) return;
    this.#waiting.add(tabId);
    setTimeout(() => {
      this.#waiting.delete(tabId);
      this.#told(tabId);
      // Nobody listens where nothing is open.
      chrome.runtime
        .sendMessage(/** @type {Changed} */ ({ type: "changed", tabId }))
        .catch(() => undefined);
    }, TOGETHER_MS);
  }
}
