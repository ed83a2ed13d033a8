/** What the service kept of the site of a tab: earlier reports, and what changed since. */

import { loadSuffixes, plainHost } from "./domains.js";
import { objectOf } from "./http.js";
import { PROBLEMS, ServiceProblem } from "./problems.js";
import { reportOf, WORK } from "./service.js";
import { siteToLookAt } from "./work.js";

/** @typedef {import("../shared/messages.js").Before} Before */
/** @typedef {import("../views/shapes.js").AnyReport} AnyReport */
/** @typedef {import("../views/shapes.js").HistoryEntry} HistoryEntry */
/** @typedef {import("../views/shapes.js").Report} Report */
/** @typedef {import("./service.js").Service} Service */
/** @typedef {import("./told.js").Told} Told */
/** @typedef {import("./work.js").Parts} Parts */

const MOST_ENTRIES = 200;
const ID = /^[\w-]{1,200}$/;

/** @param {unknown} id */
function checked(id) {
  if (typeof id !== "string" || !ID.test(id)) throw new ServiceProblem(PROBLEMS.own);
  return id;
}

/**
 * @param {Service} service
 * @param {string} site
 * @returns {Promise<{ entries: HistoryEntry[], keepDays: number }>}
 */
async function historyOf(service, site) {
  const query = `site=${encodeURIComponent(site)}&limit=${MOST_ENTRIES}`;
  const { value } = await service.authorised(`/history?${query}`, WORK);
  const { entries, keep_days: keepDays } = objectOf(value);
  if (!Array.isArray(entries) || typeof keepDays !== "number") {
    throw new ServiceProblem(PROBLEMS.unexpected);
  }
  return { entries, keepDays };
}

/** Another site that holds the policy of this one. @param {Told} told @param {string} domain */
async function siteOfPolicy({ policy }, domain) {
  const source = policy?.subject.source ?? "";
  const host = URL.canParse(source) && plainHost(new URL(source).hostname);
  const site = host ? (await loadSuffixes()).registrable(host) : domain;
  return site === domain ? null : site;
}

/**
 * @param {number} tabId
 * @param {Parts} parts
 * @returns {Promise<Before>}
 */
export async function before(tabId, { service, told }) {
  const site = await siteToLookAt(tabId);
  const about = await told.of(tabId, site.host);
  const elsewhere = await siteOfPolicy(about, site.domain);
  const [here, there] = await Promise.all([
    historyOf(service, site.domain),
    elsewhere === null ? null : historyOf(service, elsewhere),
  ]);
  const policies = there?.entries.filter(({ kind }) => kind === "policy") ?? [];
  const entries = [...here.entries, ...policies]
    .filter(({ kind }) => kind === "site" || kind === "policy")
    .sort((one, other) => other.created_at.localeCompare(one.created_at));
  const newest = entries.find(({ kind }) => kind === "site");
  const kept = about.report ?? (newest ? await recall(service, newest.id) : null);
  return {
    entries,
    keepDays: here.keepDays,
    newest: kept?.kind === "site" ? kept : null,
    isNow: about.report !== null,
  };
}

/**
 * @param {Service} service
 * @param {string} id
 * @returns {Promise<AnyReport>}
 */
export async function recall(service, id) {
  const answer = await service.authorised(`/history/${checked(id)}`, WORK);
  const { kind } = objectOf(answer.value);
  return kind === "site" ? reportOf(answer, "site") : reportOf(answer, "policy");
}

/**
 * @param {Service} service
 * @param {string} older
 * @param {string} newer
 * @returns {Promise<Report>} of the newer one, with what changed
 */
export async function compare(service, older, newer) {
  const body = { old: { report_id: checked(older) }, new: { report_id: checked(newer) } };
  const answer = await service.authorised("/policy/compare", { ...WORK, method: "POST", body });
  const report = reportOf(answer, "policy");
  if (!report.details.changes) throw new ServiceProblem(PROBLEMS.unexpected);
  return report;
}
