/** The browser that asks to connect, with the code to compare, and the browsers that are connected. */

import { announcer, h } from "./dom.js";
import { day } from "./words.js";

/** @typedef {import("./shapes.js").PairedBrowser} PairedBrowser */
/** @typedef {import("./shapes.js").PendingBrowser} PendingBrowser */

/** A click that was meant for what stood here before must not allow a browser. */
const ARMED_AFTER_MS = 700;

/**
 * @param {PendingBrowser} pending
 * @returns {HTMLElement}
 */
export function pendingView({ client, code }) {
  const answers = [
    announcer("Allow", { class: "button primary", disabled: true }, "answer-browser", {
      code,
      allow: true,
    }),
    announcer("Refuse", { class: "button", disabled: true }, "answer-browser", {
      code,
      allow: false,
    }),
  ];
  setTimeout(() => {
    for (const answer of answers) answer.disabled = false;
  }, ARMED_AFTER_MS);
  return h(
    "section",
    { class: "pairing", "aria-labelledby": "pairing-heading" },
    h(
      "h2",
      { id: "pairing-heading", tabindex: "-1" },
      "A browser asks to connect: ",
      h("bdi", {}, client),
    ),
    h("p", { class: "pairing-code" }, "Code ", h("strong", {}, code)),
    h("p", {}, "Allow only if you see the same code in that browser’s extension."),
    h("p", { class: "actions" }, answers),
  );
}

/** Who came here to allow a browser, by an address that shows nothing, is told the way. */
export function lockedView() {
  return h(
    "section",
    { class: "pairing", "aria-labelledby": "locked-heading" },
    h("h2", { id: "locked-heading" }, "To let a browser in, open this page by its own address"),
    h(
      "p",
      {},
      "The assistant prints it in its terminal. It works once; if it was used in another browser, allow the request there, or start the assistant again:",
    ),
    h("pre", {}, h("code", {}, "privacy-assistant serve --open")),
  );
}

/** How it ended; takes the focus of the buttons that are gone. @param {string} text */
export function answeredView(text) {
  return h("p", { class: "pairing-answered", tabindex: "-1" }, text);
}

/**
 * @param {PairedBrowser[]} browsers at least one
 * @returns {HTMLElement}
 */
export function browsersView(browsers) {
  return h(
    "section",
    { class: "browsers", "aria-labelledby": "browsers-heading" },
    h("h2", { id: "browsers-heading", tabindex: "-1" }, "Connected browsers"),
    h(
      "ul",
      {},
      browsers.map(({ id, client, paired_at }) =>
        h(
          "li",
          {},
          h(
            "span",
            {},
            h("bdi", {}, client),
            h("span", { class: "fine" }, " since ", time(paired_at)),
          ),
          announcer(
            "Disconnect",
            {
              class: "text-button danger",
              "aria-label": `Disconnect ${client}, ${day(paired_at)}`,
            },
            "disconnect-browser",
            { id, client },
          ),
        ),
      ),
    ),
  );
}

/** @param {string} iso */
function time(iso) {
  return h("time", { datetime: iso }, day(iso));
}
