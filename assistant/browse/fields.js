/**
 * The fields of one frame that somebody could type into, with what they say about themselves.
 * Open shadow roots are looked into; nothing is changed and no value is read.
 */
() => {
  const MOST_ELEMENTS = 20_000;
  const MOST_FIELDS = 20;
  const TYPES = ["text", "email", "password", "tel", "search", "url", "number", "textarea"];
  const NAMES = ["type", "autocomplete", "name", "id", "placeholder", "aria-label"];
  const elements = (root, found = []) => {
    for (const element of root.querySelectorAll("*")) {
      if (found.length >= MOST_ELEMENTS) break;
      found.push(element);
      if (element.shadowRoot) elements(element.shadowRoot, found);
    }
    return found;
  };
  const isOpen = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return (
      TYPES.includes(element.type) &&
      !element.disabled &&
      !element.readOnly &&
      box.width > 1 &&
      box.height > 1 &&
      style.visibility !== "hidden"
    );
  };
  const describe = (element) => {
    const told = { label: (element.labels?.[0]?.textContent ?? "").slice(0, 100) };
    for (const name of NAMES) told[name] = (element.getAttribute(name) ?? "").slice(0, 100);
    return told;
  };
  const fields = elements(document)
    .filter((element) => element.matches("input, textarea") && isOpen(element))
    .slice(0, MOST_FIELDS);
  return { fields, told: fields.map(describe) };
}
