// @ts-nocheck It takes everything from a page's globals as it finds it; tests in browsers check it.
/**
 * What scripts of a page do that no network event shows: calls that tell devices apart, cookies
 * and storage written by scripts, listeners on and reads of form fields.
 *
 * Runs in the page's own world, in every frame, before any script of the page. It belongs to no
 * driver: `report` is given one line of JSON for each event and decides where that goes. The same
 * file serves a browser that is driven and an extension (`"world": "MAIN"`).
 *
 * An event is `{kind, stack, url, origin, top, at, …}`: `stack` is the engine's own text, from
 * which the reader takes the script's address; `url` is where the frame is; `at` is in
 * milliseconds since 1970. What is typed into fields is never reported; what is written to cookies
 * and storage is, and what goes out on web sockets where it is asked for, cut to a bound, for the
 * reader to turn into shapes and to search.
 *
 * Everything that is needed later is taken from the page's globals now, because a page may replace
 * them; records have no prototype, so that the page cannot watch them being filled. Whatever goes
 * wrong in here stays in here. Wrapped functions look native to `toString`. Whoever runs this takes
 * `installProbes` from the globals and deletes it, so that the page never sees it.
 *
 * @param {(line: string) => void} report
 * @param {{messages?: boolean}} [wanted] `messages`: what goes out on web sockets, for a reader that
 *   sees no more of them than that they were opened.
 */
