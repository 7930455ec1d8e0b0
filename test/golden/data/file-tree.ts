import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Empty files of these names in a folder that is there while `f` runs. */
export async function withFileTree<T>(names: readonly string[], f: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "fastap-golden-"));
  try {
    for (const name of names) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), "");
    }
    return await f(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
