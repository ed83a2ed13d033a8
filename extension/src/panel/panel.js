/** Shows the panel of the tab in sight, keeps what is open as it is, and does what is clicked. */

import {
  ask,
  askForSites,
  onTabSwitched,
  onWanted,
  openService,
  reload,
  saveJson,
  SILENT,
  takeWanted,
  tell,
} from "../shared/background.js";
import { headingView, noticeView } from "../shared/heading.js";
import { Sight } from "../shared/sight.js";
import { firstAction, notice, workingWords } from "../shared/state.js";
import { announce, on } from "../views/dom.js";
import { acceptDrops } from "../views/files.js";
import { showAnswer } from "../views/questions.js";
import { Before } from "./before.js";
import { listenForPassages, offersSite } from "./passage.js";
import { Photos } from "./photos.js";
import {
  doesActions,
  doesView,
  doneView,
  noticeActions,
  saysActions,
  saysView,
  sidesOf,
  tabsView,
} from "./view.js";

/** @typedef {import("../shared/messages.js").Problem} Problem */
/** @typedef {import("../shared/messages.js").View} View */
/** @typedef {import("../shared/state.js").Action} Action */
/** @typedef {import("./view.js").Side} Side */

/** @param {string} id */
function place(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

const parts = {
  heading: place("heading"),
  notice: place("notice"),
  done: place("done"),
  tabs: place("tabs"),
  does: place("does"),
  says: place("says"),
  before: place("before"),
  photos: place("photos"),
  "does-told": place("does-told"),
  "does-actions": place("does-actions"),
  "says-told": place("says-told"),
  "says-actions": place("says-actions"),
  told: place("told"),
};
const status = place("status");
const say = (/** @type {string} */ words) => {
  status.textContent = words;
};
const before = new Before(parts.before, say);
const photos = new Photos(parts.photos, say);

/** What is on the screen, and from what each part was made. */
const now = {
  /** @type {Side} */
  side: "does",
  /** @type {Map<keyof typeof parts, string>} */
  drawn: new Map(),
};

/**
 * Makes a part again where what it shows is other than before, with the focus where it was and
 * what is marked by `data-key` as open as it was.
 *
 * @param {keyof typeof parts} name
 * @param {unknown} shown
 * @param {() => (HTMLElement | null)[]} make
 */
function draw(name, shown, make) {
  const told = JSON.stringify(shown);
  if (now.drawn.get(name) === told) return;
  now.drawn.set(name, told);
  const part = parts[name];
  const focused = part.contains(document.activeElement)
    ? document.activeElement?.getAttribute("data-key")
    : null;
  const open = new Set(
    [...part.querySelectorAll("details[data-key][open]")].map((one) =>
      one.getAttribute("data-key"),
    ),
  );
  part.replaceChildren(...make().filter((one) => one !== null));
  for (const one of part.querySelectorAll("[data-key]")) {
    const key = one.getAttribute("data-key");
    if (one instanceof HTMLDetailsElement) one.open = open.has(key);
    else if (one instanceof HTMLElement && key === focused) one.focus();
  }
}

/**
 * Leaves one side in the document: reports name their parts alike.
 *
 * @param {Side} side
 * @param {boolean} tabbed whether there are more
 */
function showSide(side, tabbed) {
  const shown = parts[side];
  for (const one of [parts.does, parts.says, parts.before, parts.photos]) {
    if (one !== shown) one.remove();
  }
  if (tabbed) {
    shown.setAttribute("role", "tabpanel");
    shown.setAttribute("aria-labelledby", `tab-${side}`);
  } else {
    shown.removeAttribute("role");
    shown.removeAttribute("aria-labelledby");
  }
  if (!shown.isConnected) parts.tabs.after(shown);
}

/** @param {View} view */
function drawAll(view) {
  const { connection, site, live, report, policy, working, done, place: where } = view;
  const told = notice(view);
  const code = connection === "waiting" ? view.code : null;
  const sides = sidesOf(view);
  const side = sides.includes(now.side) ? now.side : "does";
  const tabbed = sides.length > 1;
  draw("heading", [connection, where, site], () => [headingView(view)]);
  draw("notice", [told, code, firstAction(view), working], () => [
    told && noticeView(told, code),
    noticeActions(view, clicks),
  ]);
  draw("done", done, () => [doneView(view, clicks)]);
  draw("tabs", [sides, side], () => (tabbed ? tabsView(sides, side, clicks) : []));
  draw("does-told", [view.tabId, where, report ?? live], () => [doesView(view)]);
  draw("does-actions", [where, connection, working, report === null, live === null], () => [
    doesActions(view, clicks),
  ]);
  draw("says-told", [view.tabId, where, policy, policy === null && connection], () => [
    saysView(view),
  ]);
  draw("says-actions", [where, connection, working, policy === null], () => [
    saysActions(view, clicks),
  ]);
  draw("told", view.tabId, () => []);
  const offers = offersSite(view);
  parts.does.classList.toggle("offers-site", offers.does);
  parts.says.classList.toggle("offers-site", offers.says);
  photos.show(view);
  if (side === "before") before.show(view);
  parts.tabs.hidden = !tabbed;
  showSide(side, tabbed);
  document.title = site === null ? "Privacy Assistant" : `${site.domain} – Privacy Assistant`;
  status.textContent = view.problem?.message ?? workingWords(view) ?? "";
}

const sight = new Sight(drawAll);

/** @param {Action} action */
function act(action) {
  if (action === "allow") void askForSites();
  else if (action === "compare") void openService();
  else if (action === "settings") void chrome.runtime.openOptionsPage();
  else if (action === "reload") void reload(sight.tabId);
  else if (action === "connect") void sight.send({ type: "connect" });
  else if (action === "again") void sight.again();
  else if (action === "watch") void sight.watch(true);
}

/** @param {Side} side */
function turn(side) {
  now.side = side;
  drawAll(sight.view);
  const tab = parts.tabs.querySelector(`#tab-${side}`);
  if (tab instanceof HTMLElement) tab.focus();
}

/** @param {Problem} problem */
function tellProblem({ message, hint }) {
  status.textContent = "";
  parts.told.replaceChildren(noticeView({ kind: "warning", text: message, hint }, null));
}

async function save() {
  const { tabId, view } = sight;
  const record = await tell({ type: "observation", tabId });
  parts.told.replaceChildren();
  if (typeof record !== "object" || record === null) tellProblem(SILENT);
  else if ("problem" in record) tellProblem(/** @type {{ problem: Problem }} */ (record).problem);
  else saveJson(record, `observation-${view.site?.domain ?? "page"}.json`);
}

/** @type {import("./view.js").Clicks} */
const clicks = {
  act,
  turn,
  rate: () => void sight.send({ type: "rate", tabId: sight.tabId }),
  read: () => void sight.send({ type: "read-policy", tabId: sight.tabId }),
  save: () => void save(),
  undo: (undo) => void sight.send({ type: "undo", tabId: sight.tabId, undo }),
  settings: () => void chrome.runtime.openOptionsPage(),
};

/** Opens the finding that the one sentence comes from. */
function showWhy() {
  if (takeWanted() !== "why") return;
  const [ruleId] = sight.view.report?.verdict.rule_ids ?? [];
  const article = parts.does.querySelector("article");
  if (ruleId === undefined || article === null) return;
  if (now.side !== "does") turn("does");
  announce(article, "show-finding", { ruleId });
}

on(parts.says, "ask-question", ({ question }) => {
  showAnswer(parts.says, "Looking for the answer …");
  const { tabId } = sight;
  void ask(tabId, question).then((answer) => {
    if (tabId !== sight.tabId) return;
    showAnswer(parts.says, "message" in answer ? `${answer.message} ${answer.hint}` : answer);
  });
});
for (const side of [parts.does, parts.says]) {
  on(side, "save-json", ({ report }) => saveJson(report, `${report.kind}-report.json`));
}
listenForPassages(parts.says, "policy", sight, say);
listenForPassages(parts.does, "site", sight, say);
acceptDrops((files) => {
  if (!sidesOf(sight.view).includes("photos")) return;
  turn("photos");
  void photos.open(files);
});
onTabSwitched(() => void sight.refresh());
onWanted(showWhy);
await sight.follow();
// Somebody who had no more than the policy read came for it.
if (sight.view.report === null && sight.view.policy !== null) turn("says");
showWhy();
