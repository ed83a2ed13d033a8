/**
 * The one client of the service on this computer. It lets the service prove itself before it
 * sends a token, and sends nothing else to what cannot.
 */

import { call, objectOf, refusal } from "./http.js";
import { PROBLEMS, ServiceProblem } from "./problems.js";
import { readSettings } from "./settings.js";
import { dropToken, expectedProofs, keepLoss, newNonce, readToken, tokenOf } from "./token.js";

/** @typedef {import("../shared/messages.js").Connection} Connection */
/** @typedef {import("../views/shapes.js").Answer} PolicyAnswer */
/** @typedef {import("../views/shapes.js").Report} Report */
/** @typedef {import("../views/shapes.js").SiteReport} SiteReport */
/** @typedef {import("./http.js").Answer} Answer */
/** @typedef {import("./http.js").Call} Call */
/** @typedef {import("./token.js").Token} Token */

/**
 * What the service reads a policy from.
 *
 * @typedef {{ url: string } | { html: string, url: string } | { text: string, name: string }
 *   | { report_id: string }} PolicySource
 */

/**
 * How the last call to the service ended; null where none was made in this life of the worker.
 *
 * @typedef {Extract<Connection, "connected" | "basic" | "stranger"> | null} Standing
 */

const ROOT = "/api/v1";
const KNOCK = { timeoutMs: 10_000, mostBytes: 64_000 };
export const WORK = { timeoutMs: 180_000, mostBytes: 60_000_000 };
/** Another program can take the port as soon as the service stops, so a proof is soon stale. */
const PROOF_LASTS_MS = 10_000;
const REQUEST_ID = /^[\w-]{22,64}$/;
const CODE = /^\d{4,8}$/;
const LONGEST_WAIT_S = 600;
const KEPT = /^\/api\/v1\/history\/([\w-]{1,200})$/;

export class Service {
  /** @type {Standing} */
  #standing = null;
  /** Which service proved itself with which token, and until when that counts. */
  #proven = { by: "", until: 0 };
  /** The proof that is under way. @type {Promise<Proven> | null} */
  #proving = null;
  #onStanding;

  /** @param {() => void} onStanding called when the standing is other than before */
  constructor(onStanding) {
    this.#onStanding = onStanding;
  }

  get standing() {
    return this.#standing;
  }

  /** Whether something that calls itself the service answers. Tells nothing about who it is. */
  async health() {
    const { status, value } = await call(await at("/health"), KNOCK);
    return status === 200 && objectOf(value).status === "ok";
  }

  /**
   * @param {string} client what the person knows this browser by
   * @returns {Promise<{ requestId: string, code: string, expiresInS: number }>}
   */
  async beginPairing(client) {
    const answer = await call(await at("/pair"), { ...KNOCK, method: "POST", body: { client } });
    if (answer.status >= 400) throw new ServiceProblem(refusal(answer));
    const { request_id: requestId, code, expires_in_s: seconds } = objectOf(answer.value);
    const named = typeof requestId === "string" && typeof code === "string";
    if (!named || !REQUEST_ID.test(requestId) || !CODE.test(code) || !(Number(seconds) > 0)) {
      throw new ServiceProblem(PROBLEMS.stranger);
    }
    return { requestId, code, expiresInS: Math.min(Number(seconds), LONGEST_WAIT_S) };
  }

  /**
   * @param {string} requestId
   * @returns {Promise<{ state: "waiting" | "refused" | "expired" } | { state: "allowed", token: Token }>}
   */
  async followPairing(requestId) {
    const answer = await call(await at(`/pair/${requestId}`), KNOCK);
    // A service that was started anew knows nothing of the request.
    if (answer.status === 404) return { state: "expired" };
    if (answer.status >= 400) throw new ServiceProblem(refusal(answer));
    const { state, token, token_id: id } = objectOf(answer.value);
    if (state === "waiting" || state === "refused" || state === "expired") return { state };
    const given = tokenOf(token, id);
    if (state !== "allowed" || given === null) throw new ServiceProblem(PROBLEMS.stranger);
    return { state, token: given };
  }

  /** Take a request to pair back. @param {string} requestId */
  async withdraw(requestId) {
    const body = { request_id: requestId };
    await call(await at("/pair/withdraw"), { ...KNOCK, method: "POST", body });
  }

  /** Let go of every proof: the token or the address is another one. */
  startOver() {
    this.#proven = { by: "", until: 0 };
    this.#standing = null;
  }

