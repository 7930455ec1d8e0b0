import pluralize from "pluralize";
import satisfies from "semver/functions/satisfies.js";
import valid from "semver/functions/valid.js";
import validRange from "semver/ranges/valid.js";
import {
  E_PLUGIN_DUPLICATE,
  E_PLUGIN_META,
  E_PLUGIN_OPTIONS,
  E_PLUGIN_UNKNOWN,
  E_PLUGIN_VERSION,
  E_TOKEN_DUPLICATE,
  E_TOKEN_MISSING,
} from "./errors.ts";
import { isFastapError } from "./fastap-error.ts";
import type { FastapError } from "./fastap-error.ts";
import { orderPlugins } from "./order.ts";
import type { AnyPlugin, PluginEntry, Preset } from "./plugin.ts";
import { KERNEL_VERSION } from "./version.ts";

/** A plugin with its merged options, in the order of application. */
export interface Applied {
  readonly plugin: AnyPlugin;
  readonly options: unknown;
}

export interface Composition {
  readonly applied: readonly Applied[];
  readonly problems: readonly FastapError[];
}

/** Flattens presets, merges entries, sorts and checks. Collects every problem there is. */
export function compose(presets: readonly Preset[], plugins: readonly PluginEntry[]): Composition {
  const problems: FastapError[] = [];
  const merged = mergeEntries([...presets.flatMap(entriesOf), ...plugins], problems);
  const well = [...merged.values()].filter(({ plugin }) => checkMeta(plugin, problems));
  checkTokens(
    well.map((a) => a.plugin),
    problems,
  );
  const order = orderPlugins(well.map((a) => a.plugin));
  problems.push(...order.problems);
  const applied = order.sorted.map((plugin) => ({
    plugin,
    options: parseOptions(plugin, merged.get(plugin.meta.name)?.options, problems),
  }));
  return { applied, problems };
}

function entriesOf(preset: Preset): readonly PluginEntry[] {
  return [...(preset.presets ?? []).flatMap(entriesOf), ...preset.plugins];
}

function mergeEntries(entries: readonly PluginEntry[], problems: FastapError[]): Map<string, Applied> {
  const known = new Map<string, AnyPlugin>();
  const merged = new Map<string, Applied>();
  for (const entry of entries) {
    const [head, options] = split(entry);
    const plugin = typeof head === "string" ? known.get(head) : head;
    if (plugin === undefined) {
      problems.push(E_PLUGIN_UNKNOWN({ name: String(head), known: [...known.keys()] }));
      continue;
    }
    const { name, version } = plugin.meta;
    const before = merged.get(name);
    if (before !== undefined && before.plugin.meta.version !== version) {
      problems.push(E_PLUGIN_DUPLICATE({ name, versions: [before.plugin.meta.version, version] }));
    }
    known.set(name, plugin);
    if (options === false) merged.delete(name);
    else merged.set(name, { plugin, options: mergeOptions(before?.options, options) });
  }
  return merged;
}

function split(entry: PluginEntry): readonly [AnyPlugin | string, unknown] {
  return isTuple(entry) ? entry : [entry, undefined];
}

function isTuple(entry: PluginEntry): entry is readonly [AnyPlugin | string, unknown] {
  return Array.isArray(entry);
}

/** Shallow: later keys win, arrays are replaced. Prototype-safe, because spread defines own properties. */
function mergeOptions(before: unknown, later: unknown): unknown {
  if (later === undefined || later === true) return before;
  return isRecord(before) && isRecord(later) ? { ...before, ...later } : later;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkMeta({ meta }: AnyPlugin, problems: FastapError[]): boolean {
  const { name, version, kernel } = meta;
  const wrong = (field: string, expected: string, received: unknown): false => {
    problems.push(E_PLUGIN_META({ name, field, expected, received }));
    return false;
  };
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) return wrong("name", "a kebab-case name", name);
  if (valid(version) === null) return wrong("version", "a semver version", version);
  if (validRange(kernel) === null) return wrong("kernel", "a semver range", kernel);
  if (!satisfies(KERNEL_VERSION, kernel, { includePrerelease: true })) {
    problems.push(E_PLUGIN_VERSION({ name, range: kernel, kernel: KERNEL_VERSION }));
    return false;
  }
  return true;
}

/** Plural tokens are registries and may have any number of contributors; singular ones exactly one provider. */
function checkTokens(plugins: readonly AnyPlugin[], problems: FastapError[]): void {
  const providers = new Map<string, string>();
  for (const { meta } of plugins) {
    for (const token of meta.provides ?? []) {
      const first = providers.get(token);
      if (first !== undefined && !pluralize.isPlural(token)) problems.push(E_TOKEN_DUPLICATE({ token, plugins: [first, meta.name] }));
      else providers.set(token, meta.name);
    }
  }
  const loaded = plugins.map((p) => p.meta.name);
  for (const { meta } of plugins) {
    for (const token of meta.requires ?? []) if (!providers.has(token)) problems.push(E_TOKEN_MISSING({ token, by: meta.name, loaded }));
  }
}

function parseOptions(plugin: AnyPlugin, raw: unknown, problems: FastapError[]): unknown {
  const { name } = plugin.meta;
  try {
    if (plugin.parseOptions !== undefined) return plugin.parseOptions(raw ?? {});
    const keys = isRecord(raw) ? Object.keys(raw) : raw === undefined ? [] : [typeof raw];
    if (keys.length > 0) problems.push(E_PLUGIN_OPTIONS({ name, reason: `it takes none, and was given ${keys.join(", ")}` }));
    return {};
  } catch (error) {
    problems.push(isFastapError(error) ? error : E_PLUGIN_OPTIONS({ name, reason: String(error) }, error));
    return {};
  }
}
