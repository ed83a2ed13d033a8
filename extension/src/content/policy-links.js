/** Tells the background which links of a page lead to its privacy policy, once it has loaded. */
{
  const MOST_LINKS = 1_000;
  const MOST_TOLD = 5;
  const LATEST_MS = 1_000;

  const tell = () => {
    const links = [...document.links].slice(-MOST_LINKS).map((link) => ({
      text: link.textContent?.trim() || link.ariaLabel || link.title,
      url: link.href,
      rel: link.rel,
    }));
    const found = globalThis.policyNaming
      .candidates(links, location.href)
      .filter(({ kind }) => kind === "privacy-policy")
      .slice(0, MOST_TOLD)
      .map(({ url }) => url);
    globalThis.tellBackground({ watch: "links", links: found });
  };

  const whenIdle = () => requestIdleCallback(tell, { timeout: LATEST_MS });

  if (window.top === window && /^https?:$/.test(location.protocol)) {
    if (document.readyState === "complete") whenIdle();
    else addEventListener("load", whenIdle, { once: true });
  }
}