  /**
   * Let the service prove that it is the one that this browser was paired with.
   *
   * @param {{ anew?: boolean }} [how] `anew` where an earlier proof does not do
   * @returns {Promise<Proven>} what its proof counts for
   * @throws {ServiceProblem} it is not, does not answer, or this browser is not paired
   */
  prove({ anew = false } = {}) {
    if (anew) this.#proven = { by: "", until: 0 };
    this.#proving ??= this.#prove().finally(() => {
      this.#proving = null;
    });
    return this.#proving;
  }

  /** @returns {Promise<Proven>} */
  async #prove() {
    const token = await readToken();
    if (token === null) throw new ServiceProblem(PROBLEMS.unpaired);
    const address = (await readSettings()).service;
    const by = `${address} ${token.id}`;
    if (this.#proven.by === by && Date.now() < this.#proven.until) return { address, token };
    const nonce = newNonce();
    const [answer, expected] = await Promise.all([
      this.#askForProof(address, token.id, nonce),
      expectedProofs(token, nonce),
    ]);
    const { proof } = objectOf(answer.value);
    if (proof === expected.ended) throw await this.#ended(token);
    // The words of what has not proved itself are shown to nobody.
    if (answer.status === 429 || answer.status >= 500) throw this.#fell("basic", PROBLEMS.slow);
    if (proof !== expected.opens) throw this.#fell("stranger", PROBLEMS.stranger);
    this.#proven = { by, until: Date.now() + PROOF_LASTS_MS };
    this.#stand("connected");
    return { address, token };
  }

  /** @param {string} address @param {string} id @param {string} nonce @returns {Promise<Answer>} */
  async #askForProof(address, id, nonce) {
    const body = { token_id: id, nonce };
    try {
      return await call(`${address}${ROOT}/pair/proof`, { ...KNOCK, method: "POST", body });
    } catch (error) {
      if (!(error instanceof ServiceProblem)) throw error;
      const babbles = error.problem === PROBLEMS.unexpected;
      throw this.#fell(babbles ? "stranger" : "basic", babbles ? PROBLEMS.stranger : error.problem);
    }
  }

  /**
   * The service proved that it ended the access. Anything less leaves the token where it is: what
   * squats on the port can say that it knows no such browser, too.
   *
   * @param {Token} ended
   */
  async #ended({ id }) {
    if ((await readToken())?.id === id) {
      await dropToken();
      await keepLoss(PROBLEMS.ended);
      this.startOver();
      this.#onStanding();
    }
    return new ServiceProblem(PROBLEMS.ended);
  }

  /** Ends the access of this browser. @throws {ServiceProblem} the service was not reached */
  async leave() {
    await this.authorised("/pair/self", { ...KNOCK, method: "DELETE" });
  }

  /**
   * @param {unknown} observation
   * @returns {Promise<SiteReport>}
   */
  async rate(observation) {
    const answer = await this.authorised("/site", {
      ...WORK,
      method: "POST",
      body: { observation },
    });
    return reportOf(answer, "site");
  }

  /**
   * @param {PolicySource} source
   * @returns {Promise<{ report: Report, id: string | null }>} `id` of the history where it is kept
   */
  async readPolicy(source) {
    const answer = await this.authorised("/policy", { ...WORK, method: "POST", body: source });
    const id = KEPT.exec(answer.location ?? "")?.[1] ?? null;
    return { report: reportOf(answer, "policy"), id };
  }

  /**
   * @param {PolicySource} source
   * @param {string} question
   * @returns {Promise<PolicyAnswer>}
   */
  async ask(source, question) {
    const answer = await this.authorised("/policy/ask", {
      ...WORK,
      method: "POST",
      body: { question, source },
    });
    const told = reportOf(answer, "policy").details.answer;
    if (!told) throw new ServiceProblem(PROBLEMS.unexpected);
    return told;
  }

  /**
   * One call with the token of this browser.
   *
   * @param {string} path below the root of the API
   * @param {Call} request
   * @returns {Promise<Answer>}
   * @throws {ServiceProblem} the service refused, could not prove itself or was not reached
   */
  async authorised(path, request) {
    const { address, token } = await this.prove();
    const answer = await this.#attempt(() =>
      call(`${address}${ROOT}${path}`, { ...request, bearer: token.token }),
    );
    if (answer.status === 401) {
      // The access was ended since the last proof, or the port is another's since.
      await this.prove({ anew: true });
      throw new ServiceProblem(PROBLEMS.unexpected);
    }
    if (answer.status >= 400) throw new ServiceProblem(refusal(answer));
    return answer;
  }

  /** @param {() => Promise<Answer>} make @returns {Promise<Answer>} */
  async #attempt(make) {
    try {
      return await make();
    } catch (error) {
      if (error instanceof ServiceProblem) throw this.#fell("basic", error.problem);
      throw error;
    }
  }

  /** @param {Standing} standing @param {import("../shared/messages.js").Problem} problem */
  #fell(standing, problem) {
    this.#proven = { by: "", until: 0 };
    this.#stand(standing);
    return new ServiceProblem(problem);
  }

  /** @param {Standing} standing */
  #stand(standing) {
    const other = this.#standing !== standing;
    this.#standing = standing;
    if (other) this.#onStanding();
  }
}

/** @typedef {{ address: string, token: Token }} Proven */

/** @param {string} path @returns {Promise<string>} */
async function at(path) {
  return `${(await readSettings()).service}${ROOT}${path}`;
}

/**
 * @template {"site" | "policy"} Kind
 * @param {Answer} answer
 * @param {Kind} kind
 * @returns {Kind extends "site" ? SiteReport : Report}
 */
export function reportOf({ value }, kind) {
  const told = objectOf(value);
  const whole =
    Object.keys(objectOf(told.details)).length && Object.keys(objectOf(told.rating)).length;
  if (told.kind !== kind || !whole) throw new ServiceProblem(PROBLEMS.unexpected);
  return /** @type {any} */ (told);
}
