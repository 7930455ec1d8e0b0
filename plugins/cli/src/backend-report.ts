import type { AnyPlugin, Backend, Host, PluginEntry, Preset } from "@fastap/kernel";

/** One backend as `fastap doctor` finds it. */
export interface BackendReport {
  readonly name: string;
  readonly available: boolean;
  /** Whether it is installed only, and not in the config. */
  readonly installedOnly?: boolean;
  /** Why it cannot run here. */
  readonly reason?: string;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/** Asks every registered backend whether it can run here. */
export async function backendReports(host: Host): Promise<readonly BackendReport[]> {
  const registry = host.registry("backends");
  return Promise.all(registry.names().map((name) => reportOn(registry.make(name))));
}

async function reportOn(backend: Backend): Promise<BackendReport> {
  const { name } = backend;
  try {
    const available = await backend.available();
    return available.ok
      ? { name, available: true, facts: await backend.facts() }
      : { name, available: false, reason: available.reason, facts: {} };
  } catch (error) {
    return { name, available: false, reason: String(error), facts: {} };
  }
}

/** Plugins that bring backends: enough for a report where the whole cannot be composed. */
export function backendPlugins(presets: readonly Preset[], plugins: readonly PluginEntry[]): AnyPlugin[] {
  const entries = [...presets.flatMap(entriesOf), ...plugins];
  const objects = entries.map((entry) => (Array.isArray(entry) ? (entry as readonly unknown[])[0] : entry)).filter(isPlugin);
  return [...new Set(objects)].filter(({ meta }) => meta.provides?.includes("backends") === true);
}

function entriesOf({ presets = [], plugins }: Preset): readonly PluginEntry[] {
  return [...presets.flatMap(entriesOf), ...plugins];
}

function isPlugin(value: unknown): value is AnyPlugin {
  return typeof value === "object" && value !== null && "meta" in value;
}
