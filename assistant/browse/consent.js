/**
 * Find the dialog of one frame that asks for consent, and its buttons. Runs once when it is asked
 * to; changes nothing. `data` is `knowledge/site/consent.yaml`.
 */
(data) => {
  const MOST_ELEMENTS = 20_000;
  const LONGEST_BUTTON = 60;
  const LONGEST_DIALOG = 6_000;
  const BUTTONS = "button, a, [role=button], input[type=button], input[type=submit], summary";
  const CALLED = /cookie|consent|gdpr|ccpa|cmp|privacy|datenschutz|rgpd|avg-|tracking/i;

  /** The document and the open shadow roots in it, with what in them may be a dialog. */
  const roots = [];
  const candidates = [];
  let walked = 0;
  const walk = (root) => {
    roots.push(root);
    for (const element of root.querySelectorAll("*")) {
      walked += 1;
      if (walked > MOST_ELEMENTS) return;
      if (named(element)) candidates.push(element);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  const named = (element) =>
    CALLED.test(`${element.id} ${element.getAttribute("class") ?? ""} ${element.localName}`) ||
    element.matches("dialog, [role=dialog], [role=alertdialog], [aria-modal=true]");
  const visible = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return (
      box.width > 1 &&
      box.height > 1 &&
      style.visibility !== "hidden" &&
      style.display !== "none" &&
      Number(style.opacity) > 0.05
    );
  };
  const textOf = (element) => {
    let text = element.innerText ?? element.textContent ?? "";
    if (element.shadowRoot) {
      for (const child of element.shadowRoot.children) text += ` ${child.innerText ?? ""}`;
    }
    return text;
  };
  const plain = (text) =>
    text.toLowerCase().replace(/’/g, "'").replace(/[\s\u00a0]+/g, " ").trim();
  const labelOf = (element) =>
    plain(textOf(element) || element.value || element.getAttribute("aria-label") || "");
  const says = (label, words) =>
    label !== "" &&
    label.length <= LONGEST_BUTTON &&
    ((words.exact ?? []).includes(label.replace(/[.!→›»× ]+$/u, "")) ||
      words.within.some((part) => label.includes(part)));

  /** Visible buttons of a dialog, those in shadow roots below it included. */
  const buttonsIn = (dialog) => {
    const inside = roots.filter((root) => root.host && dialog.contains(root.host));
    return [dialog, ...inside].flatMap((root) =>
      [...root.querySelectorAll(BUTTONS)].filter(visible),
    );
  };

  const describe = (dialog, manager) => {
    const buttons = buttonsIn(dialog);
    const labels = new Map(buttons.map((button) => [button, labelOf(button)]));
    const find = (kind, others) =>
      buttons.find((button) => manager?.[kind].some((known) => button.matches(known))) ??
      buttons.find(
        (button) =>
          says(labels.get(button), data[kind]) &&
          !others.some((other) => says(labels.get(button), data[other])),
      ) ??
      null;
    const text = plain(textOf(dialog)).slice(0, LONGEST_DIALOG);
    const pay = buttons.some((button) => says(labels.get(button), data.pay));
    return {
      manager: manager?.name ?? null,
      reject: find("reject", ["pay"]),
      accept: find("accept", ["reject", "pay"]),
      settings: find("settings", ["reject", "accept"]),
      pay,
      text,
    };
  };

  walk(document);
  for (const manager of data.managers) {
    for (const element of roots.flatMap((r) => [...r.querySelectorAll(manager.dialog.join(","))])) {
      const found = describe(element, manager);
      if (found.accept || found.reject || (visible(element) && found.settings)) return found;
    }
  }

  const inFrame = window !== window.top;
  if (inFrame && document.body) candidates.push(document.body);
  let best = null;
  for (const element of candidates) {
    if (element === document.documentElement || (element === document.body && !inFrame)) continue;
    if (!visible(element)) continue;
    const text = plain(textOf(element));
    if (text.length > LONGEST_DIALOG || !data.topic.some((word) => text.includes(word))) continue;
    const found = describe(element, null);
    // A dialog about cookies has a way to agree or to refuse; a page about them has not.
    if (!found.accept && !found.reject) continue;
    const size = text.length;
    if (!best || (found.reject && !best.found.reject) || (!best.found.reject && size < best.size)) {
      best = { found, size };
    }
  }
  return best?.found ?? null;
}
