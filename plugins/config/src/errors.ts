import { defineError, didYouMean } from "@fastap/kernel";
import type { FastapError } from "@fastap/kernel";

type Make<D> = (details: D, cause?: unknown) => FastapError;
const list = (names: readonly string[]): string => (names.length === 0 ? "none" : names.join(", "));

export const E_CONFIG_NOT_FOUND: Make<{ path: string; places?: readonly string[] }> = defineError("E_CONFIG_NOT_FOUND", (d) => ({
  message: d.places === undefined ? `there is no config file ${d.path}` : `there is no config in ${d.path}`,
  expected: d.places === undefined ? undefined : `one of ${list(d.places)}, or the key "fastap" in package.json`,
  hint: "Name a file with --config, or write a fastap.config.yaml here. Parent directories are not searched.",
}));

export const E_CONFIG_READ: Make<{ file: string; reason: string }> = defineError("E_CONFIG_READ", (d) => ({
  message: `the config file cannot be read: ${d.reason}`,
  where: d.file,
}));

export const E_CONFIG_FORMAT: Make<{ file: string; known: readonly string[] }> = defineError("E_CONFIG_FORMAT", (d) => ({
  message: `the config file has an ending that stands for no known format`,
  expected: `one of ${list(d.known)}`,
  where: d.file,
}));

/** `line` and `column` count from 1. */
export const E_CONFIG_SYNTAX: Make<{ file: string; line: number; column: number; reason: string }> = defineError(
  "E_CONFIG_SYNTAX",
  (d) => ({
    message: `the config is malformed: ${d.reason}`,
    where: `${d.file}:${d.line}:${d.column}`,
  }),
);

export const E_CONFIG_TYPESCRIPT: Make<{ file: string }> = defineError("E_CONFIG_TYPESCRIPT", (d) => ({
  message: "this Node cannot load a config in TypeScript",
  expected: "Node 22.18 or later, or the package tsx",
  received: `Node ${process.versions.node}`,
  where: d.file,
  hint: "npm install --save-dev tsx, or write the config as YAML, JSON or JavaScript.",
}));

export const E_CONFIG_PROTO: Make<{ path: string; where: string }> = defineError("E_CONFIG_PROTO", (d) => ({
  message: `the key "${d.path}" is refused: it could change the prototype of every object`,
  where: d.where,
  hint: "Remove it. __proto__, constructor and prototype are keys of no config.",
}));

export const E_CONFIG_CYCLE: Make<{ files: readonly string[] }> = defineError("E_CONFIG_CYCLE", (d) => ({
  message: `config files extend each other: ${d.files.join(" → ")}`,
  where: d.files[0],
  hint: `Drop one "extends" of the circle.`,
}));

export const E_CONFIG_ALIAS: Make<{ path: string; where: string }> = defineError("E_CONFIG_ALIAS", (d) => ({
  message: `"${d.path}" contains itself`,
  where: d.where,
  hint: "A YAML alias points to the value that it stands in.",
}));

export const E_CONFIG_KEY: Make<{ path: string; known: readonly string[]; name: string; where: string }> = defineError(
  "E_CONFIG_KEY",
  (d) => ({
    message: `unknown key "${d.path}"`,
    expected: `one of ${list(d.known)}`,
    received: `"${d.name}"`,
    where: d.where,
    hint: didYouMean(d.name, d.known),
  }),
);

export const E_CONFIG_TWICE: Make<{ keys: readonly [string, string]; where: string }> = defineError("E_CONFIG_TWICE", (d) => ({
  message: `"${d.keys[0]}" and "${d.keys[1]}" are the same key`,
  where: d.where,
  hint: "Singular and plural mean the same: keep one.",
}));

export const E_CONFIG_VALUE: Make<{ path: string; expected: string; received: string; where: string }> = defineError(
  "E_CONFIG_VALUE",
  (d) => ({
    message: d.path === "" ? "the config has a wrong type" : `"${d.path}" is wrong`,
    expected: d.expected,
    received: d.received,
    where: d.where,
  }),
);

export const E_CONFIG_SET: Make<{ text: string; reason: string }> = defineError("E_CONFIG_SET", (d) => ({
  message: d.reason,
  expected: "key.path=value, as in task.fit.1.nEpoch=1",
  received: `"${d.text}"`,
  where: "--set",
}));

interface Unknown {
  readonly name: string;
  readonly known: readonly string[];
  readonly where: string;
}

export const E_CONFIG_PRESET_UNKNOWN: Make<Unknown> = defineError("E_CONFIG_PRESET_UNKNOWN", (d) => unknown("preset", d));
export const E_CONFIG_PLUGIN_UNKNOWN: Make<Unknown> = defineError("E_CONFIG_PLUGIN_UNKNOWN", (d) => unknown("plugin", d));

function unknown(kind: "preset" | "plugin", { name, known, where }: Unknown) {
  const isPath = /^\.{0,2}\//.test(name);
  const install = `To install one: npm install ${/^[@]|^fastap-/.test(name) ? name : `@fastap/${kind}-${name}`}`;
  return {
    message: isPath ? `there is no ${kind} at ${name}` : `there is no ${kind} "${name}"`,
    expected: `one of ${list(known)}`,
    received: `"${name}"`,
    where,
    hint: isPath ? undefined : [didYouMean(name, known), install].filter((text) => text !== "").join(" "),
  };
}

export const E_CONFIG_EXPORT: Make<{ kind: "preset" | "plugin"; name: string; file: string; found: readonly string[] }> = defineError(
  "E_CONFIG_EXPORT",
  (d) => ({
    message: `the module named "${d.name}" exports ${d.found.length === 0 ? "no" : "more than one"} ${d.kind}`,
    expected: d.kind === "plugin" ? "one export with meta and apply" : "one export with name and plugins",
    received: list(d.found),
    where: d.file,
  }),
);

export const E_CONFIG_IMPORT: Make<{ name: string; file: string; reason: string }> = defineError("E_CONFIG_IMPORT", (d) => ({
  message: `the module "${d.name}" failed while it was loaded: ${d.reason}`,
  where: d.file,
}));
