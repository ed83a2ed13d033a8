/** The first run: says what the extension does, connects, and lets the person start it. */

import { readSettings, SILENT, tell } from "../shared/background.js";
import { problemView, showConnection } from "../shared/connecting.js";
import { button, h } from "../views/dom.js";

const connection = /** @type {HTMLElement} */ (document.getElementById("connection"));
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
          h("p", {}, "From then on you see what the pages that you open do."),
          h(
            "p",
            { class: "actions" },
            button("Start", { class: "button primary", onclick: () => void begin() }),
          ),
        ]),
  );
}

async function begin() {
  const told = /** @type {{ started?: boolean } | undefined} */ (
    await tell({ type: "set", settings: { started: true } })
  );
  if (told?.started) show(true);
  else start.append(problemView(SILENT));
}

const settings = await readSettings();
show(settings?.started ?? false);
await showConnection(connection);
