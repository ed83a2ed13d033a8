/** What the person asks of the service about a tab: to rate it, to read its policy, to answer. */

import { observationOf, placeOf } from "./observer.js";
import { policyShown } from "./policy-page.js";
import { PROBLEMS, problemOf, ServiceProblem } from "./problems.js";
import { readSettings } from "./settings.js";
import { siteOf } from "./view.js";

/** @typedef {import("../views/shapes.js").Answer} Answer */
/** @typedef {import("./service.js").PolicySource} PolicySource */
/** @typedef {import("./service.js").Service} Service */
/** @typedef {import("./told.js").ToldStore} ToldStore */
/** @typedef {import("./view.js").Site} Site */
/** @typedef {import("./view.js").Working} Working */

/**
 * @typedef {object} Parts
 * @property {Service} service
 * @property {ToldStore} told
 * @property {Working} working
 * @property {(tabId: number) => void} onChange
 */

/** @param {number} tabId @returns {Promise<Site>} @throws {ServiceProblem} nobody may look there */
export async function siteToLookAt(tabId) {
  if (!(await readSettings()).started) throw new ServiceProblem(PROBLEMS.unstarted);
  const [place, site] = await Promise.all([placeOf(tabId), siteOf(tabId)]);
  if (place !== "page" || site === null) throw new ServiceProblem(PROBLEMS.unreachable);
  return site;
}

/**
 * Does one thing for a tab at a time, and keeps what comes of it: also what went wrong.
 *
 * @param {number} tabId
 * @param {"rating" | "reading"} kind
 * @param {Parts} parts
 * @param {(site: Site) => Promise<Partial<import("./told.js").Told>>} work
 */
export async function forTab(tabId, kind, { told, working, onChange }, work) {
  if (working.has(tabId)) return;
  const site = await siteToLookAt(tabId);
  if (working.has(tabId)) return;
  working.set(tabId, kind);
  onChange(tabId);
  try {
    await told.add(tabId, site.host, { problem: null, ...(await work(site)) });
  } catch (error) {
    await told.add(tabId, site.host, { problem: problemOf(error) });
  } finally {
    working.delete(tabId);
    onChange(tabId);
  }
}

/** @param {number} tabId @param {Parts} parts */
export async function rate(tabId, parts) {
  await forTab(tabId, "rating", parts, async () => {
    const observation = await observationOf(tabId);
    if (!observation) throw new ServiceProblem(PROBLEMS.unseen);
    return { report: await parts.service.rate(observation) };
  });
}

/** @param {number} tabId @param {Parts} parts */
export async function readPolicy(tabId, parts) {
  await forTab(tabId, "reading", parts, async (site) => {
    const source = (await policyShown(tabId)) ?? { url: await policyLink(tabId, site) };
    const { report, id } = await parts.service.readPolicy(source);
    return { policy: report, policyId: id };
  });
}

/** Address of the site's policy; of the site where none is linked. @param {number} tabId @param {Site} site */
export async function policyLink(tabId, site) {
  /** @type {{ visits: { policy_links?: string[] }[] } | null} */
  const observation = await observationOf(tabId);
  const links = observation?.visits.flatMap((visit) => visit.policy_links ?? []) ?? [];
  const own = links.find(
    (link) => URL.canParse(link) && new URL(link).hostname.endsWith(site.domain),
  );
  return own ?? links[0] ?? new URL("/", site.url).href;
}

/**
 * @param {number} tabId
 * @param {string} question
 * @param {Parts} parts
 * @param {string} [reportId] of a kept report; else the policy of the tab is asked
 * @returns {Promise<Answer>}
 */
export async function ask(tabId, question, { service, told }, reportId) {
  if (reportId !== undefined) return service.ask({ report_id: reportId }, question);
  const site = await siteToLookAt(tabId);
  const { policy, policyId } = await told.of(tabId, site.host);
  if (policy === null) throw new ServiceProblem(PROBLEMS.unread);
  /** @type {PolicySource} */
  const text = { text: policy.details.text, name: policy.subject.name.slice(0, 200) || site.host };
  if (policyId === null) return service.ask(text, question);
  try {
    return await service.ask({ report_id: policyId }, question);
  } catch (error) {
    // It was forgotten from the history meanwhile; what is shown can still be asked.
    const forgotten = error instanceof ServiceProblem && error.problem.code === "not-found";
    if (forgotten) return service.ask(text, question);
    throw error;
  }
}
