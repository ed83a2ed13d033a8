/**
 * Tells the background what a person types into fields for personal data, so that it can be known
 * again in what leaves the page before it is sent on purpose.
 *
 * The value goes to the extension's own worker and no further: it stays in memory there for a
 * minute at most, is never stored, and never stands in a record. Fields for searches and free text
 * are left alone; so is what a script, not a person, put into a field. In a private window nothing
 * is told unless the person has set so (`bridge.js`).
 */
{
  const PAUSE_MS = 120;
  const LONGEST = 200;
  const ATTRIBUTES = ["type", "autocomplete", "name", "id", "placeholder", "aria-label"];
  const SENDING =
    "button, input[type=submit], input[type=image], input[type=button], [role=button]";

  /** @typedef {HTMLInputElement | HTMLTextAreaElement} Field */

  /** Field → its number. @type {WeakMap<Field, number>} */
  const numbers = new WeakMap();
  /** @type {Map<Field, ReturnType<typeof setTimeout>>} */
  const waiting = new Map();
  let count = 0;
  let typed = false;

  /**
   * Where an event really happened, also within closed shadow trees.
   *
   * @param {Event} event
   */
  const targetOf = (event) => {
    let target = event.composedPath()[0];
    for (let depth = 0; depth < 10 && target instanceof HTMLElement; depth += 1) {
      const own = /** @type {any} */ (target).openOrClosedShadowRoot; // Firefox's way
      const inner = (own ?? chrome.dom?.openOrClosedShadowRoot?.(target))?.activeElement;
      if (!inner) break;
      target = inner;
    }
    return target;
  };

  /** @param {Field} field */
  const kindOf = (field) => {
    /** @type {Record<string, string>} */
    const said = {};
    for (const name of ATTRIBUTES) said[name] = (field.getAttribute(name) ?? "").slice(0, 100);
    said["label"] = (field.labels?.[0]?.textContent ?? "").slice(0, 100);
    return globalThis.fieldKindOf(said);
  };

  /** @param {Field} field */
  const tell = (field) => {
    clearTimeout(waiting.get(field));
    waiting.delete(field);
    const kind = kindOf(field);
    if (!globalThis.isPersonalKind(kind) || field.value.length > LONGEST) return;
    let number = numbers.get(field);
    if (number === undefined) numbers.set(field, (number = count += 1));
    typed = true;
    globalThis.tellBackground({ watch: "typed", field: number, kind, value: field.value });
  };

  /** @param {Event} event */
  const onInput = (event) => {
    const field = targetOf(event);
    if (!event.isTrusted) return;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
    if (event.type === "change") {
      tell(field);
      return;
    }
    clearTimeout(waiting.get(field));
    waiting.set(
      field,
      setTimeout(() => tell(field), PAUSE_MS),
    );
  };

  const onSubmit = () => {
    for (const timer of waiting.values()) clearTimeout(timer);
    waiting.clear();
    if (typed) globalThis.tellBackground({ watch: "submitted", at: Date.now() });
    typed = false;
  };

  addEventListener("input", onInput, true);
  addEventListener("change", onInput, true);
  addEventListener("submit", onSubmit, true);
  // Many pages send without a form.
  addEventListener(
    "click",
    (event) => {
      const target = event.composedPath()[0];
      if (event.isTrusted && target instanceof Element && target.closest(SENDING)) onSubmit();
    },
    true,
  );
  addEventListener(
    "keydown",
    (event) => {
      if (event.isTrusted && event.key === "Enter" && targetOf(event) instanceof HTMLInputElement) {
        onSubmit();
      }
    },
    true,
  );
}
