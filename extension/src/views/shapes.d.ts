/** The public report JSON (`assistant/report.py` and each job's `details.py`), as the views read it. */

export type Severity = "info" | "low" | "medium" | "high" | "critical";
/** Which outcome speaks against the document: a harm that is there, a duty that is not. */
export type Nature = "harm" | "good" | "duty";
export type Outcome = "present" | "absent" | "undetermined";
export type Grade = "A" | "B" | "C" | "D" | "F";
export type BlockKind = "heading" | "paragraph" | "list_item" | "table_row";

/** `start` and `end` count code points of `details.text`, end exclusive. */
export interface TextSpan {
  type: "text_span";
  start: number;
  end: number;
  quote: string;
}

/** One observed request. `what` says what in it is meant; "" for all of it. */
export interface NetworkRequest {
  type: "network_request";
  url: string;
  method: string;
  initiator: string | null;
  what: string;
}

export interface OtherEvidence {
  type: "metadata_field" | "image_region" | "table_columns";
}

export type Evidence = TextSpan | NetworkRequest | OtherEvidence;

export interface Finding {
  rule_id: string;
  title: string;
  outcome: Outcome;
  nature: Nature;
  severity: Severity;
  confidence: number;
  why: string;
  advice: string;
  evidence: Evidence[];
}

export interface Rating {
  grade: Grade | null;
  score: number | null;
  confidence: number;
  version: string;
  deductions: { rule_id: string; points: number }[];
  /** Rules that hold the grade, whatever the score. */
  gates: { rule_id: string; at_most: Grade; at_least?: Grade }[];
}

export interface Block {
  kind: BlockKind;
  start: number;
  end: number;
  level: number;
  headings: string[];
}

export interface Segment {
  start: number;
  end: number;
  heading: string;
  practices: { label: string; confidence: number }[];
}

/** One entry of a label: its plain name, and the words of the document that say it. */
export interface Cell {
  id: string;
  name: string;
  evidence: TextSpan[];
}

export interface LabelRow {
  type: string;
  name: string;
  sensitivity: "special" | "high" | "medium" | "low";
  collected: TextSpan[];
  shared: TextSpan[];
  denied: TextSpan[];
  purposes: Cell[];
  shared_with: Cell[];
  retention: Cell[];
  choices: Cell[];
}

export interface Right {
  id: string;
  name: string;
  explanation: string;
  evidence: TextSpan[];
  how: TextSpan[];
}

export interface Contact {
  kind: "email" | "phone" | "postal" | "web_form" | "person";
  role: "privacy" | "dpo" | "eu_representative" | "uk_representative" | "general";
  value: string;
  evidence: TextSpan[];
}

export interface AiTraining {
  outcome: Outcome;
  who_may_train: Cell[];
  on_what: Cell[];
  opt_out: Outcome;
  opt_out_steps: TextSpan[];
  consequences: string[];
  evidence: TextSpan[];
}

/** One thing that the GDPR asks a policy to say; `only_where` completes "asked for only where …". */
export interface TransparencyItem {
  id: string;
  name: string;
  article: string;
  outcome: Outcome;
  confidence: number;
  evidence: TextSpan[];
  only_where: string;
}

/** A question by which people rate policies; `text` is the answer that the report gives. */
export interface RubricAnswer {
  id: string;
  question: string;
  answer: string;
  text: string;
  outcome: Outcome;
  confidence: number;
  evidence: TextSpan[];
}

/** Something to be done in time; `words` are the document's own, part of `span`. */
export interface Deadline {
  rule_id: string;
  what: string;
  words: string;
  days: number | null;
  date: string;
  span: TextSpan;
}

/** A clause of terms of service that is worth reading twice; `text` is its quote. */
export interface Clause {
  kind: string;
  name: string;
  why: string;
  start: number;
  end: number;
  text: string;
  confidence: number;
}

/** A service of the same kind that is rated better; `spared` is what it does not do. */
export interface Better {
  id: string;
  name: string;
  grade: Grade;
  score: number;
  spared: string[];
}

/** What the history answers to "is there one like this that treats me better?". */
export interface BetterAnswer {
  service: Cell | null;
  compared: number;
  found: Better[];
}

/** What the document answers; `text` is null where it does not, and `reason` says why. */
export interface Answer {
  question: string;
  text: string | null;
  evidence: TextSpan[];
  confidence: number;
  reason: string;
  /** The rule whose sentence it is; "" for one read off the text. */
  rule_id: string;
}

export interface SuggestedQuestion {
  id: string;
  question: string;
  answer: Answer | null;
}

/** `before` refers to the old text, `after` to the new one. */
export interface PassageChange {
  kind: "added" | "removed" | "reworded";
  before: TextSpan | null;
  after: TextSpan | null;
  practices: string[];
}

