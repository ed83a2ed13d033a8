/**
 * Global Privacy Control (https://w3c.github.io/gpc/): the header `Sec-GPC: 1` on every request, and
 * `navigator.globalPrivacyControl` for scripts. Both are set up in the browser, so that they hold
 * while this worker sleeps.
 */

import { everywhere, keepScripts } from "./scripts.js";
import { exempt, isOn, patternsOf, ruleDomains } from "./where.js";

/** @typedef {import("../../shared/messages.js").Settings} Settings */
/** @typedef {chrome.declarativeNetRequest.Rule} Rule */

const SAY = 1;
const SAY_INSIDE = 2;
const NOT_THERE = 3;
const NOT_PRIVATE = 1;
const SCRIPTS = ["gpc", "gpc-here"];

/** All of them: where none are named, pages themselves are left out. */
const kinds = () => Object.values(chrome.declarativeNetRequest.ResourceType);

/** Firefox knows no top domains: there, frames of others in a page are left to `NOT_THERE`. */
const knowsTop = () =>
  "EXCLUDED_TOP_DOMAINS" in (chrome.declarativeNetRequest.RuleConditionKeys ?? {});

/** @param {number} id @param {Rule["condition"]} condition @returns {Rule} */
const say = (id, condition) => ({
  id,
  priority: 1,
  action: {
    type: "modifyHeaders",
    requestHeaders: [{ header: "Sec-GPC", operation: "set", value: "1" }],
  },
  condition,
});

/** @param {string[]} sites @returns {Rule[]} */
function rulesFor(sites) {
  if (sites.length === 0) return [say(SAY, { resourceTypes: kinds() })];
  const without = knowsTop() ? { excludedTopDomains: sites } : { excludedInitiatorDomains: sites };
  return [
    say(SAY, { resourceTypes: ["main_frame"] }),
    say(SAY_INSIDE, { resourceTypes: kinds().filter((kind) => kind !== "main_frame"), ...without }),
    {
      id: NOT_THERE,
      priority: 2,
      action: { type: "allowAllRequests" },
      condition: { resourceTypes: ["main_frame"], requestDomains: sites },
    },
  ];
}

/** @param {Settings} settings */
export async function applyGpc(settings) {
  const on = isOn(settings, "gpc");
  const sites = on ? exempt(settings, "gpc") : [];
  const excludeMatches = patternsOf(sites);
  await chrome.declarativeNetRequest.updateDynamicRules({
    removeRuleIds: [SAY, SAY_INSIDE, NOT_THERE],
    addRules: on ? rulesFor(ruleDomains(sites)) : [],
  });
  await leavePrivate(settings);
  await keepScripts(
    SCRIPTS,
    on
      ? [
          everywhere("gpc", { js: ["src/content/gpc.js"], world: "MAIN", excludeMatches }),
          everywhere("gpc-here", {
            js: ["src/content/gpc-here.js"],
            world: "ISOLATED",
            excludeMatches,
          }),
        ]
      : [],
  );
}

/**
 * Adds nothing to what tabs of private windows ask for, unless the person wants these looked at.
 * Where the browser itself sends the signal there, it still does.
 *
 * @param {Settings} settings
 */
export async function leavePrivate(settings) {
  const left = isOn(settings, "gpc") && !settings.privateWindows;
  const tabs = left ? await chrome.tabs.query({}) : [];
  const tabIds = tabs.flatMap(({ id, incognito }) => (incognito && id !== undefined ? [id] : []));
  await chrome.declarativeNetRequest.updateSessionRules({
    removeRuleIds: [NOT_PRIVATE],
    addRules:
      tabIds.length > 0
        ? [
            {
              id: NOT_PRIVATE,
              priority: 3,
              action: { type: "allow" },
              condition: { resourceTypes: kinds(), tabIds },
            },
          ]
        : [],
  });
}
