/**
 * Firefox with the extension, driven by lines of JSON: for each that comes in one goes out.
 *
 * Run by `test_firefox.py` as `node firefox.mjs '{"executable", "extension", "hosts", "preferences"}'`.
 * `hosts` lead to this computer. The first line that goes out tells that page 0, the first run, is
 * open. Firefox lets no driver go to a page of an extension, so that one opens the others.
 */
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { resolve } = createRequire(new URL("../../extension/package.json", import.meta.url));
const { default: puppeteer } = await import(resolve("puppeteer-core"));

const { executable, extension, hosts, preferences } = JSON.parse(process.argv[2]);
const WITHIN_MS = 60_000;
const ASK_AGAIN_MS = 50;

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: executable,
  headless: true,
  timeout: WITHIN_MS,
  protocolTimeout: WITHIN_MS,
  extraPrefsFirefox: { "network.dns.localDomains": hosts.join(), ...preferences },
});
const pages = [];

/** The number of a page of the extension; to a driver all of them are at about:blank. */
async function opened(path) {
  for (const endsAt = Date.now() + WITHIN_MS; Date.now() < endsAt; ) {
    for (const page of await browser.pages()) {
      if (pages.includes(page)) continue;
      const [href, state] = await page
        .evaluate(() => [location.href, document.readyState])
        .catch(() => ["", ""]);
      if (href.startsWith("moz-extension:") && href.endsWith(path) && state === "complete") {
        return pages.push(page) - 1;
      }
    }
    await new Promise((again) => setTimeout(again, ASK_AGAIN_MS));
  }
  throw new Error(`${path} is not open`);
}

const commands = {
  visit: async ({ url }) => {
    const page = await browser.newPage();
    await page.goto(url, { timeout: WITHIN_MS });
    await page.bringToFront();
    return pages.push(page) - 1;
  },
  open: async ({ path }) => {
    const open = (path) => chrome.tabs.create({ url: chrome.runtime.getURL(path) }).then(() => null);
    await pages[0].evaluate(open, path);
    return opened(path);
  },
  opened: ({ path }) => opened(path),
  goto: ({ page, url }) => pages[page].goto(url, { timeout: WITHIN_MS }).then(() => null),
  evaluate: ({ page, code, argument = null }) =>
    pages[page].evaluate(`(${code})(${JSON.stringify(argument)})`),
  click: async ({ page, selector }) => {
    await pages[page].bringToFront();
    await pages[page].locator(selector).setTimeout(WITHIN_MS).click();
  },
  /** Types where the focus is, and leaves the field. */
  type: async ({ page, text }) => {
    await pages[page].keyboard.type(text);
    await pages[page].keyboard.press("Tab");
  },
  /** Closes all pages but the first. */
  tidy: async () => {
    for (const page of pages.splice(1)) await page.close();
  },
};

const tell = (told) => process.stdout.write(`${JSON.stringify(told)}\n`);

try {
  await browser.installExtension(extension);
  await opened("onboarding.html");
  tell({ value: await browser.version() });
  for await (const line of createInterface({ input: process.stdin })) {
    const { do: name, ...command } = JSON.parse(line);
    await commands[name](command).then(
      (value = null) => tell({ value }),
      (error) => tell({ error: String(error) }),
    );
  }
} finally {
  await browser.close();
}