export interface Changes {
  material: boolean;
  sentences: string[];
  grade_before: Grade | null;
  grade_after: Grade | null;
  passages: PassageChange[];
}

export interface PolicyDetails {
  text: string;
  title: string;
  document_type: "privacy-policy" | "terms" | "cookies" | "other";
  document_type_confidence: number;
  language: string;
  words: number;
  reading_minutes: number;
  paragraph: string;
  summarizer: string;
  blocks: Block[];
  segments: Segment[];
  layers?: string[];
  /** Where in `text` each of them begins. */
  layer_starts?: number[];
  label?: LabelRow[];
  rights?: Right[];
  contacts?: Contact[];
  ai_training?: AiTraining | null;
  transparency?: TransparencyItem[];
  deadlines?: Deadline[];
  rubric?: RubricAnswer[];
  clauses?: Clause[];
  questions?: SuggestedQuestion[];
  answer?: Answer | null;
  changes?: Changes | null;
}

/** A third party on a site, with everything it owns there. */
export interface Owner {
  name: string;
  company: string;
  domains: string[];
  categories: string[];
  requests: number;
  tracks: boolean;
  stores_identifier: boolean;
  before_consent: boolean;
  disguises: string[];
}

/** A cookie that was set; `lifetime_days` is null where it ends with the session. */
export interface Cookie {
  name: string;
  domain: string;
  owner: string;
  third_party: boolean;
  lifetime_days: number | null;
  identifier: boolean;
}

/** A script that measured the device. */
export interface Fingerprint {
  script: string;
  owner: string;
  kinds: string[];
}

/** Somebody who takes in what the visitor does or types; `kind` is a rule id. */
export interface Capture {
  kind: string;
  owner: string;
  url: string;
  field: string | null;
  encodings: string[];
}

/** How the page came; null where nobody looked. */
export interface Transport {
  https: boolean;
  certificate_valid: boolean | null;
  tls_version: string;
  upgrades: boolean | null;
  hsts_days: number | null;
  insecure_requests: number;
}

/** A grade by somebody else's published formula. */
export interface PeerGrade {
  grade: string;
  score: number;
  note: string;
}

export interface SiteChanges {
  since: string;
  grade_before: Grade | null;
  new_owners: string[];
  gone_owners: string[];
  new_practices: string[];
  gone_practices: string[];
}

/** What a site report tells; see `SiteDetails` in the service. */
export interface SiteDetails {
  page: string;
  site: string;
  observer: "served" | "browser" | "extension";
  watched: string[];
  visits: number;
  requests: number;
  owners: Owner[];
  cookies: Cookie[];
  fingerprinting: Fingerprint[];
  capture: Capture[];
  transport: Transport;
  policy: {
    name: string;
    source: string;
    grade: Grade | null;
    score: number | null;
    report_id: string | null;
  } | null;
  peers: {
    duckduckgo: PeerGrade;
    duckduckgo_enhanced: PeerGrade;
    observatory: (PeerGrade & { tests: Record<string, [points: number, result: string]> }) | null;
  };
  as_browsed: { grade: Grade | null; score: number | null; blocked_requests: number };
  lists: { name: string; rules: number; age_days: number | null; rules_unasked: number }[];
  policy_links: string[];
  changes: SiteChanges | null;
}

/** What reports of all kinds share. */
export interface Told {
  schema_version: number;
  subject: { name: string; source: string; sha256: string };
  created_at: string;
  verdict: { text: string; rule_ids: string[] };
  rating: Rating;
  summary: { text: string; evidence: Evidence[] }[];
  findings: Finding[];
  unchecked: { what: string; why: string }[];
  versions: { software: string; models: Record<string, string>; knowledge: string };
}

/** The report of a policy. */
export interface Report extends Told {
  kind: "policy";
  details: PolicyDetails;
}

export interface SiteReport extends Told {
  kind: "site";
  details: SiteDetails;
}

export type AnyReport = Report | SiteReport;

/** A report and where the history keeps it; `id` is null where nothing is kept. */
export interface Open<Kept extends AnyReport> {
  id: string | null;
  report: Kept;
  wrong: ReadonlySet<string>;
}

export interface OpenReport extends Open<Report> {
  /** The report of the same name that was read before this one. */
  earlier?: HistoryEntry | null;
}

export type OpenSite = Open<SiteReport>;
export type AnyOpen = OpenReport | OpenSite;

export interface HistoryEntry {
  id: string;
  kind: "policy" | "site" | "photo" | "release";
  name: string;
  source: string;
  created_at: string;
  grade: Grade | null;
  score: number | null;
  verdict: string;
  wrong: string[];
}

