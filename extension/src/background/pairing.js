/** How this browser gets its token, how it gives it up, and how it stands with the service. */

import { PROBLEMS, problemOf } from "./problems.js";
import { readSettings } from "./settings.js";
import { dropToken, forgetLoss, keepLoss, keepToken, readLoss, readToken } from "./token.js";

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
const ASK_EVERY_MS = 1_000;
/** How long a view waits for a service that does not hurry before it shows what is known. */
const PATIENCE_MS = 1_500;
/** A standing that is older is looked at again, beside what is shown. */
const FRESH_MS = 3_000;
/** Nobody looked for so long: what is shown waits until the service was asked. */
const OLD_MS = 10_000;
const LONGEST_NAME = 60;
/** What ended the access, and not only the try to get it. */
const OVER = new Set([PROBLEMS.unpaired.code, PROBLEMS.ended.code]);

export class Pairing {
  #service;
  #onChange;
  #following = false;
  #checkedAt = 0;
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
    const waiting = await readWaiting();
    if (waiting !== null) {
      void this.#follow();
      return { connection: "waiting", code: waiting.code, problem: null };
    }
    if ((await readToken()) !== null) {
      const age = Date.now() - this.#checkedAt;
      if (this.#service.standing === null || age > OLD_MS) {
        await Promise.race([this.check(), sleep(PATIENCE_MS)]);
      } else if (age > FRESH_MS) {
        void this.check();
      }
    }
    const paired = (await readToken()) !== null;
    const connection = paired ? (this.#service.standing ?? "basic") : "unpaired";
    return { connection, code: null, problem: await readLoss() };
  }

  /** Look at once whether the service answers, and is still the one. */
  check() {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  async #check() {
    this.#checkedAt = Date.now();
    try {
      await this.#service.prove({ anew: true });
    } catch (error) {
      problemOf(error); // stands in the service's standing
    }
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
    if (await this.#works()) return;
    await forgetLoss();
    const { requestId, code, expiresInS } = await this.#service.beginPairing(browserName());
    const address = (await readSettings()).service;
    /** @type {Waiting} */
    const waiting = { requestId, code, endsAt: Date.now() + expiresInS * 1_000, address };
    await chrome.storage.session.set({ [WAITING]: waiting });
    this.#onChange();
    void this.#follow();
  }

  /** Whether this browser has access already. */
  async #works() {
    if ((await readToken()) === null) return false;
    await this.check();
    return this.#service.standing === "connected";
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
        this.#service.startOver();
        await chrome.storage.session.remove(WAITING);
        await this.check();
        return true;
      }
      if (told.state === "expired" && (await this.#works())) {
        // The last life of the worker ended between keeping the token and this.
        await chrome.storage.session.remove(WAITING);
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
    await keepLoss(problem);
    return true;
  }

  /** Give up the token, or stop waiting for one. Also where the service does not answer. */
  async disconnect() {
    const waiting = await readWaiting();
    await chrome.storage.session.remove(WAITING);
    await forgetLoss();
    if (waiting !== null) {
      // Where it does not hear of it, the request grows old by itself.
      await this.#service.withdraw(waiting.requestId).catch(problemOf);
    } else if ((await readToken()) !== null) {
      try {
        await this.#service.leave();
      } catch (error) {
        const { code } = problemOf(error);
        if (!OVER.has(code)) await keepLoss(PROBLEMS.stillListed);
      }
      await dropToken();
      this.#service.startOver();
    }
    this.#onChange();
  }

  /** The service is expected at another address. */
  async moved() {
    await this.#checking; // it asks at the old address
    this.#service.startOver();
    await forgetLoss();
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
