/** Shows the settings and keeps each as soon as it is changed. */

import { loadSuffixes, plainHost } from "../background/domains.js";
import { readSettings, SILENT, tell } from "../shared/background.js";
import { actsViews, OFFER } from "../shared/acts.js";
import { problemView, showConnection } from "../shared/connecting.js";
import { button, h } from "../views/dom.js";

/** @typedef {import("../shared/messages.js").Problem} Problem */
/** @typedef {import("../shared/messages.js").Settings} Settings */

const FLAGS = /** @type {const} */ (["started", "privateWindows", "badge"]);

/** @param {string} id */
function place(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} id */
function input(id) {
  return /** @type {HTMLInputElement} */ (document.getElementById(id));
}

/** @type {Settings | null} */
let shown = null;

/**
 * @param {HTMLElement} acts
 * @param {Settings} settings
 * @param {Parameters<typeof actsViews>[2]} [which]
 */
async function showActs(acts, settings, which) {
  const focused = acts.contains(document.activeElement) ? document.activeElement?.id : null;
  acts.replaceChildren(...(await actsViews(settings, (changed) => void save(changed), which)));
  // A button that has done its work is gone; the choice that it belongs to is the nearest.
  if (focused !== null) (focused ? place(focused) : acts.querySelector("input"))?.focus();
}

/** @param {Settings} settings */
function show(settings) {
  shown = settings;
  void showActs(place("acts"), settings);
  void showActs(place("offers"), settings, [OFFER]);
  for (const flag of FLAGS) input(flag).checked = settings[flag];
  input("service").value = settings.service;
  // Until here nothing could be filled in, since it would be overwritten.
  for (const id of [...FLAGS, "service"]) input(id).disabled = false;
  place("paused").replaceChildren(
    ...(settings.paused.length
      ? settings.paused.map(pausedView)
      : [h("li", { class: "fine" }, "None.")]),
  );
}

/** @param {string} domain */
function pausedView(domain) {
  const back = button("Watch again", {
    class: "text-button",
    "aria-label": `Watch again: ${domain}`,
    onclick: () => void resume(domain),
  });
  return h("li", {}, h("span", {}, domain), back);
}

/** @param {string} domain */
async function resume(domain) {
  await save({ paused: shown?.paused.filter((one) => one !== domain) ?? [] });
  input("pause").focus();
}

/** @param {Partial<Settings>} settings @returns {Promise<boolean>} whether they were kept */
async function save(settings) {
  const told = /** @type {(Settings & { problem?: Problem }) | undefined} */ (
    await tell({ type: "set", settings })
  );
  const problem = told === undefined ? SILENT : (told.problem ?? null);
  if (problem === null && told) show(told);
  else if (shown !== null) show(shown);
  place("saved").replaceChildren(problem === null ? "Saved." : problemView(problem));
  return problem === null;
}

/** The registrable domain of what somebody typed or pasted: a name, or the address of a page. @param {string} text */
async function domainIn(text) {
  const address = text.includes("://") ? text : `http://${text}`;
  const host = URL.canParse(address) ? plainHost(new URL(address).hostname) : "";
  return host && (await loadSuffixes()).registrable(host);
}

for (const flag of FLAGS) {
  input(flag).addEventListener("change", () => void save({ [flag]: input(flag).checked }));
}

place("service-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const kept = await save({ service: input("service").value });
  input("service").setAttribute("aria-invalid", String(!kept));
});

place("pause-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const domain = await domainIn(input("pause").value.trim());
  if (domain && (await save({ paused: [...(shown?.paused ?? []), domain] }))) {
    input("pause").value = "";
  }
});

const settings = await readSettings();
if (settings === null) place("saved").replaceChildren(problemView(SILENT));
else show(settings);
await showConnection(place("connection"));
