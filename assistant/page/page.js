/** Joins the shared views to the local service: what to show, and what each click does. */

import {
  askPolicy,
  checkOneOf,
  checkPhoto,
  cleanPhoto,
  comparePolicies,
  exportAddress,
  findBetter,
  forget,
  hiddenPicture,
  linkPhotos,
  markWrong,
  openSession,
  readHistory,
  readOutlines,
  readPolicy,
  recall,
  sampleHtml,
  ServiceProblem,
  UNEXPECTED,
} from "./api.js";
import { listenToBrowsers, watchBrowsers } from "./pairing.js";
import { main, say, show } from "./screen.js";
import { isRecord, rate, recordOf, siteOf } from "./sites.js";
import { addressSources, SAMPLE_URL } from "./sources.js";
import { saveJson, unfoldForPrint } from "./surroundings.js";
import { LONG_WAIT, showProgress } from "./waiting.js";
import { showBetter } from "../views/better.js";
import { changesView } from "../views/changes.js";
import { compareView } from "../views/compare.js";
import { confirmChoice } from "../views/confirm.js";
import { on } from "../views/dom.js";
import { replaceFinding } from "../views/findings.js";
import { acceptDrops } from "../views/files.js";
import { historyView } from "../views/history.js";
import { loadingView } from "../views/loading.js";
import { isPhoto, PhotoRoom } from "../views/photo-room.js";
import { problemView } from "../views/problem.js";
import { showAnswer } from "../views/questions.js";
import { reportView } from "../views/report.js";
import { isSite, siteView } from "../views/site.js";
import { startView } from "../views/start.js";
import { counted, gradeWords } from "../views/words.js";

/** @typedef {import("./api.js").Source} Source */
/** @typedef {import("../views/shapes.js").AnyOpen} AnyOpen */
/** @typedef {import("../views/shapes.js").HistoryEntry} HistoryEntry */
/** @typedef {import("../views/shapes.js").OpenReport} OpenReport */

const NOT_COMPARABLE = {
  code: "not-comparable",
  message: "Only reports of policies can be set side by side.",
  hint: "Tick two policies in the history.",
};

/** What is on the screen and may be asked for again. */
const now = {
  /** @type {AnyOpen | null} */
  open: null,
  /** What was typed last, so that a slip can be corrected. */
  typed: "",
  /** @type {() => Promise<void>} */
  again: showRoute,
  /** Ends the work that the screen no longer waits for. */
  work: new AbortController(),
};

const photoRoom = new PhotoRoom(
  { place: main, show, say },
  {
    check: checkPhoto,
    checkOneOf,
    link: linkPhotos,
    clean: cleanPhoto,
    hidden: hiddenPicture,
    outlines: readOutlines,
  },
);

/** @param {unknown} error */
function showProblem(error) {
  if (error instanceof DOMException && error.name === "AbortError") return;
  const isKnown = error instanceof ServiceProblem;
  const problem = isKnown ? error.problem : UNEXPECTED;
  now.open = null;
  show(problemView(problem), { title: "Problem", said: problem.message });
  if (!isKnown) reportError(error);
}

/**
 * Runs one thing the person asked for; failures become a screen with ways on.
 *
 * @param {(signal: AbortSignal) => Promise<void>} act
 */
async function run(act) {
  now.work.abort();
  now.work = new AbortController();
  now.again = () => run(act);
  try {
    await act(now.work.signal);
  } catch (error) {
    showProblem(error);
  }
}

/** @param {string} hash */
function go(hash) {
  if (location.hash === hash) void showRoute();
  else location.hash = hash;
}

/** @param {AnyOpen} open */
function showReport(open) {
  now.open = open;
  now.typed = "";
  const { rating, subject } = open.report;
  const grade =
    rating.grade === null ? "No grade" : `Grade ${rating.grade}, ${gradeWords(rating.grade)}`;
  const view = isSite(open) ? siteView(open, exportAddress) : reportView(open, exportAddress);
  show(view, {
    title: `${subject.name}: ${grade}`,
    said: `The report is ready. ${grade}.`,
  });
}