globalThis.installProbes = function (report, wanted) {
  "use strict";

  /** Of each kind, so that none uses up the room of the others. */
  const MOST_EVENTS = 3_000;
  const MOST_STACKS = 2_000;
  /** Calls of one member for which the script is still looked for. */
  const MOST_TRACED = 2_000;
  /** Listeners on elements, of one kind of event, for which the script is still looked for. */
  const MOST_HEARD = 100;
  /** Texts, fonts and sizes that are told of one place in the code. */
  const MOST_DETAILS = 500;
  const LONGEST_STACK = 4_000;
  const LONGEST_VALUE = 8_192;
  const LONGEST_TEXT = 200;
  const FRAMES = 8;
  /** Beyond `MOST_TRACED` and `MOST_HEARD`, every one of so many is still looked at. */
  const SAMPLED = 16;
  const PAUSE_MS = 100;

  const window = globalThis;
  const { apply, construct, getOwnPropertyDescriptor, defineProperty } = Reflect;
  const { create } = Object;
  const { stringify } = JSON;
  const NativeError = Error;
  const NativeProxy = Proxy;
  const NativeMap = WeakMap;
  const { get: recall, set: remember } = NativeMap.prototype;
  const { slice, toLowerCase } = String.prototype;
  const nativeToString = Function.prototype.toString;
  const now = performance.now;
  const clock = performance;
  const since = performance.timeOrigin;
  const later = window.setTimeout;
  const { location: place, origin } = window;

  const cut = (text, most) => apply(slice, text, [0, most]);
  const getter = (prototype, name) => getOwnPropertyDescriptor(prototype, name)?.get;

  let top = true;
  try {
    top = window.top === window;
  } catch {
    top = false;
  }

  // Sending ----------------------------------------------------------------

  const sent = create(null);
  let lossTold = false;

  function record(kind) {
    const event = create(null);
    event.kind = kind;
    event.at = since + apply(now, clock, []);
    event.url = place.href;
    event.origin = origin;
    event.top = top;
    return event;
  }

  function send(event) {
    if (isFull(event.kind)) return;
    sent[event.kind] = (sent[event.kind] ?? 0) + 1;
    report(stringify(event));
  }

  /** Whether no more is told of a kind; that something is lost then is told. */
  function isFull(kind) {
    if ((sent[kind] ?? 0) < MOST_EVENTS) return false;
    tellLoss();
    return true;
  }

  function tellLoss() {
    if (lossTold) return;
    lossTold = true;
    report(stringify(record("lost")));
  }

  function stackHere() {
    const limit = NativeError.stackTraceLimit;
    const prepare = getOwnPropertyDescriptor(NativeError, "prepareStackTrace");
    try {
      NativeError.stackTraceLimit = FRAMES;
      if (prepare) NativeError.prepareStackTrace = undefined;
      const stack = new NativeError().stack;
      return typeof stack === "string" ? cut(stack, LONGEST_STACK) : "";
    } catch {
      return "";
    } finally {
      try {
        NativeError.stackTraceLimit = limit;
        if (prepare) defineProperty(NativeError, "prepareStackTrace", prepare);
      } catch {
        // The page has sealed it; then it stays as it is.
      }
    }
  }

  // Wrapping ----------------------------------------------------------------

  const originals = new NativeMap();

  /** A function that tells `note(self, args, answer)` of each call and changes nothing. */
  function wrapped(original, note, before) {
    const tell = (watcher, self, args, answer) => {
      try {
        watcher(self, args, answer);
      } catch {
        // Never the page's trouble.
      }
    };
    const proxy = new NativeProxy(original, {
      apply(target, self, args) {
        if (before) tell(note, self, args);
        const answer = apply(target, self, args);
        if (!before) tell(note, self, args, answer);
        return answer;
      },
      construct(target, args, newTarget) {
        tell(note, undefined, args);
        return construct(target, args, newTarget === proxy ? target : newTarget);
      },
    });
    apply(remember, originals, [proxy, original]);
    return proxy;
  }

  const disguised = new NativeProxy(nativeToString, {
    apply(target, self, args) {
      const original = typeof self === "function" ? apply(recall, originals, [self]) : undefined;
      return apply(target, original ?? self, args);
    },
  });
  apply(remember, originals, [disguised, nativeToString]);
  replace(Function.prototype, "toString", { value: disguised });

  function replace(owner, name, change) {
    const described = getOwnPropertyDescriptor(owner, name);
    if (described?.configurable) defineProperty(owner, name, { ...described, ...change });
  }

  function watchMethod(owner, name, note, before = false) {
    const described = owner && getOwnPropertyDescriptor(owner, name);
    if (typeof described?.value === "function") {
      replace(owner, name, { value: wrapped(described.value, note, before) });
    }
  }

  function watchGetter(owner, name, note) {
    const get = owner && getter(owner, name);
    if (get) replace(owner, name, { get: wrapped(get, note) });
  }

  function watchSetter(owner, name, note) {
    const set = owner && getOwnPropertyDescriptor(owner, name)?.set;
    if (set) replace(owner, name, { set: wrapped(set, note, true) });
  }

  /** What names the graphics card (WEBGL_debug_renderer_info). */
  const UNMASKED_VENDOR = 0x9245;
  const UNMASKED_RENDERER = 0x9246;

  const prototypeOf = (name) => getOwnPropertyDescriptor(window, name)?.value?.prototype;

  // Calls that tell devices apart ---------------------------------------------

  /** Stack → what was counted for it and not yet sent. */
  const counted = create(null);
  const waiting = [];
  const traced = create(null);
  let stacks = 0;
  let timed = false;

  /** What is known of one call site. */
  function siteOf(stack) {
    const known = counted[stack];
    if (known) return known;
    if (stacks >= MOST_STACKS) {
      tellLoss();
      return null;
    }
    stacks += 1;
    const site = create(null);
    site.calls = create(null);
    site.details = create(null);
    site.detailed = 0;
    site.stack = stack;
    counted[stack] = site;
    return site;
  }

  function flush() {
    timed = false;
    const ready = waiting.length;
    for (let index = 0; index < ready; index += 1) {
      const { site, member } = waiting[index];
      const count = site.calls[member];
      if (count) sendCall(site, member, count);
      site.calls[member] = 0;
    }
    waiting.length = 0;
  }

  function sendCall(site, member, count, detail, value) {
    const event = record("call");
    event.stack = site.stack;
    event.member = member;
    event.count = count;
    if (detail) event[detail] = value;
    send(event);
  }

  /**
   * Count a call. The first from a place, and each with a new detail, is told at once, since a
   * frame may be gone before a timer runs; the others are told together.
   *
   * @param {string} member
   * @param {"text" | "font" | "pixels"} [detail] What is told besides, once for each value.
   * @param {string | number} [value]
   */
  function call(member, detail, value) {
    const times = (traced[member] = (traced[member] ?? 0) + 1);
    if (times > MOST_TRACED && times % SAMPLED) return;
    const site = siteOf(stackHere());
    if (!site) return;
    const known = site.calls[member] !== undefined;
    const fresh = detail && isNew(site, `${member}|${value}`);
    site.calls[member] ??= 0;
    if (!known || fresh) {
      sendCall(site, member, 1, fresh && detail, value);
      return;
    }
    site.calls[member] += 1;
    if (site.calls[member] === 1) {
      const entry = create(null);
      entry.site = site;
      entry.member = member;
      waiting[waiting.length] = entry;
    }
    if (!timed) {
      timed = true;
      apply(later, window, [flush, PAUSE_MS]);
    }
  }

  function isNew(site, key) {
    if (site.details[key] || site.detailed >= MOST_DETAILS) return false;
    site.details[key] = true;
    site.detailed += 1;
    return true;
  }

  window.addEventListener("pagehide", flush, true);

  const plainCall = (member) => () => call(member);

  function watchCalls(name, methods, getters = []) {
    const prototype = prototypeOf(name);
    for (const method of methods) watchMethod(prototype, method, plainCall(`${name}.${method}`));
    for (const member of getters) watchGetter(prototype, member, plainCall(`${name}.${member}`));
  }

  /** Canvas: besides the calls, what was written, how much was read, and in which fonts. */
  function watchCanvas(canvas, context, readers) {
    const surface = prototypeOf(canvas);
    const drawing = prototypeOf(context);
    if (!surface || !drawing) return;
    const width = getter(surface, "width");
    const height = getter(surface, "height");
    for (const name of readers) {
      watchMethod(surface, name, (self) => {
        call(`${canvas}.${name}`, "pixels", apply(width, self, []) * apply(height, self, []));
      });
    }
    watchMethod(drawing, "getImageData", (_self, args) => {
      const pixels = args[2] * args[3];
      call(`${context}.getImageData`, "pixels", pixels < 0 ? -pixels : pixels || 0);
    });
    for (const name of ["fillText", "strokeText"]) {
      watchMethod(drawing, name, (_self, args) => {
        call(`${context}.${name}`, "text", cut(`${args[0]}`, LONGEST_TEXT));
      });
    }
    const fontOf = getter(drawing, "font");
    watchMethod(drawing, "measureText", (self) => {
      call(`${context}.measureText`, "font", cut(apply(fontOf, self, []), LONGEST_TEXT));
    });
    watchSetter(drawing, "font", plainCall(`${context}.font`));
    watchCalls(context, ["save", "restore", "isPointInPath", "createLinearGradient"]);
  }

  function watchDevice() {
    watchCanvas("HTMLCanvasElement", "CanvasRenderingContext2D", ["toDataURL", "toBlob"]);
    watchCanvas("OffscreenCanvas", "OffscreenCanvasRenderingContext2D", ["convertToBlob"]);
    for (const name of ["WebGLRenderingContext", "WebGL2RenderingContext"]) {
      watchMethod(prototypeOf(name), "getParameter", (_self, args) => {
        call(`${name}.getParameter`);
        if (args[0] === UNMASKED_VENDOR) call("WEBGL_debug_renderer_info.UNMASKED_VENDOR_WEBGL");
        if (args[0] === UNMASKED_RENDERER) {
          call("WEBGL_debug_renderer_info.UNMASKED_RENDERER_WEBGL");
        }
      });
      watchCalls(name, [
        "getExtension",
        "getSupportedExtensions",
        "getShaderPrecisionFormat",
        "readPixels",
      ]);
    }
    watchConstructor("OfflineAudioContext");
    watchConstructor("RTCPeerConnection");
    watchCalls("OfflineAudioContext", ["startRendering"]);
    watchCalls("BaseAudioContext", [
      "createOscillator",
      "createDynamicsCompressor",
      "createAnalyser",
    ]);
    watchCalls("RTCPeerConnection", ["createDataChannel", "createOffer"]);
    watchCalls("MediaDevices", ["enumerateDevices"]);
    watchCalls("SpeechSynthesis", ["getVoices"]);
    watchCalls(
      "Navigator",
      ["getBattery", "getGamepads", "javaEnabled"],
      [
        "appVersion",
        "cookieEnabled",
        "deviceMemory",
        "doNotTrack",
        "hardwareConcurrency",
        "language",
        "languages",
        "maxTouchPoints",
        "mimeTypes",
        "platform",
        "plugins",
        "userAgent",
        "userAgentData",
        "vendor",
        "webdriver",
      ],
    );
    watchCalls("NavigatorUAData", ["getHighEntropyValues"]);
    watchCalls("NetworkInformation", [], ["downlink", "effectiveType", "rtt"]);
    watchCalls(
      "Screen",
      [],
      [
        "availHeight",
        "availLeft",
        "availTop",
        "availWidth",
        "colorDepth",
        "height",
        "orientation",
      ].concat(["pixelDepth", "width"]),
    );
    watchMethod(
      window.Intl?.DateTimeFormat?.prototype,
      "resolvedOptions",
      plainCall("DateTimeFormat.resolvedOptions"),
    );
    watchMethod(Date.prototype, "getTimezoneOffset", plainCall("Date.getTimezoneOffset"));
    watchCalls("FontFaceSet", ["check"]);
    watchFontsInPage();
  }

  function watchConstructor(name) {
    const original = getOwnPropertyDescriptor(window, name)?.value;
    if (typeof original !== "function") return;
    const proxy = wrapped(original, plainCall(`${name}.constructor`));
    replace(window, name, { value: proxy });
    replace(original.prototype, "constructor", { value: proxy });
  }

  /** The other way to measure text: the size of an element in each of many fonts. */
  function watchFontsInPage() {
    const elements = prototypeOf("HTMLElement");
    const styleOf = elements && getter(elements, "style");
    const valueOf = prototypeOf("CSSStyleDeclaration")?.getPropertyValue;
    if (!styleOf || !valueOf) return;
    for (const name of ["offsetWidth", "offsetHeight"]) {
      watchGetter(elements, name, (self) => {
        const family = apply(valueOf, apply(styleOf, self, []), ["font-family"]);
        if (family) call(`HTMLElement.${name}`, "font", cut(family, LONGEST_TEXT));
      });
    }
  }

  // What scripts keep ---------------------------------------------------------

  const asText = (value) => {
    if (typeof value === "string") return cut(value, LONGEST_VALUE);
    try {
      return cut(stringify(value) ?? `${value}`, LONGEST_VALUE);
    } catch {
      return "";
    }
  };

  function kept(kind, fill) {
    return (self, args) => {
      if (isFull(kind)) return;
      const event = record(kind);
      event.stack = stackHere();
      if (fill(event, self, args) !== false) send(event);
    };
  }

  function watchKept() {
    watchSetter(
      prototypeOf("Document"),
      "cookie",
      kept("cookie", (event, _self, args) => {
        event.cookie = asText(`${args[0]}`);
      }),
    );
    watchMethod(prototypeOf("CookieStore"), "set", kept("cookie-store", fillCookie), true);
    const session = getter(window, "sessionStorage");
    watchMethod(
      prototypeOf("Storage"),
      "setItem",
      kept("storage", (event, self, args) => {
        event.store = self === apply(session, window, []) ? "session" : "local";
        event.key = asText(`${args[0]}`);
        event.value = asText(`${args[1]}`);
      }),
      true,
    );
    watchMethod(
      prototypeOf("IDBFactory"),
      "open",
      kept("database", (event, _self, args) => {
        event.key = asText(`${args[0]}`);
      }),
    );
    const rows = prototypeOf("IDBObjectStore");
    const nameOf = rows && getter(rows, "name");
    for (const name of ["put", "add"]) {
      watchMethod(
        rows,
        name,
        kept("storage", (event, self, args) => {
          event.store = "indexed_db";
          event.key = asText(apply(nameOf, self, []));
          event.value = asText(args[0]);
        }),
        true,
      );
    }
  }

  function fillCookie(event, _self, args) {
    const given = args[0];
    const options = typeof given === "object" && given !== null ? given : null;
    event.name = asText(`${options ? options.name : given}`);
    event.value = asText(`${options ? options.value : args[1]}`);
    event.domain = options?.domain ? asText(`${options.domain}`) : "";
    event.path = options?.path ? asText(`${options.path}`) : "/";
    event.same_site = options?.sameSite ? asText(`${options.sameSite}`) : "";
    event.partitioned = options?.partitioned === true;
    event.expires =
      options?.expires === undefined || options?.expires === null ? null : +options.expires;
  }

  // What goes out on web sockets ----------------------------------------------

  const isBuffer = window.ArrayBuffer;
  const { isView } = isBuffer;
  const NativeBytes = Uint8Array;
  const { fromCharCode } = String;

  /** A character for each byte; null for what a script cannot read at once. */
  function bytesOf(data) {
    const view = isView(data);
    if (!view && !isA(isBuffer, data)) return null;
    const length = data.byteLength < LONGEST_VALUE ? data.byteLength : LONGEST_VALUE;
    const bytes = view
      ? new NativeBytes(data.buffer, data.byteOffset, length)
      : new NativeBytes(data, 0, length);
    return apply(fromCharCode, null, bytes);
  }

  function watchSockets() {
    const sockets = prototypeOf("WebSocket");
    const addressOf = sockets && getter(sockets, "url");
    if (!wanted?.messages || !addressOf) return;
    // What is left out here is no loss: no reader takes silence for all that a socket carried.
    const note = (self, args) => {
      if ((sent.message ?? 0) >= MOST_EVENTS) return;
      const text = typeof args[0] === "string" ? cut(args[0], LONGEST_VALUE) : bytesOf(args[0]);
      if (text === null) return;
      const event = record("message");
      event.to = apply(addressOf, self, []);
      event.text = text;
      event.binary = typeof args[0] !== "string";
      send(event);
    };
    watchMethod(sockets, "send", note, true);
  }

  // Form fields -----------------------------------------------------------------

  const HEARD = create(null);
  for (const name of [
    "beforeinput change copy input keydown keypress keyup paste",
    "click mousedown mousemove mouseup pointerdown pointermove pointerup",
    "scroll touchend touchmove touchstart wheel",
  ]) {
    for (const type of name.split(" ")) HEARD[type] = true;
  }
  const ATTRIBUTES = ["type", "autocomplete", "name", "id", "placeholder", "aria-label"];
  const isInput = window.HTMLInputElement;
  const isArea = window.HTMLTextAreaElement;
  const isDocument = window.Document;
  const isElement = window.Element;
  const { getAttribute } = prototypeOf("Element") ?? {};
  const inputKind = isInput && getter(isInput.prototype, "type");
  const instance = Function.prototype[Symbol.hasInstance];
  const isA = (type, value) => !!type && apply(instance, type, [value]);
  const UNTYPED = create(null);
  for (const type of ["button", "checkbox", "color", "file", "hidden", "image", "radio", "range"]) {
    UNTYPED[type] = true;
  }
  UNTYPED.reset = UNTYPED.submit = true;

  /** What a field says about itself, never its value; null for what nobody types into. */
  function described(element) {
    const input = isA(isInput, element);
    if (!input && !isA(isArea, element)) return null;
    if (input && UNTYPED[apply(inputKind, element, [])]) return null;
    const field = create(null);
    for (const name of ATTRIBUTES) {
      const value = apply(getAttribute, element, [name]);
      if (value) field[name] = cut(value, 100);
    }
    return field;
  }

  const heard = create(null);
  const told = create(null);
  let tellings = 0;

  /** Send an event unless the same was told for the same place in the code. */
  function tellOnce(event) {
    const key = `${event.kind}|${event.type ?? ""}|${event.target ?? ""}|${
      event.field ? stringify(event.field) : ""
    }|${event.stack}`;
    if (told[key] || tellings >= 1_000) return;
    told[key] = true;
    tellings += 1;
    send(event);
  }

  function hear(target, type) {
    const name = apply(toLowerCase, `${type}`, []);
    if (!HEARD[name]) return;
    const event = record("listener");
    event.type = name;
    event.field = described(target);
    if (!event.field) {
      event.target =
        target === window || target === undefined || target === null
          ? "window"
          : isA(isDocument, target)
            ? "document"
            : isA(isElement, target)
              ? "element"
              : "";
      if (!event.target) return;
    }
    // A page hangs hundreds of its own on what it shows, which tell nothing of who listens to all.
    if (event.target === "element") {
      const times = (heard[name] = (heard[name] ?? 0) + 1);
      if (times > MOST_HEARD && times % SAMPLED) return;
    }
    event.stack = stackHere();
    tellOnce(event);
  }

  function watchFields() {
    watchMethod(prototypeOf("EventTarget"), "addEventListener", (self, args) => {
      if (args[1]) hear(self, args[0]);
    });
    for (const type of ["keydown", "keypress", "keyup", "input", "change", "paste"]) {
      const note = (self, args) => {
        if (args[0]) hear(self, type);
      };
      for (const owner of [prototypeOf("HTMLElement"), prototypeOf("Document"), window]) {
        watchSetter(owner, `on${type}`, note);
      }
    }
    for (const type of [isInput, isArea]) {
      watchGetter(type?.prototype, "value", (self, _args, answer) => {
        if (typeof answer !== "string" || answer === "") return;
        const event = record("read");
        event.field = described(self);
        if (!event.field) return;
        event.stack = stackHere();
        tellOnce(event);
      });
    }
  }

  for (const watch of [watchDevice, watchKept, watchSockets, watchFields]) {
    try {
      watch();
    } catch {
      // A browser that lacks an interface is watched in the others.
    }
  }
};
