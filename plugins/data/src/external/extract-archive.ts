import { chmod, mkdir, mkdtemp, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { isFastapError } from "@fastap/kernel";
import { E_DATA_ARCHIVE_BROKEN, E_DATA_ARCHIVE_KIND } from "./errors.ts";
import { Extraction } from "./extraction.ts";
import type { ExtractLimits } from "./extraction.ts";
import { unpackTar } from "./unpack-tar.ts";
import { unpackZip } from "./unpack-zip.ts";

/** See {@link extractArchive} in extract.ts. The archive unpacks beside its target and moves there when it is whole. */
export async function extractTo(archive: string, target: string, limits: ExtractLimits): Promise<string> {
  const folder = resolve(target);
  await mkdir(dirname(folder), { recursive: true });
  const temporary = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
  try {
    await unpack(archive, temporary, limits);
    const root = await rootOf(temporary);
    await chmod(root, 0o755);
    await rename(root, folder);
    return folder;
  } catch (error) {
    throw isFastapError(error) ? error : E_DATA_ARCHIVE_BROKEN({ file: archive, error }, error);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function unpack(file: string, folder: string, limits: ExtractLimits): Promise<void> {
  const { size } = await stat(file);
  const extraction = new Extraction(file, size, limits);
  const kind = await kindOf(file);
  if (kind === "zip") await unpackZip(file, folder, extraction);
  else await unpackTar(file, folder, kind === "gzip", extraction);
}

/** By its first bytes, as names lie. @throws E_DATA_ARCHIVE_KIND */
async function kindOf(file: string): Promise<"zip" | "gzip" | "tar"> {
  await using handle = await open(file);
  const head = Buffer.alloc(512);
  const { bytesRead } = await handle.read(head, 0, head.length, 0);
  if (head.subarray(0, 2).equals(Buffer.of(0x1f, 0x8b))) return "gzip";
  if (["504b0304", "504b0506"].includes(head.toString("hex", 0, 4))) return "zip";
  if (head.toString("latin1", 257, 262) === "ustar") return "tar";
  throw E_DATA_ARCHIVE_KIND({ file, received: head.toString("hex", 0, Math.min(bytesRead, 8)) || "nothing" });
}

/** The only folder of an archive stands for the whole, as fastai has it; what macOS adds does not count. */
async function rootOf(folder: string): Promise<string> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => name !== "__MACOSX");
  const [first] = entries;
  return entries.length === 1 && first?.isDirectory() === true ? join(folder, first.name) : folder;
}
