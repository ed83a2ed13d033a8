/** From the view of a tab to what a person is told and offered first. */

import { NOTHING_KNOWN, worstSeen } from "./live.js";

/** @typedef {import("./messages.js").Connection} Connection */
/** @typedef {import("./messages.js").View} View */
/** @typedef {import("./messages.js").Worst} Worst */

/**
 * The one thing that is offered first.
 *
 * @typedef {"connect" | "compare" | "rate" | "report" | "again" | "reload" | "settings"} Action
 */

/**
 * A remark above the action, for what is not about the page.
 *
 * @typedef {{ kind: "plain" | "warning", text: string, hint: string }} Notice
 */

/** @type {Record<Connection, string>} */
export const CONNECTION_WORDS = {
  connected: "Connected",
  basic: "Basic mode",
  unpaired: "Not connected",
  waiting: "Waiting for you",
  stranger: "Not the assistant",
};

/** @type {Record<Action, string>} */
export const ACTION_WORDS = {
  connect: "Connect",
  compare: "Compare the code",
  rate: "Rate this page",
  report: "Open the report",
  again: "Try again",
  reload: "Load it again",
  settings: "Open the settings",
};

const WORKING_WORDS = { rating: "Rating this page …", reading: "Reading its policy …" };

/** Code of the problem that a tab was opened before the extension could see it. */
const NOTHING_SEEN = "nothing-seen";

/** @type {Record<Exclude<View["place"], "page">, string>} */
const NO_PAGE = {
  own: "I cannot look here: this page belongs to the browser.",
  private: "I do not look here: this window is private.",
};

/** @type {Record<Connection, Notice | null>} */
const CONNECTION_NOTICES = {
  connected: null,
  basic: {
    kind: "plain",
    text: "The assistant on this computer does not answer.",
    hint: "What this page does is watched without it. For ratings and policies, start it: `privacy-assistant serve`",
  },
  unpaired: {
    kind: "plain",
    text: "Connect the assistant on this computer",
    hint: "It rates pages and reads their policies. Nothing leaves this computer.",
  },
  waiting: {
    kind: "plain",
    text: "",
    hint: "Allow this browser on the assistant’s own page, and only if the same code stands there.",
  },
  stranger: {
    kind: "warning",
    text: "Something else answers in place of the assistant.",
    hint: "It could not prove who it is, so it was told nothing. Close it, then start the assistant.",
  },
};

/** @param {View} view @returns {Worst} */
export function worst({ place, report, live }) {
  if (place !== "page") return { text: NO_PAGE[place], severity: null, grade: null };
  if (report !== null) {
    const [rule] = report.verdict.rule_ids;
    const behind = report.findings.find(({ rule_id: id }) => id === rule);
    return {
      text: report.verdict.text,
      severity: behind?.severity ?? null,
      grade: report.rating.grade,
    };
  }
  const seen = live && worstSeen(live);
  return { text: seen ?? NOTHING_KNOWN, severity: null, grade: null };
}

/** @param {View} view @returns {Notice | null} */
export function notice({ connection, place, problem, working }) {
  if (problem !== null) return { kind: "warning", text: problem.message, hint: problem.hint };
  if (working === "rating") {
    return {
      kind: "plain",
      text: "",
      hint: "The assistant on this computer looks at what was seen, and reads the site’s policy. This takes some seconds.",
    };
  }
  if (working === "reading") {
    return { kind: "plain", text: "", hint: "This takes a few seconds for a long policy." };
  }
  if (place === "private" && connection !== "waiting") {
    return {
      kind: "plain",
      text: "",
      hint: "Private windows are left alone, and nothing of them is kept. The settings can change that.",
    };
  }
  return CONNECTION_NOTICES[connection];
}

/** @param {View} view @returns {Action | null} null where there is nothing to do */
export function firstAction({ connection, place, problem, report, live }) {
  if (connection === "waiting") return "compare";
  if (problem !== null) return problem.code === NOTHING_SEEN ? "reload" : "again";
  if (place === "private") return "settings";
  if (connection === "unpaired") return "connect";
  if (connection === "stranger") return "again";
  if (place === "own") return connection === "basic" ? "again" : null;
  if (report !== null) return "report";
  if (live === null) return "reload";
  return connection === "basic" ? "again" : "rate";
}

/** @param {View} view @returns {string | null} what is being done, to stand on the button */
export function workingWords({ working }) {
  return working && WORKING_WORDS[working];
}
