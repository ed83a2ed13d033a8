/** The choices of what is done for the person, on the first run and in the settings. */

import { missing } from "../background/vendor.js";
import { button, h } from "../views/dom.js";
import { withCode } from "./heading.js";

/** @typedef {import("./messages.js").Settings} Settings */

/**
 * `except` names the setting with the sites where it is not done, `again` what takes one back.
 *
 * @typedef {{ name: "gpc" | "rejectConsent" | "agreeing",
 *   except: "gpcExcept" | "rejectExcept" | "agreeingExcept", label: string, means: string,
 *   not: string, note: string, again: string, needs: string | null }} Act
 */

/** @type {readonly Act[]} */
const ACTS = [
  {
    name: "gpc",
    except: "gpcExcept",
    label: "Tell sites not to sell or share your data",
    means:
      "Every site is told, by the signal called Global Privacy Control. Some laws make sites heed it, such as California’s. Others may ignore it.",
    not: "Not told, because you took it back:",
    note: "",
    again: "Tell it again",
    needs: null,
  },
  {
    name: "rejectConsent",
    except: "rejectExcept",
    label: "Say no to consent banners",
    means:
      "It knows the banners of many sites and clicks “reject” in them. One that it cannot reject stays for you to answer.",
    not: "Their banners are left to you, because you took it back:",
    note: "A site may still remember an earlier no, in a cookie of its own. Its own cookie settings change that.",
    again: "Say no again",
    needs: "autoconsent",
  },
];

/** What is offered beside forms, unless the person wants it not. @type {Act} */
export const OFFER = {
  name: "agreeing",
  except: "agreeingExcept",
  label: "Offer to read what you agree to",
  means:
    "Sign-up forms and “I agree” boxes get a small button, “What am I agreeing to?”. Nothing is read before you click it.",
  not: "Not offered, because you sent it away:",
  note: "",
  again: "Offer it again",
  needs: null,
};

/** Where what finds the banners is not here: a fresh copy of the source has it not. */
const MISSING =
  "This copy of the extension lacks the list of banners. Run `npm ci` and `npm run assemble` in its folder, then load the extension again.";

/**
 * @param {Act} act
 * @param {Settings} settings
 * @param {boolean} lacks whether what it needs is missing
 * @param {(settings: Partial<Settings>) => void} save
 */
function choiceView({ name, label, means }, settings, lacks, save) {
  const box = h("input", {
    id: name,
    type: "checkbox",
    checked: settings[name] && !lacks,
    disabled: lacks,
    "aria-describedby": `${name}-means`,
    onchange: () => save({ [name]: box.checked }),
  });
  return h(
    "div",
    { class: "choice" },
    box,
    h("label", { for: name }, label),
    h("p", { class: "fine", id: `${name}-means` }, means, lacks && [" ", ...withCode(MISSING)]),
  );
}

/**
 * @param {Act} act
 * @param {Settings} settings
 * @param {(settings: Partial<Settings>) => void} save
 */
function exceptView({ except, not, note, again }, settings, save) {
  const sites = settings[except];
  if (sites.length === 0) return null;
  return h(
    "div",
    { class: "except" },
    h("p", { class: "fine" }, not),
    h(
      "ul",
      { class: "sites" },
      sites.map((site) =>
        h(
          "li",
          {},
          h("span", {}, site),
          button(again, {
            class: "text-button",
            "aria-label": `${again}: ${site}`,
            onclick: () => save({ [except]: sites.filter((one) => one !== site) }),
          }),
        ),
      ),
    ),
    note && h("p", { class: "fine" }, note),
  );
}

/**
 * @param {Settings} settings
 * @param {(settings: Partial<Settings>) => void} save called with each change
 * @param {readonly Act[]} [acts]
 * @returns {Promise<HTMLElement[]>}
 */
export async function actsViews(settings, save, acts = ACTS) {
  const absent = new Set((await missing()).map(({ name }) => name));
  return acts
    .flatMap((act) => [
      choiceView(act, settings, act.needs !== null && absent.has(act.needs), save),
      exceptView(act, settings, save) ?? [],
    ])
    .flat();
}
