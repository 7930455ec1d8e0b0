import { E_DATA_PACKAGE_MISSING } from "./errors.ts";

/**
 * Folder of an installed npm package, searched from `root` as Node does it, whatever its `exports` hide.
 * @throws E_DATA_PACKAGE_MISSING
 */
export async function packageFolder(name: string, root: string): Promise<string> {
  const { access } = await import("node:fs/promises");
  const { createRequire } = await import("node:module");
  const paths = await import("node:path");
  for (const modules of createRequire(paths.join(root, "package.json")).resolve.paths(name) ?? []) {
    const folder = paths.join(modules, name);
    const found = await access(paths.join(folder, "package.json")).then(
      () => true,
      () => false,
    );
    if (found) return folder;
  }
  throw E_DATA_PACKAGE_MISSING({ name, root });
}
