/** What the parts of the extension say to each other. Only the background talks to the service. */

import type { Grade, Report, Severity, SiteReport } from "../views/shapes.js";

/** How the extension and the service on this computer stand. */
export type Connection =
  /** Paired, and the service answers. */
  | "connected"
  /** Paired, and the service does not answer: live view from the extension's own tables. */
  | "basic"
  /** Never paired, or the token was revoked. */
  | "unpaired"
  /** A code is shown here and on the service's page, and a person has to allow it there. */
  | "waiting"
  /** Something answers on the port that cannot prove to be the service: nothing is sent to it. */
  | "stranger";

export interface Problem {
  code: string;
  message: string;
  hint: string;
}

/** One owner as the live view shows it. */
export interface LiveOwner {
  name: string;
  categories: string[];
  requests: number;
  tracks: boolean;
}

/** What this page was seen to do so far, from the record of the tab and the extension's tables. */
export interface Live {
  requests: number;
  thirdParties: number;
  owners: LiveOwner[];
  /** Kinds of fingerprinting seen: `canvas`, `audio`, … */
  fingerprinting: string[];
  /** Cookies that third parties set. */
  thirdPartyCookies: number;
  /** Kinds of form fields whose value left before it was sent. */
  captured: string[];
}

/** Something that was done for the person, and how to take it back. */
export interface Done {
  text: string;
  undo: string | null;
}

/** Everything that the popup and the panel show of one tab. */
export interface View {
  connection: Connection;
  /** The code to compare while `connection` is `waiting`. */
  code: string | null;
  /** Whether there is a page that can be looked at: not a browser's own page, not a private window. */
  place: "page" | "own" | "private";
  tabId: number;
  /** `owner` is who is known to stand behind the domain. */
  site: { host: string; domain: string; url: string; owner?: string } | null;
  live: Live | null;
  report: SiteReport | null;
  policy: Report | null;
  working: "rating" | "reading" | null;
  problem: Problem | null;
  done: Done[];
}

export type Message =
  /** The view of a tab; of the active one where none is named. Answered with `View`. */
  | { type: "view"; tabId?: number }
  /** Begin to pair; the view then shows the code. */
  | { type: "connect" }
  /** Give up the token of this browser. */
  | { type: "disconnect" }
  /** Ask the service for the report on a tab's record. */
  | { type: "rate"; tabId: number }
  /** Ask the service to read the policy of the tab's site, or the page itself where it is one. */
  | { type: "read-policy"; tabId: number }
  /** Ask a question of the policy that was read. Answered with `{answer}`. */
  | { type: "ask"; tabId: number; question: string }
  /** The record of a tab, to be saved. Answered with the observation. */
  | { type: "observation"; tabId: number }
  /** Take back something that was done; `undo` as `Done` has it. */
  | { type: "undo"; tabId: number; undo: string }
  | { type: "settings" }
  | { type: "set"; settings: Partial<Settings> };

/** From the background to whoever is open: the view of a tab is other than before. */
export interface Changed {
  type: "changed";
  tabId: number;
}

export interface Settings {
  /** Whether windows in private mode are watched, too. */
  privateWindows: boolean;
  /** Whether the badge shows how many companies follow. */
  badge: boolean;
  /** Whether the person has made the first choice: nothing acts on pages before. */
  started: boolean;
  /** Registrable domains that are left alone. */
  paused: string[];
  /** Address of the service. */
  service: string;
}

/** The worst thing that is known, for the popup's one sentence. */
export interface Worst {
  text: string;
  severity: Severity | null;
  grade: Grade | null;
}