/** The one error shape of the API, and of what the page itself runs into. */
export interface Problem {
  code: string;
  message: string;
  hint: string;
}

/** Something in the picture: pixels of the picture as shown. */
export interface Region {
  kind: string;
  x: number;
  y: number;
  width: number;
  height: number;
  what: string;
  why: string;
  confidence: number;
}

/** What a photo report tells; see `PhotoDetails` in the service. */
export interface PhotoDetails {
  format: string;
  width: number;
  height: number;
  looked: boolean;
  complete: boolean;
  metadata: { group: string; tag: string; value: string; risk: string | null }[];
  place: { latitude: number; longitude: number; sentence: string } | null;
  time: { local: string; source: string; weekday: string; conflicts: string[] } | null;
  regions: Region[];
  hidden: {
    kind: string;
    width: number;
    height: number;
    size: number;
    likeness: number | null;
  }[];
  inferences: { claim: string; basis: string; confidence: number }[];
  goes: string[];
  stays: string[];
}

/** A finding of a photo: its evidence are values of the file and boxes in the picture. */
export interface PhotoFinding extends Omit<Finding, "evidence"> {
  evidence: (
    | { type: "metadata_field"; group: string; tag: string; value: string }
    | { type: "image_region"; kind: string; x: number; y: number; width: number; height: number }
  )[];
}

export interface PhotoReport {
  subject: { name: string };
  verdict: { text: string };
  rating: Rating & { gates: { rule_id: string; at_most: Grade }[] };
  details: PhotoDetails;
  findings: PhotoFinding[];
  unchecked: { what: string; why: string }[];
}

/** A photo on the screen: its report, its bytes, and where the page finds its picture. */
export interface OpenPhoto {
  report: PhotoReport;
  file: File;
  url: string;
  outlines: import("./map.js").Outlines | null;
}

/** What photos are linked by; see `Shot` in the service. */
export interface Shot {
  name: string;
}

/** One thing that several photos let a stranger conclude. */
export interface Claim {
  kind: string;
  claim: string;
  basis: string;
  confidence: number;
  /** The photos that say so, by the names of their shots. */
  files: string[];
}

export interface Linkage {
  photos: number;
  inferences: Claim[];
  points: number;
  sentence: string;
}

/** A photo among others: its report, or why there is none. */
export type CheckedPhoto = { file: File } & (
  | { report: PhotoReport; problem: null }
  | { report: null; problem: { message: string; hint: string } }
);

/** Several photos on the screen. Claims of `linkage` name photos by their position. */
export interface OpenPhotos {
  photos: CheckedPhoto[];
  linkage: Linkage;
  outlines: import("./map.js").Outlines | null;
  /** Where the page finds the pictures, by position. */
  urls: string[];
}

/** What the views announce by bubbling `CustomEvent`s; the page or panel around them acts. */
/** A browser that asks to be connected; the person compares the code. */
export interface PendingBrowser {
  client: string;
  code: string;
  expires_in_s: number;
}

export interface PairedBrowser {
  id: string;
  client: string;
  paired_at: string;
}

export interface Pairings {
  pending: PendingBrowser | null;
  browsers: PairedBrowser[];
}

export interface ViewEvents {
  "show-passage": { span: TextSpan };
  /** On the page that the document was read from. */
  "show-on-site": { span: TextSpan };
  "show-finding": { ruleId: string };
  "mark-wrong": { ruleId: string; wrong: boolean };
  "save-json": { report: AnyReport };
  "read-address": { text: string };
  /** `browser`: in a browser of its own, else as served. */
  "rate-site": { text: string; browser: boolean };
  "read-files": { files: File[] };
  "read-text": { text: string };
  /** Covers `boxes` in the copy. */
  "clean-photo": { boxes: Region[] };
  /** Covers regions of these kinds in the copies of all photos. */
  "clean-photos": { covers: import("./photo.js").Cover[] };
  /** Position of one of several photos. */
  "open-photo": { number: number };
  /** All of them again, with the one that was open. */
  "show-photos": { number: number };
  "stop-cleaning": Record<string, never>;
  /** Position of a hidden picture in the report. */
  "show-hidden": { number: number };
  "read-sample": Record<string, never>;
  "open-report": { id: string };
  "compare-reports": { ids: string[] };
  "ask-question": { question: string };
  "find-better": { id: string };
  /** Ids of two reports of one name. */
  "show-changes": { older: string; newer: string };
  /** `alike` reports of the history have the entry’s name; `null` is all of the history. */
  forget: { entry: HistoryEntry | null; alike: number };
  "start-again": { focus: "address" | "text" };
  "answer-browser": { code: string; allow: boolean };
  "disconnect-browser": { id: string; client: string };
  "try-again": Record<string, never>;
  cancel: Record<string, never>;
}
