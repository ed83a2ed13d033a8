/** The service worker: wires the parts together. */

import { apply, pause, startActing, takeBack } from "./acting/acting.js";
import { listenToForms } from "./agreeing.js";
import { showBadge, showBadges } from "./badge.js";
import { before, compare, recall } from "./before.js";
import { Changes, listen } from "./messages.js";
import { observationOf, startObserver } from "./observer.js";
import { Pairing } from "./pairing.js";
import { showPassage } from "./passage.js";
import { checkPhoto, cleanPhoto, hiddenPicture, linkPhotos, outlines } from "./photos.js";
import { problemOf } from "./problems.js";
import { Service } from "./service.js";
import { changeSettings, onSettings, readSettings } from "./settings.js";
import { shutAway } from "./token.js";
import { ToldStore } from "./told.js";
import { activeTab, viewOf } from "./view.js";
import { ask, rate, readPolicy } from "./work.js";

/** @typedef {import("../shared/messages.js").View} View */

/** Tabs that somebody looked at; a change of the connection is a change of each. */
const looked = /** @type {Set<number>} */ (new Set());
const MOST_LOOKED = 50;

const changes = new Changes((tabId) => void showBadge(tabId));
const onChange = (/** @type {number} */ tabId) => changes.add(tabId);
const onConnection = () => looked.forEach((tabId) => changes.add(tabId));

const service = new Service(onConnection);
const pairing = new Pairing(service, onConnection);
const told = new ToldStore();
const working = /** @type {import("./view.js").Working} */ (new Map());
const parts = { service, pairing, told, working, onChange };

/** @param {number} [named] @returns {Promise<View>} */
async function view(named) {
  const tabId = named ?? (await activeTab());
  looked.delete(tabId);
  looked.add(tabId);
  for (const oldest of [...looked].slice(0, -MOST_LOOKED)) looked.delete(oldest);
  return viewOf(tabId, parts);
}

/**
 * The view after something was done; what went wrong stands in it.
 *
 * @param {() => Promise<void>} act
 * @param {number} [tabId]
 * @returns {Promise<View>}
 */
async function after(act, tabId) {
  try {
    await act();
  } catch (error) {
    return { ...(await view(tabId)), problem: problemOf(error) };
  }
  return view(tabId);
}

listen({
  view: ({ tabId }) => view(tabId),
  connect: () => after(() => pairing.connect()),
  disconnect: () => after(() => pairing.disconnect()),
  rate: ({ tabId }) => after(() => rate(tabId, parts), tabId),
  "read-policy": ({ tabId }) => after(() => readPolicy(tabId, parts), tabId),
  ask: async ({ tabId, question, reportId }) => ({
    answer: await ask(tabId, question, parts, reportId),
  }),
  before: async ({ tabId }) => ({ before: await before(tabId, parts) }),
  recall: async ({ id }) => ({ report: await recall(service, id) }),
  compare: async ({ older, newer }) => ({ report: await compare(service, older, newer) }),
  "check-photo": async ({ file }) => ({ checked: await checkPhoto(service, file) }),
  "link-photos": async ({ shots }) => ({ linkage: await linkPhotos(service, shots) }),
  "clean-photo": async ({ file, boxes }) => ({ copy: await cleanPhoto(service, file, boxes) }),
  "hidden-picture": async ({ file, number }) => ({
    picture: await hiddenPicture(service, file, number),
  }),
  outlines: async () => ({ outlines: await outlines(service) }),
  passage: (passage) => showPassage(passage, parts),
  observation: async ({ tabId }) =>
    (await readSettings()).started ? ((await observationOf(tabId)) ?? null) : null,
  undo: ({ tabId, undo }) => after(() => takeBack(tabId, undo), tabId),
  pause: ({ tabId, paused }) => after(() => pause(tabId, paused), tabId),
  settings: () => readSettings(),
  set: async ({ settings }) => {
    const changed = await changeSettings(settings);
    await apply();
    return changed;
  },
});

/** Address of the service that was last known. */
let address = "";
const known = readSettings().then((settings) => {
  address = settings.service;
});

onSettings(async (settings) => {
  await known;
  if (settings.service !== address) {
    address = settings.service;
    await pairing.moved();
  }
  await showBadges();
  onConnection();
});

chrome.permissions.onAdded.addListener(onConnection);
chrome.permissions.onRemoved.addListener(onConnection);

chrome.tabs.onRemoved.addListener((tabId) => {
  looked.delete(tabId);
  void told.forget(tabId);
});

chrome.runtime.onInstalled.addListener(({ reason }) => {
  if (reason === "install") {
    void chrome.tabs.create({ url: chrome.runtime.getURL("src/onboarding/onboarding.html") });
  }
});

listenToForms(parts);
shutAway();
startObserver({ settings: readSettings, onChange });
startActing(onChange);
Reflect.set(globalThis, "observationOf", observationOf);
void known.then(() => pairing.resume());
