/**
 * Runs the gate before tabs with invented windows and settings; prints what was let through as JSON.
 *
 * Run by `test_private.py` with Node, since a private window cannot be opened for an extension there.
 */
import { Gate } from "../../extension/src/background/private.js";

const ORDINARY = 1;
const PRIVATE = 2;
const GONE = 3;
globalThis.chrome = {
  tabs: {
    get: async (id) => {
      if (id === GONE) throw new Error("No tab with id: 3.");
      return { id, incognito: id === PRIVATE };
    },
  },
};

async function letThrough(settings, early) {
  const gate = new Gate();
  const seen = [];
  const all = [ORDINARY, PRIVATE, GONE];
  const run = () => all.forEach((id) => gate.run(id, () => seen.push(id), 0));
  if (early) run();
  gate.open(settings);
  if (!early) run();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const watched = [];
  const isPrivate = [];
  for (const id of all) {
    if (await gate.isWatched(id)) watched.push(id);
    if (await gate.isPrivate(id)) isPrivate.push(id);
  }
  return { seen: seen.sort(), watched, isPrivate };
}

async function inOrder(times) {
  const gate = new Gate();
  const acted = [];
  for (const at of times) gate.run(ORDINARY, () => acted.push(at), at);
  gate.open({ started: true, privateWindows: false });
  await new Promise((resolve) => setTimeout(resolve, 20));
  return acted;
}

const told = { order: await inOrder([30, 10, 20]) };
for (const started of [true, false]) {
  for (const privateWindows of [true, false]) {
    for (const early of [true, false]) {
      const name = [
        started && "started",
        privateWindows && "private",
        early && "early",
      ];
      const settings = { started, privateWindows };
      told[name.filter(Boolean).join(" ")] = await letThrough(settings, early);
    }
  }
}
console.log(JSON.stringify(told));
