/**
 * How a thing is made again in another thread, where functions cannot go: the export `name` of `module`. Without `args` it is that export
 * itself; with `args`, which must be plain data, an object of that class, or what that function returns.
 */
export interface Portable {
  /** Of an ES module: `import.meta.url`, or what Node resolves. */
  readonly module: string;
  readonly name: string;
  readonly args?: readonly unknown[];
}

/** The thing again. */
export async function remake({ module, name, args }: Portable): Promise<unknown> {
  const exports = (await import(module)) as Record<string, unknown>;
  const made = exports[name];
  if (typeof made !== "function") throw new TypeError(`${module} exports no function or class "${name}"`);
  if (args === undefined) return made;
  return isClass(made) ? new made(...args) : (made as (...args: unknown[]) => unknown)(...args);
}

function isClass(made: object): made is new (...args: readonly unknown[]) => unknown {
  return String(made).startsWith("class");
}
