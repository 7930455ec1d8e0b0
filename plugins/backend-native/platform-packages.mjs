// Names the packages of native/ in this package's optionalDependencies while it is published, and takes them out again: they are there only
// once they are published themselves, and an install of the workspace would look for them in vain. `add` and `remove` are what npm calls.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** The package with all platforms as optional dependencies of exactly its version, as libraries are refused of any other. */
export function withPlatforms(own, platforms) {
  const other = platforms.filter(({ version }) => version !== own.version);
  if (other.length > 0)
    throw new Error(`${other.map(({ name, version }) => `${name} is of version ${version}`).join(", ")}, not ${own.version}`);
  const named = Object.fromEntries(platforms.map(({ name, version }) => [name, version]));
  return { ...own, optionalDependencies: { ...own.optionalDependencies, ...named } };
}

/** The same without them. */
export function withoutPlatforms(own, platforms) {
  const names = new Set(platforms.map(({ name }) => name));
  const rest = Object.entries(own.optionalDependencies ?? {}).filter(([name]) => !names.has(name));
  return { ...own, optionalDependencies: Object.fromEntries(rest) };
}

const change = { add: withPlatforms, remove: withoutPlatforms }[process.argv[2] ?? ""];
if (change !== undefined && process.argv[1] === new URL(import.meta.url).pathname) {
  const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
  const platforms = readdirSync(new URL("native/", import.meta.url)).map((folder) => read(`native/${folder}/package.json`));
  writeFileSync(new URL("package.json", import.meta.url), `${JSON.stringify(change(read("package.json"), platforms), null, 2)}\n`);
}
