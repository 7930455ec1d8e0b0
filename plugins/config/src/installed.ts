import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** Libraries that share the prefix of plugins. */
const NO_PLUGINS: ReadonlySet<string> = new Set(["config", "cli"]);

/** Short names of the presets or plugins in every node_modules from `dir` upwards, sorted. */
export function installedNames(kind: "preset" | "plugin", dir: string): readonly string[] {
  const names = new Set<string>();
  for (const modules of modulesAbove(dir)) {
    for (const folder of entries(join(modules, "@fastap"))) if (folder.startsWith(`${kind}-`)) names.add(folder.slice(kind.length + 1));
    for (const folder of entries(modules)) if (folder.startsWith(`fastap-${kind}-`)) names.add(folder.slice(`fastap-${kind}-`.length));
  }
  return [...names].filter((name) => kind === "preset" || !NO_PLUGINS.has(name)).sort();
}

function modulesAbove(dir: string): string[] {
  const parent = dirname(dir);
  return [join(dir, "node_modules"), ...(parent === dir ? [] : modulesAbove(parent))];
}

function entries(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return []; // most directories have no node_modules
  }
}
