import { ComposeError, createHost } from "@fastap/kernel";
import type { FastapError, Host, PluginEntry } from "@fastap/kernel";
import { loadConfig } from "./load-config.ts";
import type { LoadConfigOptions, LoadedConfig } from "./load-config.ts";
import { namesIn, nameOfEntry, resolveParts } from "./resolve.ts";
import type { Parts } from "./resolve.ts";

export interface LoadHostOptions extends LoadConfigOptions {
  /** Options of plugins that apply only where the plugin is there, as `{ progress: { mode: "none" } }`. */
  readonly pluginOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
}

/**
 * Config file → composed host; the caller disposes it.
 * @throws ComposeError with every name that leads to nothing and every problem of the composition, and what loadConfig throws
 * @example await using host = await loadHost({ cwd: "sandbox/mnist" });
 */
export async function loadHost(options: LoadHostOptions = {}): Promise<Host> {
  return composeParts(await loadParts(options));
}

/** Up to the parts: what the config names, imported. @throws what loadConfig throws */
export async function loadParts(options: LoadHostOptions = {}): Promise<Parts & { readonly loaded: LoadedConfig }> {
  const loaded = await loadConfig(options);
  const parts = await resolveParts(loaded.config, loaded.root);
  return { ...parts, plugins: [...parts.plugins, ...present(parts, options.pluginOptions ?? {})], loaded };
}

/** Composes what was found, and adds the kernel's problems to those of the names. @throws ComposeError */
export async function composeParts({ presets, plugins, config, problems }: Parts): Promise<Host> {
  if (problems.length === 0) return createHost({ presets, plugins, config });
  const more = await problemsOf({ presets, plugins, config, problems });
  throw new ComposeError([...problems, ...more]);
}

/** A name that no plugin can have, so that a composition with holes in it is checked and never applied. */
const HOLE = "(unresolved)";

async function problemsOf({ presets, plugins, config }: Parts): Promise<readonly FastapError[]> {
  try {
    await createHost({ presets, plugins: [...plugins, HOLE], config });
    return [];
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    // A token may be missing only because the plugin that brings it is among the names not found.
    return error.problems.filter(({ code }) => code !== "E_PLUGIN_UNKNOWN" && code !== "E_TOKEN_MISSING");
  }
}

function present({ presets, plugins }: Parts, options: NonNullable<LoadHostOptions["pluginOptions"]>): PluginEntry[] {
  const names = new Set(presets.flatMap(namesIn));
  for (const entry of plugins) {
    if (isOff(entry)) names.delete(nameOfEntry(entry));
    else names.add(nameOfEntry(entry));
  }
  return Object.entries(options).filter(([name]) => names.has(name));
}

function isOff(entry: PluginEntry): boolean {
  return Array.isArray(entry) && entry[1] === false;
}
