/**
 * Holds the extension's shapes against the table of examples; prints what differs as JSON.
 *
 * Run by `test_shapes.py` with Node; nothing of the browser's is needed.
 */
import { readFileSync } from "node:fs";

import { bareUrl, plainName } from "../../extension/src/background/addresses.js";
import { bitsOf, tokenBits } from "../../extension/src/background/entropy.js";
import { Shaper } from "../../extension/src/background/shapes.js";
import "../../extension/src/content/field-kinds.js";

const file = new URL("shapes.examples.json", import.meta.url);
const examples = JSON.parse(readFileSync(file, "utf8"));
const shaper = new Shaper(Uint8Array.from(Buffer.from(examples.key, "hex")));
const wrong = [];

function hold(what, told, wanted) {
  if (JSON.stringify(told) !== JSON.stringify(wanted)) wrong.push({ what, told, wanted });
}

for (const { value, ...shape } of examples.shapes) hold(value, shaper.shape(value), shape);
for (const [value, bits, token] of examples.bits) {
  hold(value, [bitsOf(value), Number(tokenBits(value).toFixed(6))], [bits, token]);
}
for (const [url, bare] of examples.urls) {
  hold(url, bareUrl(url), bare);
  hold(bare, bareUrl(bare), bare);
}
for (const [name, plain] of examples.names) hold(name, plainName(name), plain);
for (const { body, type, kind, size, parameters } of examples.bodies) {
  const made = shaper.body(new TextEncoder().encode(body), type);
  const told = made.parameters.map((entry) => [entry.name, entry.value.id, entry.value.bits]);
  hold(body, { kind: made.kind, size: made.size, parameters: told }, { kind, size, parameters });
}
for (const [field, kind] of examples.fields) hold(field, globalThis.fieldKindOf(field), kind);

console.log(JSON.stringify(wrong));
