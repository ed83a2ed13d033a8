/**
 * Puts the probes (`probes.js`, which runs just before) into the page's own world, and hands what
 * they tell to `bridge.js`.
 *
 * The way there is a node that stands in no document and is known to these two scripts alone: they
 * exchange it before any script of the page runs, so the page can neither hear what is said on it
 * nor say anything. Lines are sent together, a few times a second.
 */
{
  const ASK = "privacy-assistant-ask";
  const GIVE = "privacy-assistant-give";
  const FIRST_MS = 100;
  const PAUSE_MS = 250;
  const MOST_WAITING = 500_000;

  // What the page may replace later is taken now.
  const { apply } = Reflect;
  const { dispatchEvent, addEventListener, removeEventListener } = EventTarget.prototype;
  const NativeEvent = CustomEvent;
  const later = globalThis.setTimeout;
  const install = globalThis.installProbes;
  delete globalThis.installProbes;

  /** @type {EventTarget | null} */
  let node = null;
  let lines = "";
  let timed = false;

  const flush = () => {
    timed = false;
    if (!node) return;
    const detail = lines;
    lines = "";
    apply(dispatchEvent, node, [new NativeEvent("lines", { detail })]);
  };

  const wait = (/** @type {number} */ ms) => {
    if (timed) return;
    timed = true;
    apply(later, globalThis, [flush, ms]);
  };

  /** @param {string} line */
  const report = (line) => {
    lines += line + "\n";
    if (lines.length > MOST_WAITING) flush();
    else wait(PAUSE_MS);
  };

  /** @param {Event} event */
  const take = (event) => {
    event.stopImmediatePropagation();
    apply(removeEventListener, document, [GIVE, take, true]);
    if (node || !(event instanceof MouseEvent) || !event.relatedTarget) return;
    node = event.relatedTarget;
    install?.(report, { messages: true });
    addEventListener.call(globalThis, "pagehide", flush, true);
    wait(FIRST_MS);
    apply(dispatchEvent, node, [new NativeEvent("here")]);
  };

  apply(addEventListener, document, [GIVE, take, true]);
  apply(dispatchEvent, document, [new Event(ASK)]);
  // Without the other script there is nobody to tell; nothing is left behind for the page to find.
  if (!node) apply(later, globalThis, [() => document.removeEventListener(GIVE, take, true), 0]);
}
