import type { ConfigFile } from "./config-file.ts";
import { E_CONFIG_PROTO, E_CONFIG_SET } from "./errors.ts";
import { readYaml } from "./formats.ts";
import { isRecord, isRefused, refusePrototypes } from "./own-data.ts";
import { canonicalKey } from "./spelling.ts";
import { parseConfig } from "./validate.ts";

/**
 * Applies `task.fit.1.nEpoch=1` to a config and validates what comes out. A number steps into a list; the value is JSON,
 * YAML, or else a text.
 * @throws E_CONFIG_SET, E_CONFIG_PROTO, and what parseConfig throws
 */
export function setInConfig(config: ConfigFile, text: string): ConfigFile {
  const equals = text.indexOf("=");
  if (equals < 1) throw E_CONFIG_SET({ text, reason: "a setting needs a key and a value" });
  const keys = text.slice(0, equals).trim().split(".");
  const bad = keys.find(isRefused);
  if (bad !== undefined) throw E_CONFIG_PROTO({ path: keys.join("."), where: `--set ${text}` });
  if (keys.includes("")) throw E_CONFIG_SET({ text, reason: "a part of the key is empty" });
  const path = keys.map((key, i) => canonicalKey(key, keys.slice(0, i).join(".")));
  const value = valueOf(text.slice(equals + 1));
  refusePrototypes(value, `--set ${text}`);
  return parseConfig(put(config, path, value, text), `--set ${text}`);
}

function put(node: unknown, [key, ...rest]: readonly string[], value: unknown, text: string): unknown {
  if (key === undefined) return value;
  const isIndex = /^\d+$/.test(key);
  if (isIndex && typeof node === "string") return put([node, {}], [key, ...rest], value, text); // a bare name gets options
  const parent = node ?? (isIndex ? [] : {});
  if (Array.isArray(parent)) return putInList(parent, key, rest, value, text);
  if (!isRecord(parent)) throw E_CONFIG_SET({ text, reason: `"${key}" cannot be set inside ${JSON.stringify(parent)}` });
  const inner = Object.hasOwn(parent, key) ? parent[key] : undefined;
  return { ...parent, [key]: put(inner, rest, value, text) };
}

function putInList(list: readonly unknown[], key: string, rest: readonly string[], value: unknown, text: string): unknown {
  const index = /^\d+$/.test(key) ? Number(key) : Infinity;
  if (index > list.length) throw E_CONFIG_SET({ text, reason: `"${key}" is no place in a list of ${list.length}` });
  return list.toSpliced(index, 1, put(list[index], rest, value, text));
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return yamlOrText(text); // no JSON
  }
}

function yamlOrText(text: string): unknown {
  try {
    const value = readYaml("--set", text);
    const isWritten = /^\s*[[{]/.test(text); // "C: d" is a text, "[a, b]" a list
    return value !== undefined && !(value instanceof Date) && (typeof value !== "object" || value === null || isWritten) ? value : text;
  } catch {
    return text; // no YAML either
  }
}
