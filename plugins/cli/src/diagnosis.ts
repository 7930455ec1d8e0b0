import { createHost } from "@fastap/kernel";
import { composeParts, installedNames, loadParts, resolveParts } from "@fastap/plugin-config";
import type { Parts } from "@fastap/plugin-config";
import { backendPlugins, backendReports } from "./backend-report.ts";
import type { BackendReport } from "./backend-report.ts";
import { loadOptions } from "./host-options.ts";
import type { HostOptions } from "./host-options.ts";
import { machineFacts } from "./machine-facts.ts";
import { disposing } from "./with-host.ts";

/** Everything `fastap doctor` says. */
export interface Diagnosis {
  /** No problem, and at least one backend runs here. */
  readonly ok: boolean;
  readonly machine: Readonly<Record<string, string | number>>;
  /** The config file, or undefined where the preset core was looked at instead. */
  readonly config: string | undefined;
  /** Name of the backend that would be used. */
  readonly backend: string | undefined;
  readonly backends: readonly BackendReport[];
  readonly plugins: readonly { readonly name: string; readonly version: string }[];
  readonly problems: readonly string[];
}

/** Looks at the machine, the config, its plugins and every backend; a problem ends up in the diagnosis and not in the air. */
export async function diagnose(options: HostOptions): Promise<Diagnosis> {
  const problems: string[] = [];
  const note = (error: unknown): undefined => void problems.push(error instanceof Error ? error.message : String(error));
  const parts = await loadParts({ ...loadOptions(options), fallback: { presets: ["core"] } }).catch(note);
  const found = parts === undefined ? NOTHING : ((await whole(parts).catch(note)) ?? (await backendsOnly(parts).catch(note)) ?? NOTHING);
  const others = parts === undefined ? [] : ((await unusedBackends(parts.loaded.root, found.backends).catch(note)) ?? []);
  return {
    ok: problems.length === 0 && found.backends.some((b) => b.available),
    machine: machineFacts(),
    config: parts?.loaded.file,
    ...found,
    backends: [...found.backends, ...others],
    problems,
  };
}

type Found = Pick<Diagnosis, "backend" | "backends" | "plugins">;
const NOTHING: Found = { backend: undefined, backends: [], plugins: [] };

async function whole(parts: Parts): Promise<Found> {
  return disposing(await composeParts(parts), async (host) => ({
    backend: host.has("engine") ? host.resolve("engine").backend : undefined,
    backends: await backendReports(host),
    plugins: host.plugins.map(({ meta: { name, version } }) => ({ name, version })),
  }));
}

/** Backends that are installed and not in the config: `--backend` takes them by name. */
async function unusedBackends(root: string, used: readonly BackendReport[]): Promise<readonly BackendReport[]> {
  const names = installedNames("plugin", root).filter((name) => name.startsWith("backend-"));
  const unused = names.filter((name) => used.every((backend) => `backend-${backend.name}` !== name));
  const { plugins } = await resolveParts({ plugins: unused }, root);
  return disposing(await createHost({ plugins }), async (host) =>
    (await backendReports(host)).map((report) => ({ ...report, installedOnly: true })),
  );
}

async function backendsOnly({ presets, plugins, config }: Parts): Promise<Found> {
  const host = await createHost({ plugins: backendPlugins(presets, plugins), config });
  return disposing(host, async () => ({ ...NOTHING, backends: await backendReports(host) }));
}
