/**
 * What the probes in the page told, put together by script.
 *
 * The same as `assistant/browse/probed.py`. A page cannot easily reach the probes' way out, but
 * could; so every line is checked, and what does not fit is counted as lost.
 */

import { bareUrl, isNetwork, plainName } from "./addresses.js";
import "../content/field-kinds.js";
import { readSetCookie } from "./set-cookie.js";
import { add, shaperOf } from "./visit.js";

/** @typedef {import("./visit.js").Visit} Visit */
/** @typedef {import("./domains.js").Suffixes} Suffixes */
/** @typedef {{url: string, data: Uint8Array, at: number}} Message on a web socket */

const LONGEST_LINE = 400_000;
const MOST_SCRIPTS = 500;
const MOST_FONTS = 200;
const MOST_WRITTEN = 500;
const MEMBER = /^[A-Za-z0-9_]{1,60}\.[A-Za-z0-9_]{1,60}$/;
const EVENT = /^[a-z]{1,30}$/;
const PLACE = /((?:blob:)?https?:\/\/[^\s()]+?):\d+:\d+/g;
const TARGETS = new Set(["document", "window", "element"]);
const STORES = new Set(["local", "session", "indexed_db"]);
const READERS = new Set([
  "HTMLCanvasElement.toDataURL",
  "HTMLCanvasElement.toBlob",
  "OffscreenCanvas.convertToBlob",
  "CanvasRenderingContext2D.getImageData",
  "OffscreenCanvasRenderingContext2D.getImageData",
]);

const encoder = new TextEncoder();

/** One line, of which nothing is taken for granted. */
class Line {
  /** @param {Record<string, unknown>} event */
  constructor(event) {
    this.event = event;
  }

  /** @param {string} name */
  text(name) {
    const value = this.event[name];
    return typeof value === "string" ? value : "";
  }

  /** @param {string} name */
  number(name) {
    const value = this.event[name];
    return typeof value === "number" && Number.isFinite(value) ? value : 0;
  }

  /** Address of the frame; its origin's where it has none of its own. */
  get place() {
    const [url, origin] = [this.text("url"), this.text("origin")];
    if (isNetwork(url)) return url;
    return isNetwork(origin) ? `${origin}/` : "";
  }

  /** What the field says about itself; null where there is none. */
  get field() {
    const field = this.event["field"];
    if (typeof field !== "object" || field === null) return null;
    return Object.fromEntries(
      Object.entries(field).filter(([, value]) => typeof value === "string"),
    );
  }
}

/**
 * Add the lines that one frame told.
 *
 * @param {Visit} visit
 * @param {string} lines
 * @param {{suffixes: Suffixes, onMessage: (message: Message) => void}} known `onMessage` gets what
 *   went out on web sockets, of which the visit keeps nothing.
 */
export function takeLines(visit, lines, { suffixes, onMessage }) {
  for (const text of lines.split("\n")) {
    if (!text) continue;
    const event = text.length <= LONGEST_LINE ? parsed(text) : null;
    const line = event && new Line(event);
    const message = line?.text("kind") === "message" ? messageOf(line) : null;
    if (message) onMessage(message);
    else if (!line || !take(visit, line, suffixes)) visit.lost += 1;
  }
}

/** @param {string} line @returns {Record<string, unknown> | null} */
function parsed(line) {
  try {
    const event = JSON.parse(line);
    return typeof event === "object" ? event : null;
  } catch {
    return null;
  }
}

/**
 * @param {Visit} visit
 * @param {Line} line
 * @param {Suffixes} suffixes
 * @returns {boolean} Whether it could be taken; what could not is counted, or told by `add`.
 */
function take(visit, line, suffixes) {
  const at = line.number("at");
  if (at <= 0 || /^chrome-error:/.test(line.text("url"))) return at > 0;
  const place = bareUrl(line.place) || visit.url;
  const script = bareUrl(scriptOf(line.text("stack")) ?? "") || place;
  switch (line.text("kind")) {
    case "call":
      return count(visit, line, script, line.event["top"] === true ? null : place);
    case "cookie":
      return takeCookie(visit, line.text("cookie"), { line, script, suffixes });
    case "cookie-store":
      return takeCookie(visit, asHeader(line), { line, script, suffixes });
    case "storage":
    case "database":
      return takeStorage(visit, line, script);
    case "listener":
      return takeListener(visit, line, script);
    case "read":
      return takeRead(visit, line, script);
    default:
      return false; // `lost`, and what nobody sends
  }
}

/**
 * @param {Visit} visit
 * @param {Line} line
 * @param {string} script
 * @param {string | null} frame
 */
