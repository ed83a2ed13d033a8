/**
 * Builds elements from values. Text only ever becomes text nodes, so nothing a
 * policy says can turn into markup.
 */

/** @typedef {import("./shapes.js").ViewEvents} ViewEvents */
/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Properties */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Sets attributes (`null`, `undefined` and `false` are left out) and listeners (`onclick: …`).
 *
 * @param {Element} element
 * @param {Properties} properties
 */
function assign(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Properties} [properties]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  assign(element, properties);
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(typeof child === "number" ? String(child) : child);
    }
  }
  return element;
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Properties} [properties]
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, properties = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  assign(element, properties);
  element.append(...children);
  return element;
}

/**
 * Announces what the person asked for; whoever holds the view listens.
 *
 * @template {keyof ViewEvents} Name
 * @param {Element} from
 * @param {Name} name
 * @param {ViewEvents[Name]} detail
 */
export function announce(from, name, detail) {
  from.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}

/**
 * Listens for what the views inside `root` announce.
 *
 * @template {keyof ViewEvents} Name
 * @param {Element} root
 * @param {Name} name
 * @param {(detail: ViewEvents[Name], target: Element) => void} act
 */
export function on(root, name, act) {
  root.addEventListener(name, (event) => {
    if (event instanceof CustomEvent && event.target instanceof Element) {
      act(event.detail, event.target);
    }
  });
}

/**
 * A button that never submits a form.
 *
 * @param {string} text
 * @param {Properties & { class?: string }} properties
 */
export function button(text, properties) {
  return h("button", { type: "button", ...properties }, text);
}

/**
 * A button that announces what the person asked for.
 *
 * @template {keyof ViewEvents} Name
 * @param {string} text
 * @param {Properties & { class?: string }} properties
 * @param {Name} name
 * @param {ViewEvents[Name]} detail
 */
export function announcer(text, properties, name, detail) {
  const element = button(text, properties);
  element.addEventListener("click", () => announce(element, name, detail));
  return element;
}

/**
 * An id that is valid in HTML and unique in the page, readable in tests.
 *
 * @param {string} prefix
 * @param {string} ruleId
 */
export function idFor(prefix, ruleId) {
  return `${prefix}-${ruleId.replace(/[^a-zA-Z0-9_-]/g, "-")}`;
}

/** Scrolls to an element, at once where the person wants no movement. @param {Element} element */
export function bringIntoView(element) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "center" });
}
