import type { ExtractLimits } from "./extraction.ts";

/**
 * Unpacks a tar, tar.gz or zip archive to the folder `target`, which must not exist, and returns its absolute path. An archive with one folder
 * at its root gives that folder's contents. Names that lead out, links, devices, and archives that unpack to too much are refused before
 * anything is written; whatever fails, nothing is left.
 * @throws E_DATA_ARCHIVE_KIND, E_DATA_ARCHIVE_BROKEN, E_DATA_ARCHIVE_UNSAFE, E_DATA_ARCHIVE_LIMIT
 */
export async function extractArchive(archive: string, target: string, limits: ExtractLimits = {}): Promise<string> {
  const { extractTo } = await import("./extract-archive.ts");
  return extractTo(archive, target, limits);
}
