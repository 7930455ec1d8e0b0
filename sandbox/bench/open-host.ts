import { createHost } from "@fastap/kernel";
import type { AnyPlugin, Host } from "@fastap/kernel";
import { core } from "@fastap/preset-core";

/** The preset core and, where it is not in there, the backend's plugin; `threads` for backends that have any. */
export async function openHost(backend: string, threads: number, seed = 42): Promise<Host> {
  const plugin = await pluginOf(backend);
  const threaded = plugin.parseOptions !== undefined;
  if (!threaded && threads > 1) throw new Error(`backend ${backend} has one thread`);
  return createHost({
    presets: [core],
    plugins: [threaded ? [plugin, { threads }] : plugin, ["progress", { mode: "none" }]],
    config: { backend, seed },
  });
}

async function pluginOf(backend: string): Promise<AnyPlugin> {
  const name = `backend-${backend}`;
  const known = core.plugins.filter(isPlugin).find(({ meta }) => meta.name === name);
  if (known !== undefined) return known;
  const module = await import(`@fastap/plugin-${name}`).catch((error: unknown) => {
    throw new Error(`there is no plugin for backend ${backend}: ${String(error)}`, { cause: error });
  });
  const [plugin] = Object.values(module as Record<string, unknown>).filter(isPlugin);
  if (plugin === undefined) throw new Error(`@fastap/plugin-${name} exports no plugin`);
  return plugin;
}

function isPlugin(value: unknown): value is AnyPlugin {
  return typeof value === "object" && value !== null && "meta" in value && "apply" in value;
}
