/** What the parts of the extension say to each other. Only the background talks to the service. */

import type {
  Grade,
  HistoryEntry,
  PhotoReport,
  Region,
  Report,
  Severity,
  Shot,
  SiteReport,
} from "../views/shapes.js";

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
  /** What taking it back cannot change. */
  note?: string;
}

/** Everything that the popup and the panel show of one tab. */
export interface View {
  connection: Connection;
  /** The code to compare while `connection` is `waiting`. */
  code: string | null;
  /**
   * Whether there is a page that can be looked at: not a browser's own page, not a private window,
   * not a site that the person wants to be left alone.
   */
  place: "page" | "own" | "private" | "paused";
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
  /** Ask a question of the policy that was read, or of a kept report. Answered with `{answer}`. */
  | { type: "ask"; tabId: number; question: string; reportId?: string }
  /** What was kept of the site of a tab. Answered with `{before}`. */
  | { type: "before"; tabId: number }
  /** A kept report. Answered with `{report}`. */
  | { type: "recall"; id: string }
  /** What changed between two kept reports of a policy. Answered with `{report}`. */
  | { type: "compare"; older: string; newer: string }
  /** Photos that the person chose; nothing of them is kept. */
  | PhotoMessage
  /** Show a passage on the page that it was read from. Answered with `Shown`. */
  | Passage
  /** The record of a tab, to be saved. Answered with the observation. */
  | { type: "observation"; tabId: number }
  /** Take back something that was done; `undo` as `Done` has it. */
  | { type: "undo"; tabId: number; undo: string }
  /** Leave the site of a tab alone, or look at it again. Answered with `View`. */
  | { type: "pause"; tabId: number; paused: boolean }
  | { type: "settings" }
  | { type: "set"; settings: Partial<Settings> };

/** What the control beside a form asks of the background; each is about the tab that asks. */
export type AgreeingMessage =
  /** Whether it may be shown here. Answered with a boolean. */
  | { agreeing: "may-i" }
  /** Read what the form links to. Answered with `Agreement`. */
  | { agreeing: "read"; links: { text: string; url: string }[] }
  | { agreeing: "report" }
  | { agreeing: "connect" }
  /** Show it no more on this site. */
  | { agreeing: "not-here" };

/** What somebody is about to agree to; it holds no more than what is shown. */
export interface Agreement {
  documents: AgreedDocument[];
  /** The worst that they say, gravest first. */
  points: AgreedPoint[];
  /** What was not read, and why. */
  gaps: string[];
  /** Why nothing was read. */
  problem: Problem | null;
}

export interface AgreedDocument {
  /** “Privacy policy”, “Terms of service”, or its host. */
  name: string;
  sentence: string;
  grade: Grade | null;
  /** The grade in words. */
  graded: string;
}

/** One of the worst points; `quote` is the document's own. */
export interface AgreedPoint {
  title: string;
  why: string;
  quote: string;
  severity: string;
  /** Name of its document where there are several. */
  document: string;
}

/** A passage of the policy that was read, or that the report of the site quotes, by its place. */
export interface Passage {
  type: "passage";
  tabId: number;
  report: "policy" | "site";
  start: number;
  end: number;
}

/** How much of a passage the page in a tab shows; null where another one was asked for meanwhile. */
export interface Shown {
  shown: "whole" | "part" | "absent" | "pdf" | "closed" | null;
  tabId: number;
}

export type PhotoMessage =
  /** Answered with `{checked}`. */
  | { type: "check-photo"; file: File }
  /** What photos tell together, by their shots. Answered with `{linkage}`. */
  | { type: "link-photos"; shots: Shot[] }
  /** A copy with boxes covered. Answered with `{copy}`. */
  | { type: "clean-photo"; file: File; boxes: Region[] }
  /** A picture inside of a file, by its position in the report. Answered with `{picture}`. */
  | { type: "hidden-picture"; file: File; number: number }
  /** The land that maps are drawn on. Answered with `{outlines}`. */
  | { type: "outlines" };

export interface CheckedOne {
  report: PhotoReport;
  shot: Shot;
}

/** A clean copy of a photo; `lossless` where no pixel outside of the boxes is another. */
export interface CleanCopy {
  blob: Blob;
  name: string;
  lossless: boolean;
}

/** What was kept of a site, newest first. */
export interface Before {
  entries: HistoryEntry[];
  /** Days that reports are kept; 0 where none is. */
  keepDays: number;
  /** The newest report on what the site does; it tells what changed since the one before it. */
  newest: SiteReport | null;
  /** Whether `newest` is the report of the tab. */
  isNow: boolean;
}

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
  /** Whether sites are told not to sell or share data (Global Privacy Control). */
  gpc: boolean;
  /** Registrable domains that are not told so. */
  gpcExcept: string[];
  /** Whether consent banners are answered with no. */
  rejectConsent: boolean;
  /** Registrable domains whose banners are left to the person. */
  rejectExcept: string[];
  /** Whether forms where people agree to something get “What am I agreeing to?”. */
  agreeing: boolean;
  /** Registrable domains whose forms get none. */
  agreeingExcept: string[];
  /** Address of the service. */
  service: string;
}

/** The worst thing that is known, for the popup's one sentence. */
export interface Worst {
  text: string;
  severity: Severity | null;
  grade: Grade | null;
}
