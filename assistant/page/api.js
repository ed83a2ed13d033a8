/** The page's client of the local API, and the one place that speaks HTTP. */

/** @typedef {import("../views/shapes.js").AnyOpen} AnyOpen */
/** @typedef {import("../views/shapes.js").HistoryEntry} HistoryEntry */
/** @typedef {import("../views/shapes.js").OpenReport} OpenReport */
/** @typedef {import("../views/shapes.js").PhotoReport} PhotoReport */
/** @typedef {import("../views/shapes.js").Problem} Problem */
/** @typedef {import("../views/shapes.js").Shot} Shot */

/**
 * What can be read: `html` is a page already at hand, with the address it came from.
 *
 * @typedef {{ kind: "url", url: string }
 *   | { kind: "text", text: string }
 *   | { kind: "html", html: string, url: string }
 *   | { kind: "file", file: File }} Source
 */

/**
 * What a site is rated by: its page, or a record of one that a browser made.
 *
 * @typedef {{ url: string, browser: boolean } | { observation: unknown }} SiteSource
 */

const ROOT = "/api/v1";
const HISTORY_LIMIT = 1000;

/** A failure with the words to show for it. */
export class ServiceProblem extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.message);
    this.problem = problem;
  }
}

const GONE = {
  code: "service-gone",
  message: "The program behind this page has stopped, or the connection to it broke.",
  hint: "Your history is still there.",
};

/** An answer that no part of the API gives. */
export const UNEXPECTED = {
  code: "internal-error",
  message: "The assistant gave an answer this page does not understand.",
  hint: "Reload the page; if it stays, restart the assistant.",
};

/**
 * @param {Response} response
 * @returns {Promise<Problem>}
 */
async function problemOf(response) {
  try {
    const { error } = await response.json();
    const { code, message, hint } = error;
    return { code: String(code), message: String(message), hint: String(hint) };
  } catch {
    return UNEXPECTED;
  }
}

/**
 * @param {string} path
 * @param {RequestInit} [request]
 * @returns {Promise<Response>}
 * @throws {ServiceProblem} the service refused, or did not answer
 */
