import type { ConfigFile, PluginSetting } from "./config-file.ts";
import { isRecord, refusePrototypes } from "./own-data.ts";

/**
 * Later configs win: objects are merged, lists replaced, and `plugins` merged by name. Associative, so that it does not
 * matter in which order a chain of `extends` is folded.
 * @throws E_CONFIG_PROTO
 */
export function mergeConfig(...configs: readonly ConfigFile[]): ConfigFile {
  for (const config of configs) refusePrototypes(config, "mergeConfig");
  const merged = configs.reduce<Readonly<Record<string, unknown>>>((a, b) => deepMerge(a, { ...b }), {});
  const lists = configs.map((c) => c.plugins).filter((list) => list !== undefined);
  return lists.length === 0 ? merged : { ...merged, plugins: mergePlugins(lists.flat()) };
}

type Tree = Readonly<Record<string, unknown>>;

function deepMerge(a: Tree, b: Tree): Tree {
  const result = new Map(Object.entries(a));
  for (const [key, value] of Object.entries(b)) {
    const before = result.get(key);
    if (value !== undefined) result.set(key, isRecord(before) && isRecord(value) ? deepMerge(before, value) : value);
  }
  return Object.fromEntries(result); // defines own properties, whatever they are called
}

/** What all entries of one name come to: perhaps a switch-off first, and then perhaps options. */
interface Merged {
  off: boolean;
  options: Tree | true | undefined;
}

/**
 * One entry per name, at the place of its first; options merged shallowly. `false` forgets what came before it, and stays in
 * the list because it also speaks to the presets: `[x, false]` followed by `[x, options]` starts afresh.
 */
function mergePlugins(settings: readonly PluginSetting[]): readonly PluginSetting[] {
  const byName = new Map<string, Merged>();
  for (const setting of settings) {
    const [name, options] = typeof setting === "string" ? [setting, true] : setting;
    const before = byName.get(name) ?? { off: false, options: undefined };
    if (options === false) byName.set(name, { off: true, options: undefined });
    else byName.set(name, { off: before.off, options: mergeOptions(before.options, options) });
  }
  return [...byName].flatMap(([name, { off, options }]) => [
    ...(off ? [[name, false] as const] : []),
    ...(options === undefined ? [] : [options === true ? name : ([name, options] as const)]),
  ]);
}

function mergeOptions(before: Tree | true | undefined, later: Tree | true): Tree | true {
  if (later === true) return before ?? true;
  return isRecord(before) ? { ...before, ...later } : later;
}