/** @param {{ focus?: "address" | "text" | null }} [how] */
function showStart({ focus = null } = {}) {
  now.open = null;
  const view = startView(now.typed);
  show(view, {
    focus: focus !== null || main.querySelector("article, section") !== null,
  });
  watchBrowsers(view);
  const field = focus && view.querySelector(`#${focus}`);
  if (field instanceof HTMLElement) {
    const folded = field.closest("details");
    if (folded) folded.open = true;
    field.focus();
  }
}

async function showHistory() {
  const entries = await readHistory();
  now.open = null;
  show(historyView(entries), {
    title: "History",
    said: `${counted(entries.length, "report")} in the history.`,
  });
}

/** @param {string[]} ids */
async function showComparison(ids) {
  const recalled = await Promise.all(ids.map(recall));
  const opened = /** @type {OpenReport[]} */ (recalled.filter((one) => !isSite(one)));
  if (opened.length < 2) throw new ServiceProblem(NOT_COMPARABLE);
  now.open = null;
  show(compareView(opened), {
    title: "Side by side",
    said: "The comparison is ready.",
  });
}

/** @param {string} older @param {string} newer @param {AbortSignal} signal */
async function showChanges(older, newer, signal) {
  show(
    loadingView({
      title: "Reading both versions",
      steps: [{ text: "Read them side by side", state: "now" }],
      note: LONG_WAIT,
    }),
    { title: "Reading", said: "Reading both versions." },
  );
  const report = await comparePolicies(older, newer, signal);
  now.open = null;
  show(changesView(report), { title: "What changed", said: "The comparison is ready." });
}

/** @param {OpenReport} open @param {string} question */
async function ask(open, question) {
  const { signal } = now.work;
  showAnswer(main, "Looking for the answer …");
  try {
    showAnswer(main, await askPolicy(open, question, signal));
  } catch (error) {
    if (!(error instanceof ServiceProblem)) throw error;
    showAnswer(main, `${error.problem.message} ${error.problem.hint}`);
  }
}

/** Looks in the history for one like the open report that treats people better. @param {string} id */
async function lookForBetter(id) {
  showBetter(main, "Looking through what you have read …");
  try {
    showBetter(main, await findBetter(id));
  } catch (error) {
    if (!(error instanceof ServiceProblem)) throw error;
    showBetter(main, `${error.problem.message} ${error.problem.hint}`);
  }
}

/** Shows what the address of the page names: a report, a comparison, the history or the start. */
function showRoute() {
  const [name = "", value = ""] = location.hash.slice(1).split("=");
  const ids = value.split(",").filter((id) => id !== "");
  return run(async (signal) => {
    const [older, newer] = ids;
    if (name === "history") await showHistory();
    else if (name === "changes" && older !== undefined && newer !== undefined) {
      await showChanges(older, newer, signal);
    } else if (name === "compare" && ids.length > 1) await showComparison(ids);
    else if (name === "report" && ids[0] !== undefined) {
      showReport(now.open?.id === ids[0] ? now.open : await recall(ids[0]));
    } else showStart();
  });
}

/**
 * @param {Source[]} sources at least one
 * @param {AbortSignal} signal
 */
async function readAll(sources, signal) {
  const begun_ms = Date.now();
  /** @type {OpenReport[]} */
  const opened = [];
  for (const [position, source] of sources.entries()) {
    const stop = showProgress(sources, position, begun_ms);
    try {
      opened.push(await readPolicy(source, signal));
    } finally {
      stop();
    }
  }
  const ids = opened.map(({ id }) => id);
  const [first] = opened;
  if (opened.length > 1) {
    if (ids.includes(null)) show(compareView(opened), { title: "Side by side" });
    else go(`#compare=${ids.join(",")}`);
  } else if (first !== undefined) {
    openMade(first);
  }
}

/** Shows a report that was just made, under its own address where it is kept. @param {AnyOpen} made */
function openMade(made) {
  now.open = made;
  if (made.id === null) showReport(made);
  else go(`#report=${made.id}`);
}

/** @param {Source[]} sources */
function read(sources) {
  return run(async (signal) => {
    if (sources.length === 0) {
      throw new ServiceProblem({
        code: "empty-input",
        message: "Nothing was given to read.",
        hint: "Give the address, the file or the text of a privacy policy.",
      });
    }
    await readAll(sources, signal);
  });
}

