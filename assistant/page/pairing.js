/** Asks, while the start is on the screen, whether a browser wants to connect, and passes the answer on. */

import { answerBrowser, disconnectBrowser, readPairings, ServiceProblem } from "./api.js";
import { main, say } from "./screen.js";
import { on } from "../views/dom.js";
import { answeredView, browsersView, lockedView, pendingView } from "../views/pairing.js";

/** @typedef {import("../views/shapes.js").Pairings} Pairings */

const EVERY_MS = 2000;

/** A page that is left open asks no longer, until it is looked at again. */
const ASKED_FOR_MS = 15 * 60_000;

const OVER = "That browser is not waiting any more. Connect again in its popup.";

/** What is shown of pairing on the view that asks; each start view gets its own. */
const now = {
  /** @type {HTMLElement | null} */
  view: null,
  top: document.createElement("div"),
  bottom: document.createElement("div"),
  /** The code that is shown. @type {string | null} */
  code: null,
  /** Whether the page was told that it may not ask. */
  locked: false,
  /** The list that is shown, as text. */
  listed: "",
  /** Counts the askings, so that an answer which something overtook is dropped. */
  asked: 0,
  /** When the asking ends. */
  until_ms: 0,
  timer: 0,
};

/** Whether the start is still on the screen and somebody may be looking. */
function isWatched() {
  return now.view !== null && now.view.isConnected && document.visibilityState === "visible";
}

/**
 * Shows a browser that asks above a view, and those that are connected below it.
 *
 * @param {HTMLElement} view on the screen
 */
export function watchBrowsers(view) {
  now.view = view;
  now.top = document.createElement("div");
  now.bottom = document.createElement("div");
  now.top.className = now.bottom.className = "pairing-place";
  now.code = null;
  now.locked = false;
  now.listed = "";
  view.prepend(now.top);
  view.append(now.bottom);
  void watchAgain();
}

function watchAgain() {
  now.until_ms = Date.now() + ASKED_FOR_MS;
  return ask();
}

/** Lets no answer in that is on its way. */
function pause() {
  clearTimeout(now.timer);
  now.asked += 1;
}

/** Asks once, and again a little later where somebody may still be looking. */
async function ask() {
  pause();
  if (!isWatched()) return;
  const { asked } = now;
  try {
    const pairings = await readPairings();
    if (now.asked !== asked || !isWatched()) return;
    showPairings(pairings);
  } catch (error) {
    if (!(error instanceof ServiceProblem)) throw error;
    // The screen says so when the person asks for something; this only looked on their behalf.
    // But who came here to allow a browser asks for nothing else.
    if (error.problem.code === "not-authorized") return showLocked();
  }
  if (Date.now() < now.until_ms) now.timer = setTimeout(ask, EVERY_MS);
}

function showLocked() {
  if (now.locked) return;
  now.locked = true;
  now.code = null;
  now.listed = "";
  now.bottom.replaceChildren();
  now.top.replaceChildren(lockedView());
}

/** @param {Pairings} pairings */
function showPairings({ pending, browsers }) {
  if (now.locked) now.top.replaceChildren();
  now.locked = false;
  if ((pending?.code ?? null) !== now.code) {
    const shown = now.code !== null;
    now.code = pending?.code ?? null;
    if (pending) {
      now.top.replaceChildren(pendingView(pending));
      say(`A browser asks to connect: ${pending.client}. Code ${pending.code}.`);
    } else if (shown) {
      answered(OVER);
    }
  }
  const listed = JSON.stringify(browsers);
  if (listed !== now.listed) {
    now.listed = listed;
    now.bottom.replaceChildren(...(browsers.length > 0 ? [browsersView(browsers)] : []));
  }
}

/** Takes the question off the screen, and the focus to what became of it. @param {string} text */
function answered(text) {
  const view = answeredView(text);
  const focused = now.top.contains(document.activeElement);
  now.top.replaceChildren(view);
  if (focused) view.focus();
  say(text);
}

/** @param {() => Promise<void>} act @param {string} done */
async function change(act, done) {
  try {
    await act();
    return done;
  } catch (error) {
    if (!(error instanceof ServiceProblem)) throw error;
    return error.problem.code === "not-found"
      ? OVER
      : `${error.problem.message} ${error.problem.hint}`;
  }
}

/** @param {string} code @param {boolean} allow */
async function answer(code, allow) {
  if (code !== now.code) return;
  now.code = null;
  pause();
  const done = allow
    ? "Allowed. The browser is connected in a moment."
    : "Refused. The browser gets nothing.";
  const text = await change(() => answerBrowser(code, allow), done);
  answered(text);
  await watchAgain();
}

/** @param {string} id @param {string} client */
async function disconnect(id, client) {
  const text = await change(() => disconnectBrowser(id), `${client} is disconnected.`);
  await watchAgain();
  (now.bottom.querySelector("h2") ?? main.querySelector("h1"))?.focus();
  say(text);
}

export function listenToBrowsers() {
  on(main, "answer-browser", ({ code, allow }) => void answer(code, allow));
  on(main, "disconnect-browser", ({ id, client }) => void disconnect(id, client));
  const look = () => {
    if (isWatched()) void watchAgain();
  };
  document.addEventListener("visibilitychange", look);
  addEventListener("focus", look);
}
