import * as explorerModule from "cosmiconfig/dist/Explorer.js";
import { DATA_FORMATS } from "./formats.ts";
import type { Read } from "./formats.ts";
import { isRecord } from "./own-data.ts";

/** Names that are looked for, in this order; then the key `fastap` of package.json. */
export const PLACES: readonly string[] = ["fastap.config.yaml", "fastap.config.yml", "fastap.config.json"];

interface Explorer {
  search(from: string): Promise<{ readonly config: unknown; readonly filepath: string } | null>;
}
interface ExplorerOptions {
  readonly moduleName: string;
  readonly searchPlaces: readonly string[];
  readonly loaders: Readonly<Record<string, Read>>;
  readonly [option: string]: unknown;
}

// Explorer is cosmiconfig's own class (the version is pinned): the public factory first looks for a file that configures
// cosmiconfig itself, and runs a .config/config.js that it finds in the working directory.
const { Explorer } = explorerModule as unknown as { Explorer: new (options: ExplorerOptions) => Explorer };

/** The first config in this very directory, read as data: no parent is searched and no code runs. */
export async function searchIn(dir: string): Promise<{ readonly file: string; readonly raw: unknown } | undefined> {
  const explorer = new Explorer({
    moduleName: "fastap",
    searchPlaces: [...PLACES, "package.json"],
    searchStrategy: "none",
    ignoreEmptySearchPlaces: false,
    cache: false,
    loaders: Object.fromEntries(Object.entries(DATA_FORMATS).map(([ending, read]) => [ending, wrapped(read)])),
    transform: (result: unknown) => result,
  });
  const result = await explorer.search(dir);
  if (result === null) return undefined;
  const { config, filepath } = result;
  return { file: filepath, raw: config instanceof Held ? config.raw : config };
}

/** Keeps what a file says away from cosmiconfig, which acts on a key `$import` of its own. */
class Held {
  readonly raw: unknown;
  constructor(raw: unknown) {
    this.raw = raw;
  }
}

function wrapped(read: Read): Read {
  return (file, text) => {
    const raw = read(file, text);
    if (!file.endsWith("package.json")) return new Held(raw);
    return isRecord(raw) && Object.hasOwn(raw, "fastap") ? { fastap: new Held(raw["fastap"]) } : {};
  };
}