/** @param {File[]} files */
function readFiles(files) {
  const [record] = files;
  if (record && files.length === 1 && isRecord(record)) {
    void run(async (signal) => openMade(await rate(await recordOf(record), signal)));
    return;
  }
  const photos = files.filter(isPhoto);
  if (photos.length > 0) {
    now.open = null;
    void run((signal) => photoRoom.open(photos, signal));
    return;
  }
  void read(files.map((file) => ({ kind: "file", file })));
}

/**
 * @param {HistoryEntry | null} entry null for the whole history
 * @param {number} alike how many reports have the same name
 */
async function askAndForget(entry, alike) {
  if (entry === null) {
    const choice = await confirmChoice({
      question: "Forget everything?",
      explanation: "Every report is removed from this computer. This cannot be undone.",
      choices: [{ value: "all", text: "Forget everything" }],
    });
    if (choice) await forget("everything");
  } else {
    const choice = await confirmChoice({
      question: `Forget ${entry.name}?`,
      explanation: "The report is removed from this computer. This cannot be undone.",
      choices: [
        { value: "one", text: "Forget this report" },
        ...(alike > 1 ? [{ value: "name", text: `Forget all ${alike} of ${entry.name}` }] : []),
      ],
    });
    if (choice) await forget(choice === "one" ? { id: entry.id } : { name: entry.name });
  }
  await showHistory();
}

/** @param {AnyOpen} open @param {string} ruleId @param {boolean} wrong */
async function rememberWrong(open, ruleId, wrong) {
  if (open.id === null) return;
  await markWrong(open.id, ruleId, wrong);
  const marked = new Set(open.wrong);
  if (wrong) marked.add(ruleId);
  else marked.delete(ruleId);
  now.open = { ...open, wrong: marked };
  replaceFinding(main, now.open, ruleId);
  say(wrong ? "Marked as wrong." : "No longer marked as wrong.");
}

function listen() {
  on(main, "read-address", ({ text }) => {
    now.typed = text;
    void read(addressSources(text));
  });
  on(main, "rate-site", ({ text, browser }) => {
    now.typed = text;
    void run(async (signal) => openMade(await rate(siteOf(text, browser), signal)));
  });
  on(main, "read-files", ({ files }) => readFiles(files));
  on(main, "read-text", ({ text }) => void read(text.trim() ? [{ kind: "text", text }] : []));
  on(main, "read-sample", () => {
    void run(async (signal) => {
      await readAll([{ kind: "html", html: await sampleHtml(), url: SAMPLE_URL }], signal);
    });
  });
  on(main, "open-report", ({ id }) => go(`#report=${id}`));
  on(main, "compare-reports", ({ ids }) => go(`#compare=${ids.join(",")}`));
  on(main, "show-changes", ({ older, newer }) => go(`#changes=${older},${newer}`));
  on(main, "ask-question", ({ question }) => {
    const { open } = now;
    if (open && !isSite(open)) void ask(open, question);
  });
  on(main, "find-better", ({ id }) => void lookForBetter(id));
  on(main, "forget", ({ entry, alike }) => void run(() => askAndForget(entry, alike)));
  on(main, "mark-wrong", ({ ruleId, wrong }) => {
    const { open } = now;
    if (open) void run(() => rememberWrong(open, ruleId, wrong));
  });
  on(main, "save-json", ({ report }) => saveJson(report));
  on(main, "try-again", () => void now.again());
  on(main, "start-again", ({ focus }) => {
    history.pushState(null, "", "#start");
    showStart({ focus });
  });
  on(main, "cancel", () => {
    now.work.abort();
    showStart({ focus: "address" });
  });
}

/** Takes the one-time code out of the address before anything else, so that it is never bookmarked. */
async function enter() {
  const code = /^#code=(.+)$/.exec(location.hash)?.[1];
  if (code === undefined) return showRoute();
  history.replaceState(null, "", location.pathname);
  return run(async () => {
    await openSession(decodeURIComponent(code));
    showStart();
  });
}

listen();
acceptDrops(readFiles);
listenToBrowsers();
unfoldForPrint();
addEventListener("hashchange", () => {
  if (location.hash !== "#main") void showRoute();
});
void enter();
