import { readFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, resolve } from "node:path";
import type { ConfigFile, PluginSetting } from "./config-file.ts";
import { E_CONFIG_CYCLE, E_CONFIG_NOT_FOUND, E_CONFIG_READ } from "./errors.ts";
import { readFormat } from "./formats.ts";
import { mergeConfig } from "./merge.ts";
import { isRecord } from "./own-data.ts";
import { PLACES, searchIn } from "./search.ts";
import { setInConfig } from "./set.ts";
import { parseConfig } from "./validate.ts";

export interface LoadConfigOptions {
  /** Directory that is searched, and that `path` starts from. Default: the working directory. */
  readonly cwd?: string | undefined;
  /** The config file. Needed for JS and TS, which run code. */
  readonly path?: string | undefined;
  /** Stands in where no file is named and none is found; its root is `cwd`. */
  readonly fallback?: ConfigFile | undefined;
  /** Wins over files and environment. */
  readonly overrides?: ConfigFile | undefined;
  /** Assignments as `seed=1`, applied last. */
  readonly set?: readonly string[] | undefined;
  /** Default `process.env`; read for FASTAP_BACKEND. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

export interface LoadedConfig {
  readonly config: ConfigFile;
  /** Undefined where the fallback stands in. */
  readonly file: string | undefined;
  /** Directory of `file`. */
  readonly root: string;
  /** Every file that was read, the extended ones first. */
  readonly files: readonly string[];
}

/**
 * Finds, reads, merges and validates a config: `extends` < file < FASTAP_BACKEND < `overrides` < `set`.
 * @throws E_CONFIG_NOT_FOUND, E_CONFIG_SYNTAX, E_CONFIG_CYCLE and what parseConfig throws
 */
export async function loadConfig(options: LoadConfigOptions = {}): Promise<LoadedConfig> {
  const cwd = resolve(options.cwd ?? ".");
  const result = options.path === undefined ? await searchIn(cwd) : await read(resolve(cwd, options.path));
  if (result === undefined && options.fallback !== undefined) {
    return { config: overridden(parseConfig(options.fallback, "fallback"), options), file: undefined, root: cwd, files: [] };
  }
  if (result === undefined) throw E_CONFIG_NOT_FOUND({ path: cwd, places: PLACES });
  const { file, raw } = result;
  const files: string[] = [];
  const config = await withBases(raw, file, [], files);
  return { config: overridden(config, options), file, root: dirname(file), files };
}

/** Environment, overrides and assignments on top of a config. */
function overridden(config: ConfigFile, { overrides, set, env = process.env }: LoadConfigOptions): ConfigFile {
  const backend = env["FASTAP_BACKEND"];
  const layers = [
    config,
    backend === undefined || backend === "" ? {} : { backend },
    overrides === undefined ? {} : parseConfig(overrides, "overrides"),
  ];
  return (set ?? []).reduce(setInConfig, mergeConfig(...layers));
}

interface RawFile {
  readonly file: string;
  readonly raw: unknown;
}

async function read(file: string): Promise<RawFile> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? E_CONFIG_NOT_FOUND({ path: file }) : E_CONFIG_READ({ file, reason: error.message }, error);
  });
  const raw = await readFormat(file, text);
  return { file, raw: basename(file) === "package.json" && isRecord(raw) ? raw["fastap"] : raw };
}

async function withBases(raw: unknown, file: string, chain: readonly string[], files: string[]): Promise<ConfigFile> {
  if (chain.includes(file)) throw E_CONFIG_CYCLE({ files: [...chain.slice(chain.indexOf(file)), file] });
  const { extends: bases = [], $schema: _, ...own } = parseConfig(raw, file);
  const layers: ConfigFile[] = [];
  for (const base of [bases].flat()) {
    const inner = await read(resolve(dirname(file), base));
    layers.push(await withBases(inner.raw, inner.file, [...chain, file], files));
  }
  files.push(file);
  return mergeConfig(...layers, anchored(own, dirname(file)));
}

/** Relative presets and plugins start from the file that names them, also where another file extends it. */
function anchored(config: ConfigFile, dir: string): ConfigFile {
  const anchor = (name: string): string => (name.startsWith(".") && !isAbsolute(name) ? resolve(dir, name) : name);
  const setting = (entry: PluginSetting): PluginSetting => (typeof entry === "string" ? anchor(entry) : [anchor(entry[0]), entry[1]]);
  return {
    ...config,
    ...(config.presets === undefined ? {} : { presets: config.presets.map(anchor) }),
    ...(config.plugins === undefined ? {} : { plugins: config.plugins.map(setting) }),
  };
}
