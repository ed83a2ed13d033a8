/**
 * Takes the metadata out of every file of a folder, as the extension does; prints what it told.
 *
 * Run by `test_strip.py` with Node: `node strip.mjs FROM TO`. Nothing of a page is needed.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Refused } from "../../extension/src/photos/shapes.js";
import { strip } from "../../extension/src/photos/strip.js";

const [from, to] = process.argv.slice(2);
const told = {};
for (const name of readdirSync(from)) {
  const given = new Uint8Array(readFileSync(join(from, name)));
  const before = Buffer.from(given);
  try {
    const { bytes, format, removed } = await strip(given);
    writeFileSync(join(to, name), bytes);
    told[name] = { format, removed };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    told[name] = { refused: error.message };
  }
  if (!before.equals(given)) throw new Error(`${name} was changed`);
}
console.log(JSON.stringify(told));
