/** The first run: says what the extension does, connects, and lets the person start it. */

import { askForSites, readSettings, SILENT, tell } from "../shared/background.js";
import { actsViews } from "../shared/acts.js";
import { problemView, showConnection } from "../shared/connecting.js";
import { button, h } from "../views/dom.js";

/** @typedef {import("../shared/messages.js").Settings} Settings */

const connection = /** @type {HTMLElement} */ (document.getElementById("connection"));
const acts = /** @type {HTMLElement} */ (document.getElementById("acts"));
const start = /** @type {HTMLElement} */ (document.getElementById("start"));

/** @param {boolean} started */
function show(started) {
  start.replaceChildren(
    ...(started
      ? [
          h("p", {}, "It is on. Open any page, then click the assistant’s button in the toolbar."),
          h("p", { class: "fine" }, "The browser may hide the button behind its puzzle piece."),
        ]
      : [
          h("p", {}, "Once you start, it watches the pages that you open. The settings stop it."),
          h(
            "p",
            { class: "actions" },
            button("Start", { class: "button primary", onclick: () => void begin() }),
          ),
        ]),
  );
}

async function begin() {
  if (!(await askForSites())) return; // what stands in the way is told above
  const told = /** @type {{ started?: boolean } | undefined} */ (
    await tell({ type: "set", settings: { started: true } })
  );
  if (told?.started) show(true);
  else start.append(problemView(SILENT));
}

/** Each choice is kept at once, and holds once it is started. @param {Partial<Settings>} changed */
async function choose(changed) {
  const told = await tell({ type: "set", settings: changed });
  if (told === undefined) acts.append(problemView(SILENT));
}

const settings = await readSettings();
if (settings !== null) {
  acts.replaceChildren(...(await actsViews(settings, (changed) => void choose(changed))));
}
show(settings?.started ?? false);
await showConnection(connection);
