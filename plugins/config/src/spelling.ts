import pluralize from "pluralize";
import { E_CONFIG_TWICE } from "./errors.ts";
import { isRecord } from "./own-data.ts";
import { KEYS } from "./schema.ts";

/** Keys that name registries, by the path of the object that holds them: singular and plural are one key. */
const BOTH_NUMBERS: Readonly<Record<string, readonly string[]>> = {
  "": ["presets", "plugins", "backend"],
  task: ["metrics", "model", "loss", "cbs"],
};
const LISTS: ReadonlySet<string> = new Set(["presets", "plugins", "metrics", "cbs"]);

/** `plugin` → `plugins`, at the path of the object that holds the key; any other key stays. */
export function canonicalKey(key: string, path: string): string {
  if (KEYS[path]?.includes(key) === true) return key;
  const singular = pluralize.singular(key);
  return BOTH_NUMBERS[path]?.find((candidate) => pluralize.singular(candidate) === singular) ?? key;
}

/** Brings keys to their canonical spelling, and a lone entry of a list into a list. @throws E_CONFIG_TWICE */
export function canonicalSpelling(raw: unknown, where: string): unknown {
  const root = respell(raw, "", where);
  return isRecord(root) && isRecord(root["task"]) ? { ...root, task: respell(root["task"], "task", where) } : root;
}

function respell(raw: unknown, path: string, where: string): unknown {
  if (!isRecord(raw)) return raw;
  const spelled = new Map<string, string>();
  const entries = Object.entries(raw).map(([key, value]) => {
    const canonical = canonicalKey(key, path);
    const first = spelled.get(canonical);
    const full = path === "" ? key : `${path}.${key}`;
    if (first !== undefined) throw E_CONFIG_TWICE({ keys: [first, full], where });
    spelled.set(canonical, full);
    return [canonical, LISTS.has(canonical) && isLoneEntry(value) ? [value] : value] as const;
  });
  return Object.fromEntries(entries);
}

/** `x` or `[x, { … }]`, where a list of these is meant; entries of a list are never bare objects. */
function isLoneEntry(value: unknown): boolean {
  if (typeof value === "string") return true;
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === "string" && (isRecord(value[1]) || typeof value[1] === "boolean")
  );
}
