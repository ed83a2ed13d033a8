/** From the view of a tab to what a person is told and offered first. */

import { NOTHING_KNOWN, worstSeen } from "./live.js";

/** @typedef {import("./messages.js").Connection} Connection */
/** @typedef {import("./messages.js").View} View */
/** @typedef {import("./messages.js").Worst} Worst */

/**
 * The one thing that is offered first.
 *
 * @typedef {"allow" | "connect" | "compare" | "rate" | "report" | "again" | "reload" | "settings" |
 *   "watch"} Action
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
  stranger: "Not recognised",
};

/** @type {Record<Action, string>} */
export const ACTION_WORDS = {
  allow: "Allow it",
  connect: "Connect",
  compare: "Compare the code",
  rate: "Rate this page",
  report: "Open the report",
  again: "Try again",
  reload: "Load it again",
  settings: "Open the settings",
  watch: "Watch this site again",
};

const WORKING_WORDS = { rating: "Rating this page …", reading: "Reading its policy …" };

/** Code of the problem that a tab was opened before the extension could see it. */
const NOTHING_SEEN = "nothing-seen";

/** Code of the problem that the browser lets the extension see no site. */
export const KEPT_AWAY = "sites-not-allowed";

/** Codes of problems that connecting again ends. */
const CONNECT_AGAIN = new Set(["access-ended", "pairing-refused", "pairing-expired"]);

/** @type {Record<Exclude<View["place"], "page">, string>} */
const NO_PAGE = {
  own: "I cannot look here: this page belongs to the browser.",
  private: "I do not look here: this window is private.",
  paused: "I leave this site alone, as you wished.",
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
    text: "What answers does not know this browser, or is not the assistant.",
    hint: "It was told nothing. Connect again only if the terminal where the assistant runs then shows the same code.",
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
  if (place === "paused" && connection !== "waiting") {
    return {
      kind: "plain",
      text: "",
      hint: "Nothing of it is watched or recorded, and nothing is done on it.",
    };
  }
  return CONNECTION_NOTICES[connection];
}

/** @param {View} view @returns {Action | null} null where there is nothing to do */
export function firstAction({ connection, place, problem, report, live }) {
  if (problem?.code === KEPT_AWAY) return "allow";
  if (connection === "waiting") return "compare";
  if (connection === "unpaired" && CONNECT_AGAIN.has(problem?.code ?? "")) return "connect";
  if (problem !== null) return problem.code === NOTHING_SEEN ? "reload" : "again";
  if (place === "private") return "settings";
  if (place === "paused") return "watch";
  if (connection === "unpaired") return "connect";
  if (connection === "stranger") return "connect";
  if (place === "own") return connection === "basic" ? "again" : null;
  if (report !== null) return "report";
  if (live === null) return "reload";
  return connection === "basic" ? "again" : "rate";
}

/** @param {View} view @returns {string | null} what is being done, to stand on the button */
export function workingWords({ working }) {
  return working && WORKING_WORDS[working];
}
