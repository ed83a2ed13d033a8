/**
 * Hands what the probes tell (`main-world.js`) to the background. Runs in the extension's own
 * world, before any script of the page.
 *
 * In a private window nothing is sent before the background has said that it may be watched.
 */
{
  const ASK = "privacy-assistant-ask";
  const GIVE = "privacy-assistant-give";
  const LONGEST = 2_000_000;
  const MOST_HELD = 200;

  /** Whether this frame may be watched; null while nobody has said. @type {boolean | null} */
  let allowed = chrome.extension?.inIncognitoContext ? null : true;
  /** @type {object[]} */
  let held = [];

  /** @param {object} message */
  const tell = (message) => {
    if (allowed === null && held.length < MOST_HELD) held.push(message);
    if (!allowed) return;
    try {
      // There is no answer; where the extension was renewed or the frame is gone, nobody hears it.
      chrome.runtime.sendMessage(message).catch(() => undefined);
    } catch {
      allowed = false;
    }
  };
  globalThis.tellBackground = tell;

  if (allowed === null) {
    chrome.runtime.sendMessage({ watch: "may-i" }).then(
      (answer) => {
        allowed = answer === true;
        if (allowed) held.forEach(tell);
        held = [];
      },
      () => {
        allowed = false;
        held = [];
      },
    );
  }

  // The way to the probes ---------------------------------------------------------------------------

  const node = document.createElement("i");
  let main = false;

  const give = () => document.dispatchEvent(new MouseEvent(GIVE, { relatedTarget: node }));
  const onAsk = (/** @type {Event} */ event) => {
    event.stopImmediatePropagation();
    give();
  };

  node.addEventListener("here", () => {
    main = true;
    document.removeEventListener(ASK, onAsk, true);
  });
  node.addEventListener("lines", (event) => {
    const lines = event instanceof CustomEvent ? event.detail : "";
    if (typeof lines !== "string") return;
    if (lines || !told) tell({ watch: "probed", main, lines: lines.slice(0, LONGEST) });
    told = true;
  });
  let told = false;

  document.addEventListener(ASK, onAsk, true);
  give();
  // The other script begins in the same turn or not at all; a page's script is not answered.
  setTimeout(() => document.removeEventListener(ASK, onAsk, true), 0);

  // What the page says of itself --------------------------------------------------------------------

  const MOST = 200;

  const page = () => {
    const scripts = [...document.querySelectorAll("script[src]")]
      .slice(0, MOST)
      .flatMap((found) =>
        found instanceof HTMLScriptElement
          ? [{ src: found.src, integrity: found.integrity !== "" }]
          : [],
      );
    tell({ watch: "page", scripts });
  };

  if (window.top === window) {
    addEventListener("load", () => setTimeout(page, 0), { once: true });
    document.addEventListener("prerenderingchange", () => tell({ watch: "activated" }), {
      once: true,
    });
  }
}
