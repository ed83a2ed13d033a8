/**
 * Tells scripts of the page that the person objects to having their data sold or shared: defines
 * `navigator.globalPrivacyControl` in the page's own world, once `gpc-here.js` says that this
 * window is not to be left alone. A page that says so itself only tells itself.
 */
{
  const SAY = "privacy-assistant-gpc";
  const ASK = "privacy-assistant-gpc-ask";
  const NAME = "globalPrivacyControl";

  const { apply, defineProperty, getOwnPropertyDescriptor } = Reflect;
  const prototype = Navigator.prototype;
  const member = getOwnPropertyDescriptor(prototype, "cookieEnabled")?.get;

  const define = () => {
    if (Reflect.get(navigator, NAME) === true || !member) return; // the browser says so itself
    // What is bound has no `prototype`, and reads as native code.
    const bare = (() => true).bind(null);
    defineProperty(bare, "name", { value: `get ${NAME}`, configurable: true });
    const get = new Proxy(bare, {
      apply(_target, self) {
        if (member) apply(member, self, []); // throws for what is no navigator, as the browser does
        return true;
      },
    });
    defineProperty(prototype, NAME, { get, set: undefined, enumerable: true, configurable: true });
  };

  document.addEventListener(SAY, define, { once: true, capture: true });
  document.dispatchEvent(new Event(ASK));
}
