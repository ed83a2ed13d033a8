/** Shows the popup of the tab in sight, and does what is clicked. */

import { askForSitesInTab, openPanel, openService, reload } from "../shared/background.js";
import { Sight } from "../shared/sight.js";
import { worst } from "../shared/state.js";
import { popupView } from "./view.js";

/** @typedef {import("../shared/messages.js").View} View */
/** @typedef {import("../shared/state.js").Action} Action */

/** Browsers show no more of a popup without scrolling, px. */
const HIGHEST = 560;

const root = /** @type {HTMLElement} */ (document.getElementById("popup"));
const status = /** @type {HTMLElement} */ (document.getElementById("status"));

let drawn = "";

/** @param {View} view */
function draw(view) {
  const told = JSON.stringify(view);
  if (told === drawn) return;
  drawn = told;
  const focused = document.activeElement?.getAttribute("data-key") ?? "";
  root.className = "";
  root.replaceChildren(...popupView(view, { act, why, undo, watch, settings }));
  root.classList.toggle("is-tight", root.scrollHeight > HIGHEST);
  focus(focused);
  const said = view.problem?.message ?? worst(view).text;
  if (status.textContent !== said) status.textContent = said;
}

/** Puts the focus back; where its place is gone, on what stands there instead. @param {string} key */
function focus(key) {
  if (key === "") return;
  const marked = [...root.querySelectorAll("[data-key]")].filter(
    (one) => one instanceof HTMLElement,
  );
  const find = (/** @type {string} */ name) => marked.find(({ dataset }) => dataset.key === name);
  (find(key) ?? find("primary"))?.focus();
}

const sight = new Sight(draw);

function why() {
  void openPanel(sight.tabId, "why").then(close);
}

/** @param {string} back */
function undo(back) {
  void sight.send({ type: "undo", tabId: sight.tabId, undo: back });
}

/** @param {boolean} on */
function watch(on) {
  void sight.watch(on);
}

function settings() {
  void chrome.runtime.openOptionsPage().then(close);
}

/** The code stays in sight in the panel, since the popup closes once the page opens. */
async function compare() {
  await Promise.all([openPanel(sight.tabId, ""), openService()]);
  close();
}

/** @param {Action} action */
function act(action) {
  switch (action) {
    case "allow":
      void askForSitesInTab().then(close);
      break;
    case "report":
      void openPanel(sight.tabId, "").then(close);
      break;
    case "compare":
      void compare();
      break;
    case "settings":
      settings();
      break;
    case "reload":
      void reload(sight.tabId);
      break;
    case "connect":
      void sight.send({ type: "connect" });
      break;
    case "rate":
      void sight.send({ type: "rate", tabId: sight.tabId });
      break;
    case "watch":
      watch(true);
      break;
    case "again":
      void sight.again();
      break;
  }
}

await sight.follow();
