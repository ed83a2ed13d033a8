/**
 * Finds where a page lets somebody agree to its policy or terms, and puts “What am I agreeing to?”
 * beside it (`agreeing-card.js`): sign-up forms, “I agree” boxes, and sentences such as “By
 * continuing you agree to our Terms”.
 *
 * It looks when the page has loaded and the browser has nothing else to do, tells nobody what it
 * finds, and shows nothing before the background has said that it may.
 */
{
  const MOST_CONTROLS = 3;
  const MOST_LINKS = 1_000;
  const MOST_LINKS_BESIDE = 12;
  const LONGEST_SENTENCE = 600;
  /** What stands around a sentence and a button is no article. */
  const LONGEST_AROUND = 3_000;
  const MOST_UP = 5;
  const PAUSE_MS = 1_000;
  const LATEST_MS = 3_000;
  /** Smaller frames hold no form. */
  const SMALLEST_PX = 200;

  const SAID = "input[type=text], input[type=email], input[type=tel], input:not([type])";
  const BUTTONS = "button, input[type=submit], input[type=button], [role=button]";
  const FIELDS = `${SAID}, input[type=password], input[type=checkbox], [role=checkbox], ${BUTTONS}`;
  const FORMS = "form, dialog, [role=dialog], [role=form]";
  const COOKIES = /cookie/i;

  const { isNamed, names, saysAgree } = globalThis.policyNaming;

  /** Whether it may be shown here; null while nobody has said. @type {boolean | null} */
  let allowed = null;
  /** Form, or what stands for one → its control. @type {Map<Element, { host: Element, remove: () => void }>} */
  const controls = new Map();
  /** Boxes and links that were looked at. @type {WeakSet<Element>} */
  const seen = new WeakSet();

  /** @param {Element} element */
  const isShown = (element) =>
    element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) &&
    element.getBoundingClientRect().width > 0;

  /** @param {Element} element */
  const textOf = (element) => (element.textContent ?? "").replace(/\s+/g, " ").trim();

  /** @param {HTMLAnchorElement | HTMLAreaElement} link */
  const isPolicy = (link) =>
    /^https?:$/.test(link.protocol) && isNamed(link.textContent ?? "", link.pathname);

  /** @param {Element} part @returns {HTMLAnchorElement[]} */
  const linksIn = (part) =>
    [...part.querySelectorAll("a[href]")].filter((link) => link instanceof HTMLAnchorElement);

  // Where somebody agrees ---------------------------------------------------------------------------

  /**
   * A form, or the nearest that stands for one: few words, and something to fill in or click.
   *
   * @param {Element} inside
   * @returns {Element | null}
   */
  const formAround = (inside) => {
    const form = inside.closest(FORMS);
    if (form) return form;
    let part = inside.parentElement;
    for (let up = 0; part && part !== document.body && up < MOST_UP; up += 1) {
      if ((part.textContent ?? "").length > LONGEST_AROUND) return null;
      if ([...part.querySelectorAll(FIELDS)].some(isShown)) return part;
      part = part.parentElement;
    }
    return null;
  };

  /**
   * Whether somebody makes an account there: a new password, or one twice, and who they are. With
   * the old password beside it, it is another form.
   *
   * @param {Element} form
   */
  const isSignUp = (form) => {
    const passwords = [...form.querySelectorAll("input[type=password]")].filter(isShown);
    const asks = (/** @type {string} */ what) =>
      passwords.some((one) => (one.getAttribute("autocomplete") ?? "").split(/\s+/).includes(what));
    if (asks("current-password")) return false;
    if (!asks("new-password") && passwords.length !== 2) return false;
    return [...form.querySelectorAll(SAID)].some(isShown);
  };

  /** The words that stand beside a box. @param {Element} box @returns {Element | null} */
  const wordsBeside = (box) => {
    const labels = box instanceof HTMLInputElement ? [...(box.labels ?? [])] : [];
    const named = document.getElementById(box.getAttribute("aria-labelledby") ?? "");
    const said = [...labels, named].find((one) => one && names(textOf(one)));
    if (said) return said;
    let part = box.parentElement;
    for (let up = 0; part && up < 3; up += 1) {
      const text = textOf(part);
      if (text.length > LONGEST_SENTENCE) return null;
      if (text.length > 10 && part.querySelectorAll(`${SAID}, [type=password]`).length === 0) {
        const boxes = part.querySelectorAll("input[type=checkbox], [role=checkbox]").length;
        if (boxes > 1) return null;
        if (names(text) || linksIn(part).some(isPolicy)) return part;
      }
      part = part.parentElement;
    }
    return null;
  };

  /** The sentence that a link stands in. @param {Element} link @returns {Element | null} */
  const sentenceAround = (link) => {
    let part = link.parentElement;
    while (part && part !== document.body) {
      const text = textOf(part);
      if (text.length > LONGEST_SENTENCE) return null;
      if (saysAgree(text)) return part;
      if (text.length > textOf(link).length + 60 && getComputedStyle(part).display === "block") {
        return null; // a sentence that says something else
      }
      part = part.parentElement;
    }
    return null;
  };

  /**
   * Beside which words a control belongs, by the form that they are part of.
   *
   * @returns {Map<Element, Element | null>} null where the form has no such words
   */
  const findPlaces = () => {
    const places = /** @type {Map<Element, Element | null>} */ (new Map());
    for (const password of document.querySelectorAll("input[type=password]")) {
      const form = formAround(password);
      if (form && isSignUp(form)) places.set(form, null);
    }
    for (const box of document.querySelectorAll("input[type=checkbox], [role=checkbox]")) {
      if (seen.has(box)) continue;
      const words = wordsBeside(box);
      if (words && !isShown(words)) continue;
      seen.add(box);
      if (!words) continue;
      const agrees = saysAgree(textOf(words)) || linksIn(words).some(isPolicy);
      const form = formAround(box) ?? words;
      if (agrees && !places.get(form) && !isBanner(words, form)) places.set(form, words);
    }
    for (const link of [...document.links].slice(-MOST_LINKS)) {
      if (seen.has(link)) continue;
      if (!isPolicy(link)) {
        seen.add(link);
        continue;
      }
      if (!isShown(link)) continue;
      seen.add(link);
      const words = sentenceAround(link);
      const form = words && !isFooter(words) ? formAround(words) : null;
      if (words && form && !places.get(form) && !isBanner(words, form)) places.set(form, words);
    }
    return places;
  };

  /** @param {Element} words */
  const isFooter = (words) =>
    words.closest("form") === null && words.closest("footer, [role=contentinfo], nav") !== null;

  /** Whether somebody is asked about cookies. @param {Element} words @param {Element} form */
  const isBanner = (words, form) =>
    COOKIES.test(textOf(words)) && ![...form.querySelectorAll(SAID)].some(isShown);

  // The controls ------------------------------------------------------------------------------------

  /** @param {Element} form @param {Element | null} words */
  const linksBeside = (form, words) =>
    [words, form, form.parentElement]
      .flatMap((part) => (part ? linksIn(part) : []))
      .filter((link, place, all) => all.indexOf(link) === place && isPolicy(link))
      .filter(({ href }) => href.replace(/#.*$/, "") !== location.href.replace(/#.*$/, ""))
      .slice(0, MOST_LINKS_BESIDE)
      .map((link) => ({ text: textOf(link).slice(0, 300), url: link.href }));

  /**
   * Behind the last word of a sentence; where there is none, below the button that sends.
   *
   * @param {Element} host
   * @param {Element} form
   * @param {Element | null} words
   */
  const put = (host, form, words) => {
    if (words) {
      const last = linksIn(words).filter(isPolicy).at(-1)?.parentElement;
      (last && words.contains(last) ? last : words).append(host);
      return;
    }
    host.toggleAttribute("data-alone", true);
    const sends = [...form.querySelectorAll("button, input[type=submit]")].filter(isShown).at(-1);
    if (sends) sends.after(host);
    else form.append(host);
  };

  /** @param {Element} form @param {Element | null} words */
  const show = (form, words) => {
    const control = globalThis.agreeingControl({
      links: () => linksBeside(form, words),
      leave: () => {
        stop();
        for (const one of controls.values()) one.remove();
      },
    });
    controls.set(form, control);
    put(control.host, form, words);
  };

  const look = async () => {
    // A control that the page took away stays away; a form that is gone makes room.
    for (const form of [...controls.keys()]) if (!form.isConnected) controls.delete(form);
    const found = [...findPlaces()].filter(([form]) => !isTaken(form));
    if (found.length === 0) return;
    allowed ??= await mayI();
    if (!allowed) {
      stop();
      return;
    }
    for (const [form, words] of found) {
      if (controls.size < MOST_CONTROLS && !isTaken(form)) show(form, words);
    }
  };

  /** @param {Element} form */
  const isTaken = (form) =>
    [...controls.keys()].some((one) => one.contains(form) || form.contains(one));

  const mayI = async () => {
    try {
      return (await chrome.runtime.sendMessage({ agreeing: "may-i" })) === true;
    } catch {
      return false; // the extension was renewed
    }
  };

  // When it looks -----------------------------------------------------------------------------------

  let waiting = false;
  let stopped = false;

  const soon = () => {
    if (waiting || stopped) return;
    waiting = true;
    setTimeout(() => requestIdleCallback(lookNow, { timeout: LATEST_MS }), PAUSE_MS);
  };
  const lookNow = () => {
    waiting = false;
    if (!stopped) void look();
  };
  const observer = new MutationObserver(soon);
  const stop = () => {
    stopped = true;
    observer.disconnect();
    removeEventListener("focusin", soon, true);
  };
  const start = () => {
    requestIdleCallback(lookNow, { timeout: LATEST_MS });
    observer.observe(document, { childList: true, subtree: true });
    // A form that was there and hidden.
    addEventListener("focusin", soon, true);
  };
  const startLater = () => {
    if (window.top !== window && (innerWidth < SMALLEST_PX || innerHeight < SMALLEST_PX)) return;
    if (document.readyState === "complete") start();
    else addEventListener("load", start, { once: true });
  };

  // Only Chromium prepares pages ahead.
  if (Reflect.get(document, "prerendering") === true) {
    document.addEventListener("prerenderingchange", startLater, { once: true });
  } else startLater();
}
