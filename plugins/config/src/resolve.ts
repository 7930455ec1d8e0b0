import { isFastapError } from "@fastap/kernel";
import type { AnyPlugin, Config, FastapError, PluginEntry, Preset } from "@fastap/kernel";
import type { ConfigFile, PluginSetting } from "./config-file.ts";
import { importPart, locatePart, shortName } from "./import-part.ts";
import { isRecord } from "./own-data.ts";

/** What `createHost` takes, and what of it could not be found. */
export interface Parts {
  readonly presets: readonly Preset[];
  readonly plugins: readonly PluginEntry[];
  readonly config: Config;
  /** Every name that leads to nothing, not only the first. */
  readonly problems: readonly FastapError[];
}

/** Imports the presets and plugins that a config names, seen from the directory `root`. */
export async function resolveParts(config: ConfigFile, root: string): Promise<Parts> {
  const problems: FastapError[] = [];
  const presets: Preset[] = [];
  for (const name of config.presets ?? []) {
    const preset = await orProblem(importPart("preset", { name, root, known: [] }), problems);
    if (preset !== undefined) presets.push(preset);
  }
  const known = new Set(presets.flatMap(namesIn));
  const plugins: PluginEntry[] = [];
  for (const setting of [...(config.plugins ?? []), ...backendOf(config, root, known)]) {
    const entry = await orProblem(resolvePlugin(setting, root, known), problems);
    if (entry !== undefined) plugins.push(entry);
  }
  const { backend, seed, task } = config;
  const given = Object.fromEntries(Object.entries({ backend, seed, task }).filter(([, value]) => value !== undefined));
  return { presets, plugins, config: { ...given, root }, problems };
}

/** Names of the plugins that a preset brings, those of its own presets too. */
export function namesIn({ presets = [], plugins }: Preset): string[] {
  return [...presets.flatMap(namesIn), ...plugins.map(nameOfEntry)];
}

export function nameOfEntry(entry: PluginEntry): string {
  const head = Array.isArray(entry) ? (entry as readonly [AnyPlugin | string, unknown])[0] : (entry as AnyPlugin | string);
  return typeof head === "string" ? head : head.meta.name;
}

/** The options that presets and config give each plugin, merged as composition merges them; not yet parsed. */
export function optionsOf({ presets, plugins }: Pick<Parts, "presets" | "plugins">): ReadonlyMap<string, unknown> {
  const flatten = (preset: Preset): readonly PluginEntry[] => [...(preset.presets ?? []).flatMap(flatten), ...preset.plugins];
  const merged = new Map<string, unknown>();
  for (const entry of [...presets.flatMap(flatten), ...plugins]) {
    const name = nameOfEntry(entry);
    const options: unknown = Array.isArray(entry) ? entry[1] : undefined;
    const before = merged.get(name);
    if (options === false) merged.delete(name);
    else merged.set(name, isRecord(before) && isRecord(options) ? { ...before, ...options } : (options ?? before));
  }
  return merged;
}

async function resolvePlugin(setting: PluginSetting, root: string, known: Set<string>): Promise<PluginEntry> {
  const [name, options] = typeof setting === "string" ? [setting, undefined] : setting;
  const short = shortName("plugin", name);
  const head = known.has(short) ? short : await importPart("plugin", { name, root, known: [...known] });
  known.add(typeof head === "string" ? head : head.meta.name);
  return options === undefined || options === true ? head : [head, options];
}

/** `backend: webgpu` asks for the plugin `backend-webgpu`, and `auto` for the fastest one, where it is installed and nothing brings it. */
function backendOf({ backend, plugins = [] }: ConfigFile, root: string, known: ReadonlySet<string>): PluginSetting[] {
  const name = `backend-${backend === "auto" ? "native" : backend}`;
  const isNamed = plugins.some((setting) => shortName("plugin", nameOfEntry(setting)) === name);
  return backend === undefined || known.has(name) || isNamed || locatePart("plugin", name, root) === undefined ? [] : [name];
}

async function orProblem<T>(work: Promise<T>, problems: FastapError[]): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!isFastapError(error)) throw error;
    problems.push(error);
    return undefined;
  }
}
