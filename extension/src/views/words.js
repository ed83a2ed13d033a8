/** The words that views share: severities, confidence, grades, practices, dates. */

/** @typedef {import("./shapes.js").Severity} Severity */
/** @typedef {import("./shapes.js").Grade} Grade */

/** @type {Record<Severity, string>} */
export const SEVERITY_WORDS = {
  critical: "Critical",
  high: "Serious",
  medium: "Moderate",
  low: "Minor",
  info: "Good to know",
};

/** Worst first. @type {readonly Severity[]} */
export const SEVERITIES = ["critical", "high", "medium", "low", "info"];

/** @type {Record<Grade, string>} */
const GRADE_WORDS = {
  A: "Very few concerns",
  B: "Few concerns",
  C: "Some concerns",
  D: "Serious concerns",
  F: "Severe concerns",
};

/** @param {Grade | null} grade */
export function gradeWords(grade) {
  return grade === null ? "No grade" : GRADE_WORDS[grade];
}

/**
 * How sure, in words; the number stays available beside it.
 *
 * @param {number} confidence in [0, 1]
 */
export function confidenceWords(confidence) {
  if (confidence >= 0.9) return "very sure";
  if (confidence >= 0.75) return "quite sure";
  if (confidence >= 0.55) return "fairly sure";
  if (confidence >= 0.35) return "not very sure";
  return "unsure";
}

/**
 * Whole percent; never a certainty that is none.
 *
 * @param {number} share in [0, 1]
 */
export function percent(share) {
  const whole = Math.round(share * 100);
  return `${share < 1 ? Math.min(whole, 99) : whole} %`;
}

/** @param {number} points negative */
export function signed(points) {
  return points < 0 ? `−${-points}` : `${points}`;
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** Said of a stretch of policy text. Labels that say nothing to a reader are left out. */
const PRACTICE_WORDS = new Map([
  ["First Party Collection/Use", "What they collect and why"],
  ["Third Party Sharing/Collection", "Sharing with others"],
  ["User Choice/Control", "Your choices"],
  ["User Access, Edit and Deletion", "Seeing and deleting your data"],
  ["Data Retention", "How long they keep it"],
  ["Data Security", "Security"],
  ["Policy Change", "Changes to this policy"],
  ["Do Not Track", "Do Not Track"],
  ["International and Specific Audiences", "Children and other countries"],
  ["Privacy contact information", "Who to ask"],
]);

/** @param {string} label an OPP-115 label */
export function practiceWords(label) {
  return PRACTICE_WORDS.get(label) ?? null;
}

/** @param {string} iso */
export function day(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.valueOf())) return iso;
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
}

/** @param {string} iso */
export function moment(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.valueOf())) return iso;
  const time = date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return `${day(iso)}, ${time}`;
}

/** @type {Record<import("./shapes.js").PolicyDetails["document_type"], string>} */
const DOCUMENT_WORDS = {
  "privacy-policy": "Privacy policy",
  terms: "Terms of service",
  cookies: "Cookie policy",
  other: "",
};

/** @param {import("./shapes.js").PolicyDetails["document_type"]} type */
export function documentWords(type) {
  return DOCUMENT_WORDS[type];
}

export const NOT_LEGAL_ADVICE =
  "This is a machine’s reading of a document, with its quotes beside it. It is not legal advice.";
