/** A module of Node, at once and without an import, so that bundlers for browsers leave it alone. @throws where there is no Node */
export function nodeModule<T extends "node:fs" | "node:path" | "node:crypto" | "node:os">(
  name: T,
): NonNullable<ReturnType<typeof process.getBuiltinModule<T>>> {
  return process.getBuiltinModule(name);
}