function count(visit, line, script, frame) {
  const member = line.text("member");
  const key = `${script}|${frame ?? ""}`;
  const known = Object.hasOwn(visit.calls, key) ? visit.calls[key] : undefined;
  if (!MEMBER.test(member) || (!known && Object.keys(visit.calls).length >= MOST_SCRIPTS)) {
    return false;
  }
  const made =
    known ??
    (visit.calls[key] = {
      script,
      frame,
      calls: {},
      written: "",
      canvas_text: 0,
      canvas_pixels: 0,
      fonts: [],
      at: line.number("at"),
    });
  const times = Math.min(1e6, Math.max(1, Math.floor(line.number("count"))));
  made.calls[member] = (Object.hasOwn(made.calls, member) ? (made.calls[member] ?? 0) : 0) + times;
  const written = [...new Set(made.written + line.text("text"))];
  made.written = written.slice(0, MOST_WRITTEN).join("");
  const font = line.text("font");
  if (font && made.fonts.length < MOST_FONTS && !made.fonts.includes(font)) made.fonts.push(font);
  if (READERS.has(member)) {
    made.canvas_text = [...made.written].length;
    const pixels = Math.floor(Math.min(1e9, Math.max(0, line.number("pixels"))));
    made.canvas_pixels = Math.max(made.canvas_pixels, pixels);
  }
  return true;
}

/**
 * @param {Visit} visit
 * @param {string} header
 * @param {{line: Line, script: string, suffixes: Suffixes}} known
 */
function takeCookie(visit, header, { line, script, suffixes }) {
  const url = line.place || visit.url;
  const at = line.number("at");
  const cookie = readSetCookie(header, { url, at, shaper: shaperOf(visit), suffixes });
  if (cookie) add(visit, "cookies", { ...cookie, http_only: false, script });
  return true;
}

/** What `cookieStore.set` was told, as a header would say it. Source: Cookie Store API, 4.3. */
function asHeader(/** @type {Line} */ line) {
  const parts = [`${line.text("name")}=${line.text("value")}`, "secure"];
  parts.push(`path=${line.text("path") || "/"}`);
  for (const [name, key] of [
    ["domain", "domain"],
    ["samesite", "same_site"],
  ]) {
    const value = line.text(/** @type {string} */ (key));
    if (value) parts.push(`${name}=${value}`);
  }
  if (line.event["partitioned"] === true) parts.push("partitioned");
  const ends = new Date(line.number("expires") || NaN);
  if (!Number.isNaN(ends.getTime())) parts.push(`expires=${ends.toUTCString()}`);
  return parts.join("; ");
}

/**
 * @param {Visit} visit
 * @param {Line} line
 * @param {string} script
 */
function takeStorage(visit, line, script) {
  const store = line.text("kind") === "database" ? "indexed_db" : line.text("store");
  if (!STORES.has(store)) return false;
  const origin = line.text("origin");
  add(visit, "storage", {
    store,
    origin: bareUrl(isNetwork(origin) ? origin : line.place) || visit.url,
    key: plainName(line.text("key")),
    value: shaperOf(visit).shape(line.text("value")),
    script,
    at: line.number("at"),
  });
  return true;
}

/**
 * @param {Visit} visit
 * @param {Line} line
 * @param {string} script
 */
function takeListener(visit, line, script) {
  const event = line.text("type");
  const field = line.field;
  const target = field ? globalThis.fieldKindOf(field) : line.text("target");
  if (!EVENT.test(event) || (!field && !TARGETS.has(target))) return false;
  const known = visit.listeners.some(
    (one) => one.script === script && one.event === event && one.target === target,
  );
  if (!known) add(visit, "listeners", { script, event, target, at: line.number("at") });
  return true;
}

/**
 * @param {Visit} visit
 * @param {Line} line
 * @param {string} script
 */
function takeRead(visit, line, script) {
  if (!line.field) return false;
  const field = globalThis.fieldKindOf(line.field);
  if (!visit.reads.some((one) => one.script === script && one.field === field)) {
    add(visit, "reads", { script, field, at: line.number("at") });
  }
  return true;
}

/** @param {Line} line @returns {Message | null} null where it cannot be one */
function messageOf(line) {
  const url = bareUrl(line.text("to"));
  const [text, at] = [line.text("text"), line.number("at")];
  if (!/^wss?:/.test(url) || at <= 0) return null;
  const binary = line.event["binary"] === true;
  const data = binary ? Uint8Array.from(text, (one) => one.charCodeAt(0)) : encoder.encode(text);
  return { url, data, at };
}

/**
 * Address of the innermost script of an engine's stack; null where no line has one.
 *
 * The last address of a line is the place itself: what stands before it may be a function's name,
 * which a page chooses, or the place that called `eval`.
 *
 * @param {string} stack
 */
export function scriptOf(stack) {
  // Chromium begins with the error's name, which a page can choose; Firefox with the first call.
  const lines = stack.split("\n").slice(/\n {4}at /.test(stack) ? 1 : 0);
  for (const line of lines) {
    const places = [...line.matchAll(PLACE)];
    const last = places.at(-1)?.[1];
    if (last) return last.replace(/^blob:/, "");
  }
  return null;
}
