/** How this browser gets its token, how it gives it up, and how it stands with the service. */

import { PROBLEMS, problemOf } from "./problems.js";
import { readSettings } from "./settings.js";
import { dropToken, keepToken, readToken } from "./token.js";

/** @typedef {import("../shared/messages.js").Connection} Connection */
/** @typedef {import("../shared/messages.js").Problem} Problem */
/** @typedef {import("./service.js").Service} Service */

/**
 * A request that the person has not answered yet. It outlives the worker.
 *
 * @typedef {{ requestId: string, code: string, endsAt: number, address: string }} Waiting
 */

/** @typedef {{ connection: Connection, code: string | null, problem: Problem | null }} State */

const WAITING = "pairing";
const ENDED = "pairing-ended";
const ASK_EVERY_MS = 1_000;
/** How long a view waits for a service that does not hurry before it shows what is known. */
const PATIENCE_MS = 1_500;
/** A standing that is older is looked at again, beside what is shown. */
const FRESH_MS = 10_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
/** Nobody knocks at the service's door while nobody looks. */
const LOOKED_MS = 60_000;
const LONGEST_NAME = 60;

export class Pairing {
  #service;
  #onChange;
  #following = false;
  #checkedAt = 0;
  #lookedAt = 0;
  #retryMs = FIRST_RETRY_MS;
  /** @type {ReturnType<typeof setTimeout> | null} */
  #retry = null;
  /** @type {Promise<void> | null} */
  #checking = null;
  /** The start that is under way. @type {Promise<void> | null} */
  #beginning = null;

  /**
   * @param {Service} service
   * @param {() => void} onChange called when the state is other than before
   */
  constructor(service, onChange) {
    this.#service = service;
    this.#onChange = onChange;
  }

  /** Go on with what the last life of the worker began. */
  async resume() {
    if ((await readWaiting()) !== null) void this.#follow();
  }

  /** How things stand, for someone who looks at it now. @returns {Promise<State>} */
  async state() {
    this.#lookedAt = Date.now();
    const waiting = await readWaiting();
    if (waiting !== null) {
      void this.#follow();
      return { connection: "waiting", code: waiting.code, problem: null };
    }
    const problem = await readEnded();
    if ((await readToken()) === null) return { connection: "unpaired", code: null, problem };
    if (this.#service.standing === null) {
      await Promise.race([this.check(), sleep(PATIENCE_MS)]);
    } else if (Date.now() - this.#checkedAt > FRESH_MS) {
      void this.check();
    }
    const paired = (await readToken()) !== null;
    const connection = paired ? (this.#service.standing ?? "basic") : "unpaired";
    return { connection, code: null, problem };
  }

  /** Look at once whether the service answers, and again later while somebody looks. */
  check() {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  async #check() {
    this.#checkedAt = Date.now();
    try {
      await this.#service.prove();
      this.#retryMs = FIRST_RETRY_MS;
    } catch (error) {
      const { code } = problemOf(error);
      if (code !== PROBLEMS.unpaired.code) this.#tryLater();
    }
  }

  #tryLater() {
    if (this.#retry !== null || Date.now() - this.#lookedAt > LOOKED_MS) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      void this.check();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  /**
   * Ask the service for access, unless this browser has it. The state then shows the code.
   *
   * @throws {ServiceProblem} the service did not begin
   */
  connect() {
    this.#beginning ??= this.#begin().finally(() => {
      this.#beginning = null;
    });
    return this.#beginning;
  }

  async #begin() {
    if ((await readWaiting()) !== null) return;
    await chrome.storage.session.remove(ENDED);
    if ((await readToken()) !== null) {
      await this.check();
      if (this.#service.standing === "connected") return;
    }
    const { requestId, code, expiresInS } = await this.#service.beginPairing(browserName());
    const address = (await readSettings()).service;
    /** @type {Waiting} */
    const waiting = { requestId, code, endsAt: Date.now() + expiresInS * 1_000, address };
    await chrome.storage.session.set({ [WAITING]: waiting });
    this.#onChange();
    void this.#follow();
  }

  /** Ask once a second how the request ended. Reading storage keeps the worker awake meanwhile. */
  async #follow() {
    if (this.#following) return;
    this.#following = true;
    try {
      for (let waiting = await readWaiting(); waiting !== null; waiting = await readWaiting()) {
        if (await this.#ended(waiting)) break;
        await sleep(ASK_EVERY_MS);
      }
    } finally {
      this.#following = false;
    }
    this.#onChange();
  }

  /** @param {Waiting} waiting @returns {Promise<boolean>} */
  async #ended({ requestId, endsAt }) {
    try {
      const told = await this.#service.followPairing(requestId);
      // The person may have given up while the answer was on its way.
      if ((await readWaiting())?.requestId !== requestId) return true;
      if (told.state === "allowed") {
        await keepToken(told.token);
        await chrome.storage.session.remove(WAITING);
        this.#service.startOver();
        await this.check();
        return true;
      }
      if (told.state === "refused") return this.#end(PROBLEMS.refused);
      if (told.state === "expired") return this.#end(PROBLEMS.expired);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === PROBLEMS.stranger.code) return this.#end(problem);
    }
    return Date.now() >= endsAt ? this.#end(PROBLEMS.expired) : false;
  }

  /** @param {Problem} problem */
  async #end(problem) {
    await chrome.storage.session.remove(WAITING);
    await chrome.storage.session.set({ [ENDED]: problem });
    return true;
  }

  /** Give up the token, or stop waiting for one. Also where the service does not answer. */
  async disconnect() {
    const asked = (await readWaiting()) !== null;
    await chrome.storage.session.remove([WAITING, ENDED]);
    if (!asked && (await readToken()) !== null) {
      try {
        await this.#service.leave();
      } catch (error) {
        const { code } = problemOf(error);
        if (code !== PROBLEMS.unpaired.code) await this.#end(PROBLEMS.stillListed);
      }
      await dropToken();
      this.#service.startOver();
    }
    this.#onChange();
  }

  /** The service is expected at another address. */
  async moved() {
    this.#service.startOver();
    this.#retryMs = FIRST_RETRY_MS;
    await chrome.storage.session.remove(ENDED);
    await this.check();
    this.#onChange();
  }
}

/** @returns {Promise<Waiting | null>} null also where the service was moved meanwhile */
async function readWaiting() {
  const kept = (await chrome.storage.session.get(WAITING))[WAITING];
  const waiting = /** @type {Waiting | undefined} */ (kept) ?? null;
  return waiting?.address === (await readSettings()).service ? waiting : null;
}

/** @returns {Promise<Problem | null>} why the last try to pair did not succeed */
async function readEnded() {
  const kept = (await chrome.storage.session.get(ENDED))[ENDED];
  return /** @type {Problem | undefined} */ (kept) ?? null;
}

/** @param {number} ms @returns {Promise<void>} */
function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What a person knows this browser by: `Chromium 156`. */
function browserName() {
  const agent = /** @type {any} */ (navigator).userAgentData;
  /** @type {{ brand: string, version: string }[]} */
  const brands = agent?.brands ?? [];
  const real = brands.filter(({ brand }) => !/not.?a.?brand/i.test(brand.replace(/[^a-z]/gi, "")));
  const own = real.find(({ brand }) => brand !== "Chromium") ?? real[0];
  if (own) return `${own.brand} ${own.version}`.slice(0, LONGEST_NAME);
  const named = /(Firefox|Edg|Chrome|Safari)\/(\d+)/.exec(navigator.userAgent);
  return named ? `${named[1]} ${named[2]}` : "A browser";
}
