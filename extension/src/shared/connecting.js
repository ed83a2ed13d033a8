/** How this browser stands with the assistant, with the one button that changes it. */

import { button, h } from "../views/dom.js";
import {
  askForSites,
  onChanged,
  openService,
  readView,
  SILENT,
  tell,
  whileSeen,
} from "./background.js";
import { ACTION_WORDS, CONNECTION_WORDS, KEPT_AWAY } from "./state.js";

/** @typedef {import("./messages.js").Connection} Connection */
/** @typedef {import("./messages.js").Problem} Problem */
/** @typedef {import("./messages.js").View} View */

/** While a code is shown, also a worker that was ended has to hear of the answer. */
const ASK_AGAIN_MS = 2_000;

/** @type {Record<Connection, string>} */
const MEANS = {
  connected: "The assistant on this computer answers, and only you let this browser in.",
  basic:
    "This browser is connected, but the assistant does not answer. Start it in a terminal with `privacy-assistant serve`.",
  unpaired: "Start the assistant in a terminal with `privacy-assistant serve`, then connect.",
  waiting:
    "Open the assistant’s page. If it shows the same code, allow this browser there. The terminal where the assistant runs shows the code, too.",
  stranger:
    "What answers does not know this browser, or is not the assistant; it was told nothing. Connect again if you deleted the assistant’s data or moved it, and allow the code only if the terminal where the assistant runs shows it, too.",
};

/** Text whose stretches between backticks are shown as code. @param {string} text */
function withCode(text) {
  return text.split("`").map((part, position) => (position % 2 ? h("code", {}, part) : part));
}

/** @param {View} view @param {(message: "connect" | "disconnect") => void} act */
function connectionView({ connection, code, problem }, act) {
  const paired = connection === "connected" || connection === "basic";
  const keptAway = problem?.code === KEPT_AWAY;
  return [
    h(
      "p",
      { class: `connection connection-${connection}` },
      h("span", { class: "connection-dot", "aria-hidden": "true" }),
      CONNECTION_WORDS[connection],
    ),
    code !== null &&
      h(
        "p",
        { class: "pairing-code" },
        h("span", { class: "visually-hidden" }, `Code ${code.split("").join(" ")}`),
        h("span", { "aria-hidden": "true" }, code),
      ),
    // What went wrong tells the way on by itself.
    (problem === null || connection !== "unpaired") &&
      h("p", { class: "fine" }, withCode(MEANS[connection])),
    problem !== null && problemView(problem),
    h(
      "p",
      { class: "actions" },
      keptAway &&
        button(ACTION_WORDS.allow, {
          class: "button primary",
          onclick: () => void askForSites(),
        }),
      !paired &&
        !keptAway &&
        connection !== "waiting" &&
        button("Connect", { class: "button primary", onclick: () => act("connect") }),
      connection === "waiting" &&
        button("Open the assistant’s page", {
          class: "button primary",
          onclick: () => void openService(),
        }),
      connection === "waiting" &&
        button("Cancel", { class: "button", onclick: () => act("disconnect") }),
      (paired || connection === "stranger") &&
        button("Disconnect", { class: "button", onclick: () => act("disconnect") }),
    ),
  ];
}

/** @param {Problem} problem */
export function problemView({ message, hint }) {
  return h(
    "div",
    { class: "notice notice-warning" },
    h(
      "div",
      {},
      h("p", { class: "notice-text" }, withCode(message)),
      h("p", { class: "fine" }, withCode(hint)),
    ),
  );
}

/** Keeps `place` as things stand. @param {HTMLElement} place */
export async function showConnection(place) {
  const own = (await chrome.tabs.getCurrent())?.id ?? chrome.tabs.TAB_ID_NONE;
  let drawn = "";
  /** What went wrong with what was clicked last, where the view does not tell. @type {Problem | null} */
  let failed = null;
  /** @param {View | null} known */
  const draw = (known) => {
    if (known === null) return;
    if (known.connection === "waiting" || known.connection === "connected") failed = null;
    const view = { ...known, problem: known.problem ?? failed };
    const told = JSON.stringify([view.connection, view.code, view.problem]);
    if (told === drawn) return;
    drawn = told;
    const held = place.contains(document.activeElement);
    place.replaceChildren(...connectionView(view, act).flatMap((one) => one || []));
    if (held) place.querySelector("button")?.focus();
  };
  const refresh = async () => draw(await readView(own));
  /** @param {"connect" | "disconnect"} type */
  const act = async (type) => {
    const told = /** @type {View | undefined} */ (await tell({ type }));
    failed = told === undefined ? SILENT : told.problem;
    if (told === undefined) await refresh();
    else draw(told);
  };
  onChanged((tabId) => {
    if (tabId === own) void refresh();
  });
  await refresh();
  setInterval(() => {
    if (place.querySelector(".connection-waiting")) void refresh();
  }, ASK_AGAIN_MS);
  whileSeen(() => void refresh());
}
