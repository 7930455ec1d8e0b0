import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const NAME: string = "@tensorflow/tfjs-node-gpu";

/** What this plugin needs of the package, which only the user installs; tests pass a double. */
export interface NodeGpuPackage {
  /** Why it cannot be loaded, found out without loading it: that would make it the current backend. */
  absence(): string | undefined;
  /** Registers the backend `tensorflow` and makes it current. */
  load(): Promise<void>;
}

export const installedPackage: NodeGpuPackage = {
  absence() {
    const folder = packageFolder();
    if (folder === undefined) return `the optional package ${NAME} is not installed`;
    return hasAddon(folder) ? undefined : `${NAME} has no native part: its install script did not run, or could not download TensorFlow`;
  },
  async load() {
    await import(NAME);
  },
};

function packageFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${NAME}/package.json`));
  } catch {
    return undefined;
  }
}

/** The addon is in a folder by version of Node-API. */
function hasAddon(folder: string): boolean {
  const lib = join(folder, "lib");
  return existsSync(lib) && readdirSync(lib).some((version) => existsSync(join(lib, version, "tfjs_binding.node")));
}
