/**
 * Answers of the extension's naming, for `test_naming.py`: takes a list of
 * `[name of a function, …arguments]` as JSON on standard input, and prints what each returns.
 */
import "../../extension/src/generated/policy-names.js";
import "../../extension/src/content/naming.js";

let asked = "";
for await (const part of process.stdin) asked += part;
const told = JSON.parse(asked).map(([name, ...given]) => globalThis.policyNaming[name](...given));
console.log(JSON.stringify(told));