async function call(path, request) {
  let response;
  try {
    response = await fetch(`${ROOT}${path}`, {
      credentials: "same-origin",
      ...request,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ServiceProblem(GONE);
  }
  if (!response.ok) throw new ServiceProblem(await problemOf(response));
  return response;
}

/** @param {unknown} value @returns {RequestInit} */
function json(value) {
  return {
    body: JSON.stringify(value),
    headers: { "Content-Type": "application/json" },
  };
}

/** @param {Source} source @returns {RequestInit} */
function bodyOf(source) {
  switch (source.kind) {
    case "url":
      return json({ url: source.url });
    case "text":
      return json({ text: source.text });
    case "html":
      return json({ html: source.html, url: source.url });
    case "file": {
      const form = new FormData();
      form.append("file", source.file);
      return { body: form };
    }
  }
}

/**
 * Exchanges the one-time code of the printed address for a session cookie.
 *
 * @param {string} code
 */
export async function openSession(code) {
  await call("/session", { method: "POST", ...json({ code }) });
}

/**
 * @param {string} id of a kept report
 * @returns {Promise<import("../views/shapes.js").BetterAnswer>}
 */
export async function findBetter(id) {
  const response = await call(`/history/${encodeURIComponent(id)}/better`);
  return response.json();
}

/** @param {File} file @returns {RequestInit} */
function formOf(file) {
  const form = new FormData();
  form.append("file", file);
  return { method: "POST", body: form };
}

/**
 * @param {File} file
 * @param {AbortSignal} signal
 * @returns {Promise<PhotoReport>}
 */
export async function checkPhoto(file, signal) {
  const response = await call("/photo", { ...formOf(file), signal });
  return response.json();
}

/**
 * One of several photos: its report and what it is linked by.
 *
 * @param {File} file
 * @param {AbortSignal} signal
 * @returns {Promise<{ report: PhotoReport, shot: Shot }>}
 * @throws {ServiceProblem} also where the file gave no report
 */
export async function checkOneOf(file, signal) {
  const response = await call("/photo?shots=true", { ...formOf(file), signal });
  const { reports, shots, errors } = await response.json();
  if (errors.length > 0) throw new ServiceProblem(errors[0].error);
  return { report: reports[0], shot: shots[0] };
}

/**
 * @param {Shot[]} shots
 * @param {AbortSignal} signal
 * @returns {Promise<import("../views/shapes.js").Linkage>}
 */
export async function linkPhotos(shots, signal) {
  const response = await call("/photo/linkage", { method: "POST", signal, ...json({ shots }) });
  return response.json();
}

/**
 * A picture inside of the file, by its position in the report.
 *
 * @param {File} file
 * @param {number} number
 * @returns {Promise<Blob>}
 */
export async function hiddenPicture(file, number) {
  const response = await call(`/photo/hidden?number=${number}`, formOf(file));
  return response.blob();
}

/**
 * A clean copy with boxes covered, and the name that tells nothing.
 *
 * @param {File} file
 * @param {import("../views/shapes.js").Region[]} boxes
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ blob: Blob, name: string, lossless: boolean }>}
 */
export async function cleanPhoto(file, boxes, signal) {
  const query = boxes.map(({ x, y, width, height }) => `box=${x},${y},${width},${height}`);
  const request = signal ? { ...formOf(file), signal } : formOf(file);
  const response = await call(`/photo/clean?${query.join("&")}`, request);
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  return {
    blob: await response.blob(),
    name: name ?? "photo",
    lossless: response.headers.get("X-Lossless") === "true",
  };
}

/** The land that maps are drawn on; null where it cannot be had. */
export async function readOutlines() {
  const response = await fetch("/page/outlines.json", { credentials: "same-origin" });
  return response.ok ? response.json() : null;
}

/**
 * @param {Source} source
 * @param {AbortSignal} signal
 * @returns {Promise<OpenReport>}
 */
export async function readPolicy(source, signal) {
  const response = await call("/policy", {
    method: "POST",
    signal,
    ...bodyOf(source),
  });
  const id = keptAs(response);
  const report = await response.json();
  const earlier = id === null ? null : earlierOf(id, report.subject.name, await readHistory());
  return { id, report, wrong: new Set(), earlier };
}

/** Where the history keeps an answer; null where it does not. @param {Response} response */
function keptAs(response) {
  return response.headers.get("Location")?.split("/").at(-1) ?? null;
}

/**
 * @param {SiteSource} source
 * @param {AbortSignal} signal
 * @returns {Promise<import("../views/shapes.js").OpenSite>}
 */
export async function rateSite(source, signal) {
  const response = await call("/site", { method: "POST", signal, ...json(source) });
  return { id: keptAs(response), report: await response.json(), wrong: new Set() };
}

/**
 * The newest report of a policy of the same name that is older than the one of that id.
 *
 * @param {string} id
 * @param {string} name
 * @param {HistoryEntry[]} entries newest first
 */
function earlierOf(id, name, entries) {
  const place = entries.findIndex((entry) => entry.id === id);
  const older = entries.slice(place + 1);
  return older.find((entry) => entry.kind === "policy" && entry.name === name) ?? null;
}

/**
 * @param {OpenReport} open
 * @param {string} question
 * @param {AbortSignal} signal
 * @returns {Promise<import("../views/shapes.js").Answer>}
 */
export async function askPolicy({ id, report }, question, signal) {
  const { text } = report.details;
  const source = id === null ? { text, name: report.subject.name } : { report_id: id };
  const response = await call("/policy/ask", {
    method: "POST",
    signal,
    ...json({ question, source }),
  });
  return (await response.json()).details.answer;
}

/**
 * @param {string} older
 * @param {string} newer
 * @param {AbortSignal} signal
 * @returns {Promise<import("../views/shapes.js").Report>}
 */
export async function comparePolicies(older, newer, signal) {
  const body = json({ old: { report_id: older }, new: { report_id: newer } });
  const response = await call("/policy/compare", { method: "POST", signal, ...body });
  return response.json();
}

/** @returns {Promise<HistoryEntry[]>} newest first */
export async function readHistory() {
  const response = await call(`/history?limit=${HISTORY_LIMIT}`);
  return (await response.json()).entries;
}

/**
 * @param {string} id
 * @returns {Promise<AnyOpen>}
 */
export async function recall(id) {
  const [response, entries] = await Promise.all([
    call(`/history/${encodeURIComponent(id)}`),
    readHistory(),
  ]);
  const wrong = entries.find((entry) => entry.id === id)?.wrong ?? [];
  const report = await response.json();
  if (report.kind === "site") return { id, report, wrong: new Set(wrong) };
  const earlier = earlierOf(id, report.subject.name, entries);
  return { id, report, wrong: new Set(wrong), earlier };
}

/**
 * @param {{ id: string } | { name: string } | "everything"} what
 * @returns {Promise<number>} how many reports are gone
 */
export async function forget(what) {
  let path = "/history";
  if (what !== "everything") {
    path +=
      "id" in what ? `/${encodeURIComponent(what.id)}` : `?name=${encodeURIComponent(what.name)}`;
  }
  const response = await call(path, { method: "DELETE" });
  return (await response.json()).forgotten;
}

/**
 * @param {string} id
 * @param {string} ruleId
 * @param {boolean} wrong
 */
export async function markWrong(id, ruleId, wrong) {
  const path = `/history/${encodeURIComponent(id)}/wrong/${encodeURIComponent(ruleId)}`;
  await call(path, wrong ? { method: "PUT", ...json({}) } : { method: "DELETE" });
}

/**
 * @param {string} id
 * @param {"html" | "markdown"} format
 */
export function exportAddress(id, format) {
  return `${ROOT}/history/${encodeURIComponent(id)}/export?format=${format}`;
}

/** @returns {Promise<import("../views/shapes.js").Pairings>} */
export async function readPairings() {
  const response = await call("/pair");
  return response.json();
}

/**
 * @param {string} code that the person saw
 * @param {boolean} allow
 */
export async function answerBrowser(code, allow) {
  await call("/pair/answer", { method: "POST", ...json({ code, allow }) });
}

/** @param {string} id */
export async function disconnectBrowser(id) {
  await call(`/pair/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/**
 * @returns {Promise<string>} the invented policy that ships with the page
 */
export async function sampleHtml() {
  const response = await fetch("/page/sample.html");
  if (!response.ok) throw new ServiceProblem(UNEXPECTED);
  return response.text();
}
