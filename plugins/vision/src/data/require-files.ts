import { E_VISION_NO_FILES } from "../errors.ts";

/** Refuses no files at all, and none in one of the folders that should have some. @throws E_VISION_NO_FILES with what is there */
export async function requireFiles(files: readonly string[], root: string, folders: readonly string[] = []): Promise<void> {
  const { relative, sep } = await import("node:path");
  const lacking = folders.find((folder) => !files.some((file) => relative(root, file).split(sep)[0] === folder));
  if (files.length > 0 && lacking === undefined) return;
  const what = lacking === undefined ? "images" : `images in a folder "${lacking}"`;
  throw E_VISION_NO_FILES({ folder: root, what, found: await namesIn(root) });
}

async function namesIn(folder: string): Promise<string[] | undefined> {
  const { readdir } = await import("node:fs/promises");
  return readdir(folder).catch(() => undefined);
}
