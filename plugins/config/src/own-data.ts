import { E_CONFIG_ALIAS, E_CONFIG_PROTO } from "./errors.ts";

const REFUSED: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Whether a key could reach a prototype when it is assigned. */
export function isRefused(key: string): boolean {
  return REFUSED.has(key);
}

/** A plain object, not a list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Walks everything in `value` once.
 * @throws E_CONFIG_PROTO for a key that names a prototype, E_CONFIG_ALIAS for a value that contains itself
 */
export function refusePrototypes(value: unknown, where: string): void {
  const open = new Set<object>();
  const done = new Set<object>();
  const walk = (node: unknown, path: readonly string[]): void => {
    if (typeof node !== "object" || node === null || done.has(node)) return;
    if (open.has(node)) throw E_CONFIG_ALIAS({ path: path.join("."), where });
    open.add(node);
    for (const [key, child] of Object.entries(node)) {
      const inner = [...path, key];
      if (isRefused(key)) throw E_CONFIG_PROTO({ path: inner.join("."), where });
      walk(child, inner);
    }
    open.delete(node);
    done.add(node);
  };
  walk(value, []);
}
