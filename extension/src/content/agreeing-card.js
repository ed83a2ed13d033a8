/**
 * The control beside a form where somebody agrees to something: “What am I agreeing to?”, and the
 * card that answers. It lives in a closed shadow root, out of reach of the page's scripts and styles,
 * and acts on real clicks alone.
 */
{
  /** @typedef {import("../shared/messages.js").Agreement} Agreement */
  /** @typedef {import("../shared/messages.js").AgreedDocument} AgreedDocument */
  /** @typedef {import("../shared/messages.js").AgreedPoint} AgreedPoint */
  /** @typedef {import("../shared/messages.js").AgreeingMessage} AgreeingMessage */
  /** @typedef {import("../shared/messages.js").Problem} Problem */
  /** @typedef {Node | string | null} Child */

  const QUESTION = "What am I agreeing to?";
  const EDGE_PX = 8;
  const GAP_PX = 6;
  /** Of what happens in the card, the page hears nothing that it did not hear before. */
  const OWN_EVENTS = [
    ...["click", "dblclick", "mousedown", "mouseup", "pointerdown", "pointerup"],
    ...["touchstart", "touchend", "keydown", "keyup", "keypress", "focusin", "focusout"],
  ];
  /** @type {Problem} */
  const SILENT = {
    code: "extension-silent",
    message: "The extension did not answer.",
    hint: "Reload the page, then try again.",
  };

  const CSS = `
    :host {
      all: initial !important;
      display: inline-block !important;
      margin-inline-start: 0.4em !important;
      vertical-align: baseline !important;
    }
    :host([data-alone]) { display: block !important; margin: 4px 0 0 !important; }
    * { box-sizing: border-box; }
    :host, .card {
      --sheet: #fffdf9; --sunk: #f2ede3; --ink: #211f1b; --soft: #5c564b; --rule: #ddd5c6;
      --edge: #8f8675; --link: #0b5560; --A: #17663f; --B: #3f6b1d; --C: #85610a; --D: #b04a0c;
      --F: #a32018; --on-grade: #ffffff;
    }
    @media (prefers-color-scheme: dark) {
      :host, .card {
        --sheet: #1f1d19; --sunk: #26241f; --ink: #efeae0; --soft: #b5ad9e; --rule: #3a372f;
        --edge: #8b8373; --link: #84cbd3; --A: #6fcf9c; --B: #a7cf74; --C: #e3bd58; --D: #f29a5c;
        --F: #ff8a7d; --on-grade: #171613;
      }
    }
    button { font: inherit; color: inherit; cursor: pointer; }
    :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
    .ask {
      padding: 0 0.5em; border: 1px solid var(--edge); border-radius: 1em;
      background: var(--sheet); color: var(--ink);
      font: 12px/1.5 -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif;
      white-space: nowrap;
    }
    .ask:hover { background: var(--sunk); }
    .card {
      position: fixed; inset: auto; width: min(360px, calc(100vw - 16px)); max-height: 85vh;
      margin: 0; padding: 14px 16px; overflow-y: auto; overscroll-behavior: contain;
      border: 1px solid var(--edge); border-radius: 6px; background: var(--sheet); color: var(--ink);
      color-scheme: light dark; box-shadow: 0 6px 24px rgb(0 0 0 / 25%);
      font: 14px/1.45 -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif;
      text-align: start; overflow-wrap: anywhere;
    }
    .card:focus { outline: none; }
    h2, h3, p, ol, figure, blockquote { margin: 0; }
    h2 { font-size: 14px; }
    h3 { font-size: 14px; }
    header { display: flex; justify-content: space-between; gap: 8px; margin-block-end: 8px; }
    .close { border: 0; background: none; padding: 0 4px; font-size: 18px; line-height: 1; }
    .document { display: flex; gap: 10px; margin-block-end: 10px; }
    .grade {
      flex: none; width: 34px; height: 34px; border-radius: 4px; background: var(--of);
      color: var(--on-grade); font: 700 20px/34px Georgia, serif; text-align: center;
    }
    .grade-none {
      border: 1px dashed var(--edge); background: none; color: var(--soft); line-height: 32px;
    }
    .sentence { font-weight: 600; }
    .fine { color: var(--soft); font-size: 12.5px; }
    ol { padding: 0; list-style: none; }
    li { padding: 8px 0; border-block-start: 1px solid var(--rule); }
    details { margin-block-start: 4px; }
    summary { color: var(--link); cursor: pointer; font-size: 12.5px; }
    blockquote {
      margin-block-start: 4px; padding-inline-start: 10px; border-inline-start: 3px solid var(--edge);
      font-family: Georgia, serif;
    }
    footer {
      display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center;
      padding-block-start: 10px; border-block-start: 1px solid var(--rule);
    }
    .main { padding: 4px 10px; border: 1px solid var(--ink); border-radius: 4px; background: var(--ink); color: var(--sheet); }
    .text { padding: 0; border: 0; background: none; color: var(--link); text-decoration: underline; }
    .problem, .gap { margin-block-end: 10px; }
    code { font-family: ui-monospace, Consolas, "Liberation Mono", monospace; font-size: 0.92em; }
    @media (forced-colors: active) { .grade { border: 1px solid CanvasText; } }
  `;

  /**
   * @template {keyof HTMLElementTagNameMap} Tag
   * @param {Tag} tag
   * @param {string} style its class
   * @param {...Child} children
   * @returns {HTMLElementTagNameMap[Tag]}
   */
  const make = (tag, style, ...children) => {
    const element = document.createElement(tag);
    if (style) element.className = style;
    element.append(...children.filter((child) => child !== null));
    return element;
  };

  /**
   * @param {string} text
   * @param {string} style
   * @param {() => void} act on a click of a person
   */
  const button = (text, style, act) => {
    const element = make("button", style, text);
    element.type = "button";
    element.addEventListener("click", (event) => {
      if (event.isTrusted) act();
    });
    return element;
  };

  /** Text whose stretches between backticks are shown as code. @param {string} text */
  const withCode = (text) =>
    text.split("`").map((part, place) => (place % 2 ? make("code", "", part) : part));

  /** @param {AgreeingMessage} message @returns {Promise<unknown>} null where nobody answers */
  const tell = async (message) => {
    try {
      return (await chrome.runtime.sendMessage(message)) ?? null;
    } catch {
      return null; // the extension was renewed, or is gone
    }
  };

  /** @param {AgreedDocument} document */
  const documentView = ({ name, sentence, grade, graded }) => {
    const mark = make("span", grade === null ? "grade grade-none" : "grade", grade ?? "–");
    mark.ariaHidden = "true";
    if (grade !== null) mark.style.setProperty("--of", `var(--${grade})`);
    const words = grade === null ? "not a good sign, not a bad sign" : `grade ${grade}`;
    return make(
      "div",
      "document",
      mark,
      make(
        "div",
        "",
        make("p", "sentence", sentence),
        make("p", "fine", `${name}: ${graded.toLowerCase()}, ${words}`),
      ),
    );
  };

  /** @param {AgreedPoint} point */
  const pointView = ({ title, why, quote, severity, document }) => {
    const summary = make("summary", "", "In its own words");
    const details = make("details", "", summary, make("blockquote", "", make("p", "", quote)));
    summary.addEventListener("click", () => details.toggleAttribute("open"));
    return make(
      "li",
      "",
      make("h3", "", title),
      make("p", "fine", document ? `${severity}, in: ${document}` : severity),
      make("p", "", why),
      details,
    );
  };

  /** @param {Agreement} agreement */
  const agreementView = ({ documents, points, gaps }) => [
    ...documents.map(documentView),
    points.length > 0 ? make("ol", "", ...points.map(pointView)) : null,
    points.length === 0 && documents.some(({ grade }) => grade !== null)
      ? make("p", "fine", "No harm that it states in so many words was found. That is no promise.")
      : null,
    ...gaps.map((gap) => make("p", "fine gap", `Not read: ${gap}`)),
  ];

  /**
   * Makes a control. It is not shown before somebody puts its `host` into the page.
   *
   * @param {{
   *   links: () => { text: string, url: string }[],
   *   leave: () => void,
   * }} parts `links` of the form; `leave` is called when the site wants none of it
   */
  globalThis.agreeingControl = ({ links, leave }) => {
    const host = document.createElement("span");
    const root = host.attachShadow({ mode: "closed" });
    /** @type {Agreement | "reading" | null} */
    let known = null;
    let wasOpen = false;

    const body = make("div", "");
    const foot = make("footer", "");
    const heading = make("h2", "", QUESTION);
    const card = make("div", "card");
    const ask = button(QUESTION, "ask", () => {
      if (wasOpen) return; // the browser closes it on a click elsewhere, which this is
      card.showPopover();
      void read();
    });
    const close = button("×", "close", () => card.hidePopover());
    close.ariaLabel = "Close";
    body.ariaLive = "polite";
    card.popover = "auto";
    card.tabIndex = -1;
    card.role = "dialog";
    card.ariaLabel = QUESTION;
    card.append(make("header", "", heading, close), body, foot);
    ask.ariaHasPopup = "dialog";
    ask.addEventListener("pointerdown", () => (wasOpen = card.matches(":popover-open")));
    ask.addEventListener("keydown", () => (wasOpen = false));

    const place = () => {
      const at = ask.getBoundingClientRect();
      const size = card.getBoundingClientRect();
      const below = innerHeight - at.bottom - GAP_PX - EDGE_PX;
      const top = below >= size.height ? at.bottom + GAP_PX : at.top - GAP_PX - size.height;
      const left = Math.min(at.left, innerWidth - size.width - EDGE_PX);
      card.style.top = `${Math.max(EDGE_PX, Math.min(top, innerHeight - size.height - EDGE_PX))}px`;
      card.style.left = `${Math.max(EDGE_PX, left)}px`;
    };

    /** @param {Problem} problem */
    const problemView = ({ code, message, hint }) => {
      const unpaired = code === "not-connected";
      return make(
        "div",
        "problem",
        make("p", "sentence", unpaired ? "Connect the assistant first." : message),
        make("p", "", ...withCode(unpaired ? message : hint)),
      );
    };

    const draw = () => {
      const agreement = known === "reading" ? null : known;
      const problem = agreement?.problem ?? null;
      body.replaceChildren(
        ...(agreement === null
          ? [make("p", "", "Reading what this form links to … A long document takes some seconds.")]
          : problem !== null
            ? [problemView(problem)]
            : agreementView(agreement).filter((one) => one !== null)),
      );
      const again = problem !== null && problem.code !== "not-connected";
      foot.replaceChildren(
        ...[
          problem?.code === "not-connected" &&
            button("Connect", "main", () => void tell({ agreeing: "connect" })),
          again && button("Try again", "main", () => void read()),
          agreement !== null &&
            problem === null &&
            button("Open the full report", "main", () => void tell({ agreeing: "report" })),
          button("Not on this site", "text", () => void refuse()),
        ].filter((one) => one !== false),
      );
      if (card.matches(":popover-open")) place();
    };

    const read = async () => {
      if (known === "reading" || (known !== null && known.problem === null)) return;
      known = "reading";
      draw();
      const told = await tell({ agreeing: "read", links: links() });
      known = /** @type {Agreement | null} */ (told) ?? {
        documents: [],
        points: [],
        gaps: [],
        problem: SILENT,
      };
      draw();
    };

    const refuse = async () => {
      if ((await tell({ agreeing: "not-here" })) === true) leave();
    };

    card.addEventListener("toggle", (event) => {
      const open = event instanceof ToggleEvent && event.newState === "open";
      const change = open ? addEventListener : removeEventListener;
      change("scroll", place, { capture: true, passive: true });
      change("resize", place);
      if (open) place();
      const elsewhere = document.activeElement !== document.body && root.activeElement === null;
      if (open) card.focus({ preventScroll: true });
      else if (!elsewhere) ask.focus({ preventScroll: true });
    });
    for (const name of OWN_EVENTS) root.addEventListener(name, (event) => event.stopPropagation());
    // A label around it would take a click for one on its box.
    root.addEventListener("click", (event) => event.preventDefault());

    root.append(make("style", "", CSS), ask, card);
    draw();
    return { host, remove: () => host.remove() };
  };
}
