/** Where a person begins: an address, a file, pasted text, or the sample. */

import { announce, announcer, button, h } from "./dom.js";
import { pictureView } from "./picture.js";

const PROMISES = [
  ["Every claim shows its sentence.", "One click marks it in the document."],
  ["The grade adds up.", "Each deduction is listed with its reason."],
  ["What it cannot tell, it says.", "Not found out is never shown as safe."],
];

/** @param {string} id @param {string} typed */
function addressForm(id, typed) {
  const input = h("input", {
    id,
    type: "text",
    inputmode: "url",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    placeholder: "example.com/privacy",
    "aria-describedby": `${id}-note`,
    required: true,
  });
  input.value = typed;
  return h(
    "form",
    {
      class: "address-form",
      novalidate: true,
      onsubmit: (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        announce(input, "read-address", { text: input.value });
      },
    },
    h("label", { for: id }, "Address of a policy, or of the site"),
    h(
      "div",
      { class: "field" },
      input,
      h("button", { type: "submit", class: "button primary" }, "Read it"),
    ),
    h(
      "p",
      { class: "fine", id: `${id}-note` },
      "Only the page you ask for is fetched, directly from its own site. Several addresses are compared side by side.",
    ),
    siteWay(input),
  );
}

/** The other thing to do with an address: see what the site itself does. @param {HTMLInputElement} input */
function siteWay(input) {
  const browser = h("input", { id: "in-browser", type: "checkbox" });
  const rate = button("Rate the site", { class: "button", "aria-describedby": "site-note" });
  rate.addEventListener("click", () =>
    announce(rate, "rate-site", { text: input.value, browser: browser.checked }),
  );
  return h(
    "div",
    { class: "site-way" },
    rate,
    h(
      "label",
      { for: "in-browser" },
      browser,
      " in a browser of its own (slower, sees what scripts do)",
    ),
    h(
      "p",
      { class: "fine", id: "site-note" },
      "Shows who gets data there, and whether its policy says so. The browser also loads what the page loads from others.",
    ),
  );
}

function fileForm() {
  const input = h("input", {
    id: "file",
    type: "file",
    class: "visually-hidden",
    multiple: true,
    accept:
      ".html,.htm,.xhtml,.txt,.md,.pdf,.json,application/json,text/html,text/plain,text/markdown,application/pdf," +
      "image/*,video/mp4,video/quicktime,.heic,.heif,.avif,.dng",
    onchange: (/** @type {Event} */ event) => {
      const box = /** @type {HTMLInputElement} */ (event.currentTarget);
      const files = [...(box.files ?? [])];
      if (files.length > 0) announce(box, "read-files", { files });
    },
  });
  return h(
    "div",
    { class: "drop-zone" },
    input,
    h("label", { for: "file" }, h("strong", {}, "Choose a file"), " or drop it anywhere here"),
    h(
      "p",
      { class: "fine" },
      "A policy as a page, PDF, Markdown or text, or photos before you share them. It stays on this computer.",
    ),
  );
}

function textForm() {
  const text = h("textarea", {
    id: "text",
    rows: 7,
    "aria-label": "Text of the policy",
    required: true,
  });
  return h(
    "details",
    { class: "paste" },
    h(
      "summary",
      {},
      h("strong", {}, "Paste the text"),
      h("span", { class: "fine" }, "From an app, a form or an email."),
    ),
    h(
      "form",
      {
        novalidate: true,
        onsubmit: (/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          announce(text, "read-text", { text: text.value });
        },
      },
      text,
      h("button", { type: "submit", class: "button primary" }, "Read this text"),
    ),
  );
}

/**
 * @param {string} [typed] what stands in the address field
 * @returns {HTMLElement}
 */
export function startView(typed = "") {
  return h(
    "section",
    { class: "start stage" },
    h(
      "div",
      { class: "stage-words" },
      h("h1", { tabindex: "-1" }, "What are you agreeing to?"),
      h(
        "p",
        { class: "lede" },
        "Hand over a privacy policy or terms of service. The assistant reads all of it, here on your computer, " +
          "and shows what matters with the sentence that says so.",
      ),
      addressForm("address", typed),
      h("div", { class: "other-ways" }, fileForm(), textForm()),
      h(
        "p",
        { class: "sample" },
        announcer("Try the sample", { class: "button" }, "read-sample", {}),
        h("span", {}, "The policy of a made-up photo app"),
      ),
    ),
    pictureView("read"),
    h(
      "ul",
      { class: "promises" },
      PROMISES.map(([promise, how]) => h("li", {}, h("strong", {}, promise), ` ${how}`)),
    ),
  );
}
