/**
 * Copies what the extension takes from others out of `node_modules` into `vendor/`, with licences
 * and hashes: `npm run assemble`, after `npm ci`. Another folder can be named.
 *
 * What is copied stands in `src/shared/vendored.json`. Where a package has small functions that are
 * to run in pages, each becomes a file of its own, since an extension may run files only.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const HERE = import.meta.dirname;
const into = resolve(process.argv[2] ?? join(HERE, "vendor"));

/** @param {string} path */
const json = (path) => JSON.parse(readFileSync(join(HERE, path), "utf8"));

const lock = json("package-lock.json").packages;

/** @param {string} text */
function giveUp(text) {
  console.error(text);
  process.exit(1);
}

/**
 * Copy one package's files.
 *
 * @param {{name: string, package: string, files: Record<string, string>,
 *   functions?: {from: string, named: string, into: string}}} wanted
 * @param {string} folder
 */
async function assembled(wanted, folder) {
  const from = join("node_modules", wanted.package);
  const locked = lock[`node_modules/${wanted.package}`];
  let found;
  try {
    found = json(join(from, "package.json"));
  } catch {
    return giveUp(`${wanted.package} is not installed: run \`npm ci\` first.`);
  }
  if (found.version !== locked.version) {
    return giveUp(`${wanted.package} ${found.version} is not the locked ${locked.version}.`);
  }
  /** @param {string} name @param {string} source @param {string | Buffer} content */
  const put = (name, source, content) => {
    const path = join(folder, wanted.name, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return { path: name, from: source, sha256: createHash("sha256").update(content).digest("hex") };
  };
  const files = Object.entries(wanted.files).map(([name, source]) =>
    put(name, source, readFileSync(join(HERE, from, source))),
  );
  if (wanted.functions) {
    const { from: source, named, into } = wanted.functions;
    const { [named]: functions } = await import(join(HERE, from, source));
    for (const [name, each] of Object.entries(functions)) {
      files.push(put(`${into}/${name}.js`, source, `(${each})();\n`));
    }
  }
  return {
    name: wanted.name,
    package: wanted.package,
    version: found.version,
    licence: found.license,
    source: `https://www.npmjs.com/package/${wanted.package}/v/${found.version}`,
    integrity: locked.integrity,
    files,
  };
}

const fresh = `${into}.new`;
rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
const packages = [];
for (const wanted of json("src/shared/vendored.json"))
  packages.push(await assembled(wanted, fresh));
writeFileSync(join(fresh, "vendor.json"), `${JSON.stringify(packages, null, 2)}\n`);
rmSync(into, { recursive: true, force: true });
renameSync(fresh, into);
for (const each of packages) console.log(`${each.package} ${each.version}, ${each.licence}`);
