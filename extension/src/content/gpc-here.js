/** Lets `gpc.js` speak at once, but in a private window only where the person wants it there. */
{
  const SAY = "privacy-assistant-gpc";
  const ASK = "privacy-assistant-gpc-ask";

  const say = () => document.dispatchEvent(new Event(SAY));

  if (chrome.extension?.inIncognitoContext) {
    chrome.runtime.sendMessage({ watch: "may-i" }).then(
      (answer) => {
        if (answer === true) say();
      },
      () => undefined,
    );
  } else {
    // Whichever of the two runs first, the other hears it.
    document.addEventListener(ASK, say, { once: true, capture: true });
    setTimeout(() => document.removeEventListener(ASK, say, true), 0);
    say();
  }
}
