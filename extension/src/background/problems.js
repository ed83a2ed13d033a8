/** What can go wrong between this browser and the service, in words for the person. */

/** @typedef {import("../shared/messages.js").Problem} Problem */

/** A failure with the words to show for it. */
export class ServiceProblem extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** @satisfies {Record<string, Problem>} */
export const PROBLEMS = {
  gone: {
    code: "service-gone",
    message: "The assistant on this computer does not answer.",
    hint: "Start it in a terminal with `privacy-assistant serve`, then try again.",
  },
  slow: {
    code: "service-slow",
    message: "The assistant took too long to answer.",
    hint: "It may be busy. Try again in a moment.",
  },
  stranger: {
    code: "stranger",
    message: "What answers does not know this browser, or is not the assistant.",
    hint: "It was told nothing. Connect again if you deleted the assistant’s data or moved it; if not, find out which program listens there.",
  },
  ended: {
    code: "access-ended",
    message: "The access of this browser was ended on the assistant’s side.",
    hint: "Connect again if it should have access.",
  },
  unpaired: {
    code: "not-connected",
    message: "This browser is not connected to the assistant.",
    hint: "Connect it, and allow it on the assistant’s own page.",
  },
  away: {
    code: "sites-not-allowed",
    message: "The browser keeps the extension away from sites.",
    hint: "It sees nothing until you allow it, and cannot reach the assistant either.",
  },
  unexpected: {
    code: "internal-error",
    message: "The assistant gave an answer that this extension does not understand.",
    hint: "Bring the assistant and the extension to the same version, then try again.",
  },
  own: {
    code: "internal-error",
    message: "Something broke in the extension.",
    hint: "Try again. If it stays, turn the extension off and on.",
  },
  refused: {
    code: "pairing-refused",
    message: "This browser was refused on the assistant’s page.",
    hint: "Connect again if that was a mistake.",
  },
  expired: {
    code: "pairing-expired",
    message: "Nobody allowed this browser in time.",
    hint: "Connect again, then allow it on the assistant’s page within a minute.",
  },
  stillListed: {
    code: "still-listed",
    message: "This browser gave up its access, but could not tell the assistant.",
    hint: "Start the assistant and take this browser off the list on its page.",
  },
  unstarted: {
    code: "not-started",
    message: "The extension was not started yet.",
    hint: "Start it in its settings, then try again.",
  },
  unseen: {
    code: "nothing-seen",
    message: "Nothing was seen of this page yet.",
    hint: "Reload the page, then try again.",
  },
  unreachable: {
    code: "no-page",
    message: "There is no page to look at in this tab.",
    hint: "Open a website, then try again.",
  },
  unread: {
    code: "policy-unread",
    message: "No policy of this site was read yet.",
    hint: "Let the assistant read it first, then ask.",
  },
  address: {
    code: "not-loopback",
    message: "That is not an address on this computer.",
    hint: "Give one such as http://127.0.0.1:8765. The extension talks to no other computer.",
  },
  settings: {
    code: "invalid-settings",
    message: "Those settings cannot be kept.",
    hint: "Reload the page and try again.",
  },
};

/** Codes of what is over once the service has proved itself again. */
export const PASSING = new Set(
  [PROBLEMS.gone, PROBLEMS.slow, PROBLEMS.stranger, PROBLEMS.unpaired, PROBLEMS.ended].map(
    ({ code }) => code,
  ),
);

/** @param {unknown} error @returns {Problem} also for what should never happen */
export function problemOf(error) {
  if (error instanceof ServiceProblem) return error.problem;
  // The text of an error may hold an address; its kind does not.
  console.error("unexpected", error instanceof Error ? error.name : typeof error);
  return PROBLEMS.own;
}
