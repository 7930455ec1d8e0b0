import { dirname, isAbsolute, parse } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { AnyPlugin, Preset } from "@fastap/kernel";
import { E_CONFIG_EXPORT, E_CONFIG_IMPORT, E_CONFIG_PLUGIN_UNKNOWN, E_CONFIG_PRESET_UNKNOWN } from "./errors.ts";
import { installedNames } from "./installed.ts";
import { locate } from "./locate.ts";
import { isRecord } from "./own-data.ts";

/** Where fastap itself is installed: names are looked up there when the config's directory has none. */
const HERE = dirname(fileURLToPath(import.meta.url));

interface Parts {
  preset: Preset;
  plugin: AnyPlugin;
}
export type PartKind = keyof Parts;

/** Where a part comes from: its name in the config, the config's directory, and the names that a slip is compared with. */
interface Sought {
  readonly name: string;
  readonly root: string;
  readonly known: readonly string[];
}

/** `fastap-plugin-x`, `@fastap/plugin-x`, `@them/fastap-plugin-x` → `x`. */
export function shortName(kind: PartKind, name: string): string {
  return name.replace(new RegExp(`^(?:@fastap/${kind}-|(?:@[^/]+/)?fastap-${kind}-)`), "");
}

/**
 * Finds the module of a preset or plugin and imports the one export that is it.
 * @throws E_CONFIG_PRESET_UNKNOWN or E_CONFIG_PLUGIN_UNKNOWN, E_CONFIG_IMPORT, E_CONFIG_EXPORT
 */
export async function importPart<K extends PartKind>(kind: K, sought: Sought): Promise<Parts[K]> {
  const { name, root } = sought;
  const file = locatePart(kind, name, root);
  if (file === undefined) throw unknownPart(kind, sought);
  const module: unknown = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw E_CONFIG_IMPORT({ name, file, reason: String(error) }, error);
  });
  const found = Object.values(isRecord(module) ? module : {}).filter((value) => isPart(kind, value));
  const parts = [...new Set(found)]; // one object may be exported under two names
  const names = [shortName(kind, name), parse(name).name];
  const match = parts.find((part) => names.includes(nameOf(part))) ?? (parts.length === 1 ? parts[0] : undefined);
  if (match === undefined) throw E_CONFIG_EXPORT({ kind, name, file, found: parts.map(nameOf) });
  return match;
}

/** The file of a preset or plugin, or undefined where none is installed. */
export function locatePart(kind: PartKind, name: string, root: string): string | undefined {
  if (isAbsolute(name)) return locate(name, root);
  const specifiers = /^[@.]/.test(name) ? [name] : [`@fastap/${kind}-${name}`, `fastap-${kind}-${name}`, name];
  for (const dir of [root, HERE]) {
    for (const specifier of specifiers) {
      const file = locate(specifier, dir);
      if (file !== undefined) return file;
    }
  }
  return undefined;
}

function unknownPart(kind: PartKind, { name, root, known }: Sought): Error {
  const names = new Set([...known, ...installedNames(kind, root), ...installedNames(kind, HERE)]);
  const details = { name, known: [...names].sort(), where: root };
  return kind === "preset" ? E_CONFIG_PRESET_UNKNOWN(details) : E_CONFIG_PLUGIN_UNKNOWN(details);
}

function isPart<K extends PartKind>(kind: K, value: unknown): value is Parts[K] {
  if (!isRecord(value)) return false;
  if (kind === "preset") return typeof value["name"] === "string" && Array.isArray(value["plugins"]);
  return isRecord(value["meta"]) && typeof value["meta"]["name"] === "string" && typeof value["apply"] === "function";
}

function nameOf(part: Preset | AnyPlugin): string {
  return "meta" in part ? part.meta.name : part.name;
}
